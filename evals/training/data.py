"""The labelled answers from which the embedded judge's heads are trained, read into the core's types."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml

from interviewer.core.events import MoveKind, Who
from interviewer.core.scenario import Point, Question, RedFlag, Scenario
from interviewer.core.state import Turn

HERE: Final = Path(__file__).parent
CONSTRUCTED: Final = HERE / "constructed"
INTENTS: Final = HERE / "intents.jsonl"
_UNUSED: Final = "Not used in training."


@dataclass(frozen=True, slots=True)
class Answer:
    """One labelled answer; what no list names is absent."""

    kind: str
    turns: tuple[Turn, ...]
    covered: frozenset[str]
    partial: frozenset[str]
    contradicted: frozenset[str]
    flags: frozenset[str]

    def label(self, point: str) -> str:
        """The label of a point: covered, partial, contradicted or absent."""
        for name in ("covered", "partial", "contradicted"):
            if point in getattr(self, name):
                return name
        return "absent"


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with its labelled answers."""

    question: Question
    answers: tuple[Answer, ...]


@dataclass(frozen=True, slots=True)
class Spoken:
    """A candidate's turn labelled with its intent, and the move that it answers."""

    text: str
    intent: str
    after: MoveKind


def turn(number: int, text: str, who: Who = Who.CANDIDATE) -> Turn:
    """A turn as the judge sees it."""
    return Turn(number=number, who=who, text=text)


def answer_from(data: dict[str, Any]) -> Answer:
    """A labelled answer from its plain form: one `answer`, or `turns` of both sides."""
    said = data.get("turns") or [{"who": "candidate", "text": data["answer"]}]
    turns = tuple(turn(i, one["text"], Who(one["who"])) for i, one in enumerate(said, 1))
    names = ("covered", "partial", "contradicted", "red_flags")
    covered, partial, contradicted, flags = (frozenset(data.get(name, ())) for name in names)
    return Answer(data.get("kind", ""), turns, covered, partial, contradicted, flags)


def _question(data: dict[str, Any]) -> Question:
    points = tuple(
        Point(heard=_UNUSED, why=_UNUSED, probe=None if one["tier"] == "strong" else _UNUSED, **one)
        for one in data["points"]
    )
    flags = tuple(RedFlag(**one) for one in data.get("red_flags", ()))
    asks = data["asks"]
    return Question(
        id=data["id"], title=data["id"], asks=asks, again=_UNUSED, points=points, red_flags=flags, reference=_UNUSED
    )


def constructed(folder: Path = CONSTRUCTED) -> list[Asked]:
    """The constructed questions, in the order of their file names."""
    asked = []
    for path in sorted(folder.glob("*.yaml")):
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
        asked.append(Asked(_question(data), tuple(answer_from(one) for one in data["answers"])))
    return asked


def lines(path: Path) -> Iterator[dict[str, Any]]:
    """The objects of a JSON-lines file."""
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.strip():
            yield json.loads(line)


def spoken(path: Path = INTENTS) -> list[Spoken]:
    """The turns labelled with intents."""
    return [Spoken(one["text"], one["intent"], MoveKind(one["after"])) for one in lines(path)]


def without_anchors(question: Question, *, likes: bool = True, unlikes: bool = True) -> Question:
    """The question with its `sounds_like` or `not_this` (or both) taken away, of points and flags alike."""
    gone: dict[str, tuple[()]] = {}
    if likes:
        gone["sounds_like"] = ()
    if unlikes:
        gone["not_this"] = ()
    points = tuple(point.model_copy(update=gone) for point in question.points)
    flags = tuple(flag.model_copy(update=gone) for flag in question.red_flags)
    return question.model_copy(update={"points": points, "red_flags": flags})


def tune_cases(golden: Path, scenarios: Path) -> list[tuple[Asked, str]]:
    """The questions with golden cases that may be tuned on (split `tune`), and no others; with their scenarios."""
    known: dict[str, Scenario] = {}
    found: dict[tuple[str, str], list[Answer]] = {}
    for path in sorted(golden.glob("*.jsonl")):
        for one in lines(path):
            if one.get("split") == "tune":
                found.setdefault((one["scenario"], one["question_id"]), []).append(answer_from(one))
    for name, _ in found:
        if name not in known:
            text = (scenarios / f"{name}.yaml").read_text(encoding="utf-8")
            known[name] = Scenario.model_validate(yaml.safe_load(text))
    return [(Asked(known[name].question(question), tuple(some)), name) for (name, question), some in found.items()]
