"""What another judge makes of a finished interview: each question's verdict in force beside the new one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from interviewer.core.events import Mode, Rejudged
from interviewer.core.findings import Assessment, Finding, Outcome, Span, Status, Unscored, UnscoredReason
from interviewer.core.hiring import Recommendation, summarise
from interviewer.core.ports import Judge
from interviewer.core.replay import apply
from interviewer.core.scoring import QuestionGrade, grade
from interviewer.core.state import Attempt, State, Word


@dataclass(frozen=True, slots=True)
class FindingChange:
    """A point or red flag of which the judges say different things; None: one of them could not judge it.

    A person's `word` on it stands whatever they say.
    """

    target: str
    is_flag: bool
    before: Finding | None
    after: Finding | None
    word: Word | None


@dataclass(frozen=True, slots=True)
class QuestionChange:
    """A question whose findings or level would change; the level may, through the help before other quotes."""

    question: str
    before: QuestionGrade
    after: QuestionGrade
    findings: tuple[FindingChange, ...]

    @property
    def regraded(self) -> bool:
        """Whether its level, or whether it has one, would change."""
        return _level(self.before) != _level(self.after)


@dataclass(frozen=True, slots=True)
class Rejudgement:
    """One interview judged again; `before` and `after` are recommendations, which practice does not have.

    `judged` counts the questions that were judged again, `failed` names those that could not be, whose verdict
    stays, and `adoptable` are the events that put the new verdicts in force.
    """

    judged: int
    failed: tuple[str, ...]
    questions: tuple[QuestionChange, ...]
    before: Recommendation | None
    after: Recommendation | None
    adoptable: tuple[Rejudged, ...]

    @property
    def changed(self) -> bool:
        """Whether the judge would change anything that counts."""
        return bool(self.adoptable)


def rejudge(state: State, judge: Judge, at: datetime, by: str) -> Rejudgement:
    """Judge the first attempts of an interview that has ended again, over the turns that counted then.

    `at` and `by` stand in the events that would adopt it. Whatever the judge raises passes through.
    """
    judged, failed, fresh = 0, [], []
    for attempt in _judged(state):
        question = state.scenario.question(attempt.question)
        outcome = judge.assess(question, state.judged_turns(question.id))
        if isinstance(outcome, Unscored) and outcome.reason is UnscoredReason.JUDGE_FAILED:
            failed.append(question.id)
            continue
        judged += 1
        if outcome != _in_force(attempt):
            fresh.append(Rejudged(at=at, question=question.id, attempt=1, outcome=outcome, by=by))
    return _weighed(state, tuple(fresh), judged, tuple(failed))


def _judged(state: State) -> Iterator[Attempt]:
    """The first attempts that were judged, in file order."""
    for question in state.scenario.all_questions():
        attempt = state.attempt(question.id)
        if attempt is not None and attempt.judgements:
            yield attempt


def _in_force(attempt: Attempt) -> Outcome:
    return (attempt.scored or attempt.judgements)[-1].outcome


def _weighed(state: State, fresh: tuple[Rejudged, ...], judged: int, failed: tuple[str, ...]) -> Rejudgement:
    every = _after(state, fresh)
    compared = [(event, _compared(state, every, event)) for event in fresh]
    adoptable = tuple(event for event, change in compared if _counts(state, event, change))
    before, after = _recommendation(state), _recommendation(every)
    if _recommendation(_after(state, adoptable)) is not after:
        # A second judge that finds the same may decide what the embedded judge alone may not.
        adoptable = fresh
    adopted = {event.question for event in adoptable}
    questions = tuple(one for _, one in compared if one.question in adopted and (one.findings or one.regraded))
    return Rejudgement(judged, failed, questions, before, after, adoptable)


def _counts(state: State, event: Rejudged, change: QuestionChange) -> bool:
    """Whether the new judge changes a question's findings, or its level by quoting other words.

    Where the same was found in the same words, a level could differ only because one verdict over all turns stands
    in for one after each: that is not the judge's doing.
    """
    quotes = [_quotes(outcome) for outcome in (_in_force(state.attempts[event.question, 1]), event.outcome)]
    return bool(change.findings) or (change.regraded and quotes[0] != quotes[1])


def _after(state: State, adopted: Iterable[Rejudged]) -> State:
    for event in adopted:
        state = apply(state, event)
    return state


def _recommendation(state: State) -> Recommendation | None:
    return summarise(state).recommendation if state.mode is Mode.SCREEN else None


def _level(graded: QuestionGrade) -> tuple[str, int, int]:
    return graded.standing, graded.low, graded.high


def _compared(state: State, after: State, event: Rejudged) -> QuestionChange:
    question = state.scenario.question(event.question)
    old, new = _findings(_in_force(state.attempts[question.id, 1])), _findings(event.outcome)
    flags = [flag.id for flag in question.red_flags]
    changes = tuple(
        FindingChange(
            f"{question.id}.{name}",
            name in flags,
            old.get(name),
            new.get(name),
            state.words.get(f"{question.id}.{name}"),
        )
        for name in (*(point.id for point in question.points), *flags)
        if _status(old.get(name)) is not _status(new.get(name))
    )
    return QuestionChange(question.id, grade(state, question.id), grade(after, question.id), changes)


def _findings(outcome: Outcome) -> dict[str, Finding]:
    return {one.target: one for one in (*outcome.points, *outcome.flags)} if isinstance(outcome, Assessment) else {}


def _quotes(outcome: Outcome) -> dict[str, tuple[Span, ...]] | None:
    """The words that each finding rests on; None where there are no findings."""
    found = _findings(outcome).items()
    return {name: one.evidence for name, one in found} if isinstance(outcome, Assessment) else None


def _status(finding: Finding | None) -> Status:
    """A finding's status; of what was not scored, or of a flag that nobody looked for, that it is absent."""
    return finding.status if finding else Status.ABSENT
