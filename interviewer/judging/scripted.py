"""A judge and a reader of intent that follow a script: for tests and demos, with no model, always the same."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from interviewer.core.findings import Assessment, Finding, Intent, JudgeVersion, Reading, Span, Status, Unscored
from interviewer.core.ports import IntentContext
from interviewer.core.scenario import Question
from interviewer.core.state import Turn

PROBABILITIES: Final[Mapping[Status, float]] = {
    Status.COVERED: 0.95,
    Status.PARTIAL: 0.6,
    Status.UNCLEAR: 0.5,
    Status.CONTRADICTED: 0.05,
    Status.ABSENT: 0.05,
}
"""What the scripted judge gives as the probability of each status."""

_CREDITED: Final = (Status.COVERED, Status.PARTIAL, Status.UNCLEAR, Status.CONTRADICTED)
_MOST_EVIDENCE: Final = 3


class ScriptedJudge:
    """Gives the points and flags of each phrase, wherever a candidate's turn contains it (case aside).

    `phrases` maps a phrase to the ids of points or flags, or to `(id, status)` pairs for another status than covered.
    The last phrase said about a point decides, so that a correction overrides an earlier claim. `unscored`: turns that
    contain one of these phrases make the whole outcome the given Unscored's reason.
    """

    def __init__(
        self,
        phrases: Mapping[str, Iterable[str | tuple[str, Status]]],
        unscored: Mapping[str, Unscored] | None = None,
    ) -> None:
        self._script: dict[str, tuple[tuple[str, Status], ...]] = {
            phrase: tuple((one, Status.COVERED) if isinstance(one, str) else one for one in targets)
            for phrase, targets in phrases.items()
        }
        self._unscored = dict(unscored or {})

    @property
    def version(self) -> JudgeVersion:
        """The name, and a hash of the script."""
        plain = [sorted(self._script.items()), sorted((k, v.reason) for k, v in self._unscored.items())]
        return JudgeVersion(name="scripted", hash=hashlib.sha256(json.dumps(plain).encode()).hexdigest())

    def check(self) -> None:
        """A script needs nothing."""

    def assess(self, question: Question, turns: Sequence[Turn]) -> Assessment | Unscored:
        """The findings that the script gives for the candidate's turns."""
        answers = [turn for turn in turns if turn.is_answer]
        for phrase, outcome in self._unscored.items():
            if any(_found(phrase, turn) for turn in answers):
                return outcome
        return Assessment(
            judge=self.version,
            points=tuple(self._finding(point.id, answers) for point in question.points),
            flags=tuple(self._finding(flag.id, answers) for flag in question.red_flags),
        )

    def _finding(self, target: str, answers: Sequence[Turn]) -> Finding:
        said = [
            (span.turn, span.start, span, status)
            for phrase, targets in self._script.items()
            for name, status in targets
            if name == target
            for turn in answers
            for span in _found(phrase, turn)
        ]
        if not said:
            return Finding(target=target, status=Status.ABSENT, probability=PROBABILITIES[Status.ABSENT])
        said.sort(key=lambda one: one[:2])
        status = said[-1][3]
        spans = tuple(one[2] for one in said if one[3] is status)[-_MOST_EVIDENCE:]
        evidence = spans if status in _CREDITED else ()
        return Finding(target=target, status=status, probability=PROBABILITIES[status], evidence=evidence)


def _found(phrase: str, turn: Turn) -> list[Span]:
    """Where a turn contains a phrase, as spans of the turn's own words."""
    return [
        Span(turn=turn.number, start=match.start(), end=match.end(), text=match.group())
        for match in re.finditer(re.escape(phrase), turn.text, re.IGNORECASE)
    ]


class ScriptedIntentReader:
    """Reads a turn as its script says: by the whole turn, case and surrounding space aside; else it is an answer.

    A script's value is an intent, or a whole Reading where a clarifying question has its fact.
    """

    def __init__(self, turns: Mapping[str, Intent | Reading] | None = None) -> None:
        self._turns = {_folded(text): _reading(value) for text, value in (turns or {}).items()}

    def check(self) -> None:
        """A script needs nothing."""

    def read(self, turn: Turn, context: IntentContext) -> Reading:
        """The scripted reading of a turn; the context plays no part."""
        return self._turns.get(_folded(turn.text), Reading(intent=Intent.ANSWER))


def _reading(value: Intent | Reading) -> Reading:
    return Reading(intent=value) if isinstance(value, Intent) else value


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())
