"""What a perturbation is: a seeded change to a labelled answer, with what a judge's findings may do then."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from interviewer.core.events import MAX_TURN_CHARS, Who
from interviewer.core.findings import Intent
from interviewer.core.scenario import Question
from interviewer.evaluation.cases import Case
from interviewer.evaluation.second import SecondLabels

_NOT_ANSWERS = ("injection_only", "off_topic")


class Expect(StrEnum):
    """What the findings may do after a change."""

    STILL = "still"
    """Nothing: the answer says the same. A probability may move, a verdict may not."""
    UP = "up"
    """The targets rise, for their evidence was added; nothing else falls."""
    DOWN = "down"
    """The targets lose their credit, for the candidate took it back."""
    FIXED = "fixed"
    """Nothing at all: every status and probability stays, for what was added is no part of an answer."""


@dataclass(frozen=True, slots=True)
class Donor:
    """Another answer to the same question, with the words that its second labels rest on."""

    case: Case
    second: SecondLabels


@dataclass(frozen=True, slots=True)
class Material:
    """A case with what can be done to it: its question, its second labels (if any), and other answers."""

    case: Case
    question: Question
    second: SecondLabels | None = None
    donors: tuple[Donor, ...] = ()

    @property
    def answers(self) -> bool:
        """Whether it answers the question, rightly or wrongly."""
        return self.case.intent is Intent.ANSWER and self.case.kind not in _NOT_ANSWERS

    @property
    def earns(self) -> bool:
        """Whether it answers and at least one point is covered, so that there is credit to lose."""
        return self.answers and bool(self.case.covered)

    def shown(self) -> Mapping[str, str]:
        """The points that both labellings call covered, each with the words that show it."""
        if self.second is None:
            return {}
        return {name: quote for name, quote in self.second.covered.items() if name in self.case.covered}

    def lacks(self, target: str) -> bool:
        """Whether both labellings call a point absent."""
        if self.second is None or target in self.case.unlabelled:
            return False
        return self.case.label(target) is self.second.label(target) and not self.second.quote(target)


@dataclass(frozen=True, slots=True)
class Changed:
    """A changed case, and the points that should move; `before` is what to compare with, if not the case itself."""

    case: Case
    targets: tuple[str, ...] = ()
    before: Case | None = None


Apply = Callable[[Material, random.Random], Changed | None]
"""Changes a case by the given randomness only; None where the change does not apply."""


@dataclass(frozen=True, slots=True)
class Perturbation:
    """A kind of change; `name` is a part of figures' names."""

    name: str
    expects: Expect
    apply: Apply


Rewrite = Callable[[str, random.Random], str]
"""Changes the text of one turn; the same text means that there was nothing to change."""


def rewritten(case: Case, rewrite: Callable[[str], str]) -> Case | None:
    """The case with all of the candidate's turns rewritten; None if none changed, or one grew too long."""
    said = case.said()
    texts = [rewrite(turn.text) if turn.who is Who.CANDIDATE else turn.text for turn in said]
    return _with_texts(case, texts) if texts != [turn.text for turn in said] else None


def rewritten_last(case: Case, rewrite: Callable[[str], str]) -> Case | None:
    """The case with the candidate's last turn rewritten; None if it did not change, or grew too long."""
    said = case.said()
    texts = [turn.text for turn in said]
    last = max(place for place, turn in enumerate(said) if turn.who is Who.CANDIDATE)
    texts[last] = rewrite(texts[last])
    return _with_texts(case, texts) if texts[last] != said[last].text else None


def still(rewrite: Rewrite) -> Apply:
    """A change of wording to every turn of an answer that earns something."""

    def apply(material: Material, rng: random.Random) -> Changed | None:
        case = rewritten(material.case, lambda text: rewrite(text, rng)) if material.earns else None
        return Changed(case) if case else None

    return apply


def _with_texts(case: Case, texts: Sequence[str]) -> Case | None:
    if any(not text or len(text) > MAX_TURN_CHARS for text in texts):
        return None
    if not case.turns:
        return case.with_answer(texts[0])
    turns = tuple(turn.model_copy(update={"text": text}) for turn, text in zip(case.turns, texts, strict=True))
    return case.model_copy(update={"turns": turns})
