"""What simulated candidates say: labelled answers for content, and lines of a data file for manner."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Annotated, Final

from pydantic import Field

from interviewer.core.errors import CaseFileError
from interviewer.core.events import MAX_TURN_CHARS, Command
from interviewer.core.findings import Status
from interviewer.core.scenario import Scenario
from interviewer.core.turns import clean
from interviewer.core.values import Line, Strict
from interviewer.evaluation.cases import Case

Labels = Mapping[str, Mapping[str, Status]]
"""For each question the points that some words are labelled with; points that are not named are absent from them."""

NO_CONTENT: Final = frozenset({"stuck", "clarify", "repeat", "skip", "off_topic", "injection_only"})
"""Kinds of cases that hold no answer."""

_Lines = Annotated[tuple[Line, ...], Field(min_length=1)]


class Manners(Strict):
    """Lines that show how a candidate behaves, whatever the question; evals/candidates/lines.yaml holds them."""

    silence: _Lines
    rambling: _Lines
    stuck: _Lines
    hint_wanted: _Lines
    clarifying: _Lines
    arguing: _Lines
    off_topic: _Lines
    injection: _Lines
    retracting: _Lines
    said_already: _Lines
    nothing_more: _Lines
    quitting: _Lines
    agreeing: _Lines
    going_on: _Lines
    no_questions: _Lines


@dataclass(frozen=True, slots=True)
class Saying:
    """Something a candidate says, and what it is labelled with."""

    text: str
    labels: Labels = field(default_factory=dict)
    command: Command | None = None

    def __add__(self, other: Saying) -> Saying:
        """Both, one after the other; only the first where both would be longer than a turn may be."""
        text = f"{self.text} {other.text}"
        if len(text) > MAX_TURN_CHARS:
            return self
        return Saying(text, merged([self.labels, other.labels]))


def merged(several: Iterable[Labels]) -> dict[str, dict[str, Status]]:
    """Labels of words said one after the other: what is said last of a point stands."""
    found: dict[str, dict[str, Status]] = {}
    for labels in several:
        for question, points in labels.items():
            found.setdefault(question, {}).update(points)
    return found


def labels_of(case: Case) -> Labels:
    """The points that a case's labels name."""
    named = (*case.covered, *case.partial, *case.contradicted)
    return {case.question_id: {name: case.label(name) for name in named}}


class Material:
    """The labelled answers to a scenario's questions, by question and kind; conversations are left out."""

    def __init__(self, scenario: Scenario, cases: Iterable[Case]) -> None:
        """Raises CaseFileError when a main question has no labelled answer, because then nobody could answer it."""
        self._cases: dict[str, list[Case]] = {}
        for case in cases:
            if case.scenario == scenario.id and case.answer and clean(case.answer):
                self._cases.setdefault(case.question_id, []).append(case)
        for question in scenario.questions:
            if not any(case.kind not in NO_CONTENT for case in self._cases.get(question.id, ())):
                raise CaseFileError(
                    f"No labelled answer to question {question.id!r} of {scenario.id!r} is there to rehearse with.",
                    "Add cases of it, such as a strong and an acceptable one.",
                )

    def find(self, question: str, kinds: Sequence[str], point: str | None = None) -> list[Case]:
        """The cases of these kinds, the first kind first; with `point`, only those that cover it."""
        found = (case for kind in kinds for case in self._cases.get(question, ()) if case.kind == kind)
        return [case for case in found if point is None or point in case.covered]


class Memory:
    """What one candidate has said already, so that nothing is said twice while something else is left."""

    def __init__(self, material: Material, manners: Manners, seed: str) -> None:
        """`seed` decides which lines come first; the same seed, the same words."""
        self._material = material
        self._manners = manners
        self._random = Random(seed)
        self._told: set[str] = set()
        self._left: dict[str, list[str]] = {}

    def content(self, question: str, *kinds: str, point: str | None = None) -> Saying | None:
        """An answer of the first of these kinds that has one left (that covers the point); None if none has."""
        found = [case for case in self._material.find(question, kinds, point) if case.case_id not in self._told]
        alike = [case for case in found if case.kind == found[0].kind]
        if not alike:
            return None
        case = self._random.choice(alike)
        self._told.add(case.case_id)
        return Saying(clean(case.answer or ""), labels_of(case))

    def manner(self, key: str) -> Saying:
        """A line of a manner, none a second time before all were said."""
        if not self._left.get(key):
            lines = list(getattr(self._manners, key))
            self._left[key] = self._random.sample(lines, len(lines))
        return Saying(clean(self._left[key].pop()))

    def chance(self, share: float) -> bool:
        """True in this share of the times (0 to 1)."""
        return self._random.random() < share
