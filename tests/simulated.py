"""Simulated candidates: whole answers keyed by question, with the labels and results that an expert expects of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from interviewer.core.events import MoveKind, Said
from interviewer.core.findings import Assessment, Finding, JudgeVersion, Span, Status
from interviewer.core.ports import GoOn, Leaving, Utterance
from interviewer.core.scenario import Question
from interviewer.core.state import State, Turn

FOLDER = Path(__file__).parent / "candidates"
NOTHING_MORE = "That's all I have on this one."


@dataclass(frozen=True)
class Expected:
    """What an expert expects of one simulated candidate."""

    recommendation: str
    levels: Mapping[str, int]
    covered: Mapping[str, Sequence[str]]
    partial: Mapping[str, Sequence[str]]
    red_flags: Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Simulated:
    """One simulated candidate of a scenario."""

    scenario: str
    name: str
    answers: Mapping[str, str]
    expected: Expected


def everybody() -> Iterator[Simulated]:
    """All simulated candidates of all scenarios."""
    for path in sorted(FOLDER.glob("*.yaml")):
        for name, data in yaml.safe_load(path.read_text(encoding="utf-8")).items():
            wanted: dict[str, Any] = data["expected"]
            labels = [wanted.get(key) or {} for key in ("covered", "partial", "red_flags")]
            expected = Expected(wanted["recommendation"], wanted["levels"], *labels)
            answers = {question: " ".join(text.split()) for question, text in data["answers"].items()}
            yield Simulated(path.stem, name, answers, expected)


class LabelJudge:
    """Finds what the labels say, in the turns in which the simulated candidate says it."""

    version = JudgeVersion(name="labels", hash="0")

    def __init__(self, one: Simulated) -> None:
        self._one = one

    def assess(self, question: Question, turns: Sequence[Turn]) -> Assessment:
        said = self._one.answers.get(question.id, "")
        turn = next((turn for turn in turns if turn.is_answer and turn.text == said), None)
        wanted = self._one.expected
        labels = dict.fromkeys(wanted.partial.get(question.id, ()), Status.PARTIAL)
        labels |= dict.fromkeys(wanted.covered.get(question.id, ()), Status.COVERED)
        labels |= dict.fromkeys(wanted.red_flags.get(question.id, ()), Status.COVERED)
        return Assessment(
            judge=self.version,
            points=tuple(self._finding(point.id, labels, turn) for point in question.points),
            flags=tuple(self._finding(flag.id, labels, turn) for flag in question.red_flags),
        )

    def _finding(self, name: str, labels: Mapping[str, Status], turn: Turn | None) -> Finding:
        if turn is None or name not in labels:
            return Finding(target=name, status=Status.ABSENT, probability=0.0)
        text = turn.text[:60]
        span = Span(turn=turn.number, start=0, end=len(text), text=text)
        return Finding(target=name, status=labels[name], probability=1.0, evidence=(span,))


@dataclass
class Simulation:
    """Gives the answer to whichever question is open, once, and then has no more to say."""

    one: Simulated
    given: set[str] = field(default_factory=set)
    heard: list[str] = field(default_factory=list)

    def hear(self, line: Said, state: State) -> None:
        self.heard.append(line.text)

    def answer(self, state: State) -> Utterance | Leaving:
        question = state.open[0] if state.open else ""
        if state.move is not None and state.move.kind is MoveKind.INVITE_QUESTIONS:
            return Utterance("No, thank you.")
        if question in self.given:
            return Utterance(NOTHING_MORE)
        self.given.add(question)
        return Utterance(self.one.answers[question])

    def review(self, state: State) -> GoOn:
        return GoOn()

    def thinking(self) -> AbstractContextManager[object]:
        return nullcontext()
