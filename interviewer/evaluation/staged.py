"""A composed interview as the log that it would have left, so that the real replay and scoring read it.

Every answer stands alone: nobody helps, so all credit is unprompted, and a question closes after its case. In a real
interview probes and hints would follow; here labels and findings are about the same words, which is what is compared.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Final

from interviewer.core import events as ev
from interviewer.core.events import CloseReason, EndReason, Event, Mode, Move, MoveKind, Who
from interviewer.core.findings import (
    Assessment,
    Finding,
    Intent,
    JudgeVersion,
    Outcome,
    Span,
    Status,
    Unscored,
    UnscoredReason,
)
from interviewer.core.fingerprint import scenario_sha256
from interviewer.core.replay import replay
from interviewer.core.scenario import Question, Scenario
from interviewer.core.state import State
from interviewer.evaluation.cases import Case
from interviewer.evaluation.composing import Composed

LABELS: Final = JudgeVersion(name="labels", hash="")
PEOPLE: Final = "labels"
"""Who confirms labelled red flags: a person read the answers."""

_AT: Final = datetime(2000, 1, 1, tzinfo=UTC)
_PROBABILITY: Final = {Status.COVERED: 1.0, Status.PARTIAL: 0.5}
_REASON: Final = "composed from labelled answers"
_FIRST_SAID: Final = 2
"""In a case, turn 1 is the question."""


def labels_of(question: Question, case: Case) -> Assessment:
    """Labels of a usable case as a judge's findings, in the case's own numbering of turns.

    Labels name no words, so the last turn in which the candidate said something is the evidence of each.
    """
    said = [(number, turn.text) for number, turn in enumerate(case.said(), _FIRST_SAID) if turn.who is Who.CANDIDATE]
    number, text = next(one for one in reversed(said) if one[1].strip())
    whole = (Span(turn=number, start=0, end=len(text), text=text),)

    def label(target: str) -> Finding:
        status = case.label(target)
        evidence = () if status is Status.ABSENT else whole
        return Finding(target=target, status=status, probability=_PROBABILITY.get(status, 0.0), evidence=evidence)

    return Assessment(
        judge=LABELS,
        points=tuple(label(point.id) for point in question.points),
        flags=tuple(label(flag.id) for flag in question.red_flags),
    )


def by_labels(interview: Composed) -> State:
    """The interview as its labels tell it; a person has confirmed every red flag, so nothing is in doubt."""
    log = _Log(interview.scenario, interview.plan, LABELS)
    for case in interview.answers:
        log.answer(case, labels_of(interview.scenario.question(case.question_id), case))
    log.end(EndReason.COMPLETED if interview.completed else EndReason.CANDIDATE)
    for case in interview.answers:
        log.confirm(f"{case.question_id}.{flag}" for flag in case.red_flags)
    return replay(interview.scenario, log.events)


def by_findings(interview: Composed, outcome: Callable[[Case], Outcome]) -> State:
    """The interview as a judge's outcomes tell it, in practice.

    Raises IllegalEvent where a finding has credit without the candidate's own words.
    """
    log = _Log(interview.scenario, interview.plan, outcome(interview.answers[0]).judge)
    for case in interview.answers:
        log.answer(case, outcome(case))
    log.end(EndReason.COMPLETED if interview.completed else EndReason.CANDIDATE)
    return replay(interview.scenario, log.events)


class _Log:
    """Writes the events of one interview; the clock stands still."""

    def __init__(self, scenario: Scenario, plan: Sequence[str], judge: JudgeVersion) -> None:
        self._scenario = scenario
        self._judge = judge
        self._turns = 0
        started = ev.Started(
            at=_AT,
            scenario_id=scenario.id,
            scenario_sha256=scenario_sha256(scenario),
            mode=Mode.PRACTICE,
            questions=tuple(plan),
            time_factor=None,
            judge=judge,
            speaker="authored",
            salt="",
            program="",
        )
        self.events: list[Event] = [started]

    def answer(self, case: Case, outcome: Outcome) -> None:
        """Ask a case's question, say what the case says, judge it after its last turn, and close."""
        question = self._scenario.question(case.question_id)
        line, kind = question.asks, MoveKind.ASK
        numbers: dict[int, int] = {}
        for number, turn in enumerate(case.said(), _FIRST_SAID):
            if turn.who is Who.INTERVIEWER:
                line = f"{line}\n{turn.text}" if line else turn.text
                continue
            if numbers:
                self._judged(question, Unscored(judge=self._judge, reason=UnscoredReason.JUDGE_FAILED, detail=_REASON))
            # Two turns of the candidate in a row: the interviewer must have made room in between.
            self._move(kind, line or "Go on.", question=question.id)
            numbers[number] = self._say(Who.CANDIDATE, turn.text)
            line, kind = "", MoveKind.WAIT
        self._judged(question, _moved(outcome, numbers))
        close = CloseReason.SKIPPED if case.intent is Intent.SKIP else CloseReason.PROBED
        self._move(MoveKind.CLOSE, "Thank you.", question=question.id, close=close)

    def end(self, reason: EndReason) -> None:
        """Say goodbye and end."""
        self._move(MoveKind.FAREWELL, "Goodbye.", end=reason)
        self.events.append(ev.Ended(at=_AT, reason=reason))

    def confirm(self, targets: Iterable[str]) -> None:
        """A person confirms red flags."""
        self.events += [ev.Confirmed(at=_AT, target=target, by=PEOPLE) for target in targets]

    def _move(
        self,
        kind: MoveKind,
        line: str,
        question: str | None = None,
        close: CloseReason | None = None,
        end: EndReason | None = None,
    ) -> None:
        move = Move(kind=kind, reason=_REASON, question=question, close=close, end=end)
        self.events.append(ev.Moved(at=_AT, move=move))
        self._say(Who.INTERVIEWER, line)

    def _say(self, who: Who, text: str) -> int:
        self._turns += 1
        self.events.append(ev.Said(at=_AT, turn=self._turns, who=who, text=text))
        return self._turns

    def _judged(self, question: Question, outcome: Outcome) -> None:
        self.events.append(ev.Judged(at=_AT, question=question.id, attempt=1, turn=self._turns, outcome=outcome))


def _moved(outcome: Outcome, numbers: Mapping[int, int]) -> Outcome:
    """The outcome with its evidence in the interview's numbering of turns."""
    if not isinstance(outcome, Assessment):
        return outcome
    return outcome.model_copy(
        update={
            "points": tuple(_renumbered(one, numbers) for one in outcome.points),
            "flags": tuple(_renumbered(one, numbers) for one in outcome.flags),
        }
    )


def _renumbered(finding: Finding, numbers: Mapping[int, int]) -> Finding:
    if not finding.evidence:
        return finding
    # A turn that is not the candidate's becomes the first question, which replay refuses as evidence.
    spans = tuple(one.model_copy(update={"turn": numbers.get(one.turn, 1)}) for one in finding.evidence)
    return finding.model_copy(update={"evidence": spans})
