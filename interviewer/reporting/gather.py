"""From the state to what a report says of one question: tries, points, flags, quotes."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from typing import Final

from interviewer.core.events import Mode
from interviewer.core.findings import Assessment, Status, Unscored, UnscoredReason
from interviewer.core.scenario import Question, Tier
from interviewer.core.scoring import FlagGrade, QuestionGrade, Standing, grade
from interviewer.core.state import Attempt, State, Word
from interviewer.reporting.judgements import judgements
from interviewer.reporting.model import (
    AttemptReport,
    FlagReport,
    FlagState,
    Level,
    PointReport,
    QuestionReport,
    SelfReport,
)
from interviewer.reporting.steps import deciding, step_words, together

TIERS: Final = tuple(Tier)


def question_report(state: State, name: str) -> QuestionReport:
    """What is known of a question; its first try counts, later tries stand beside it. KeyError if unknown."""
    question = state.scenario.question(name)
    main = state.scenario.main_of(name)
    section = next(one.title for one in state.scenario.sections if one.id == main.section)
    numbers = sorted(number for known, number in state.attempts if known == name and number > 1)
    first, *later = (_attempt(state, name, number) for number in (1, *numbers))
    graded = [grade(state, name, one.number) for one in (first, *later) if one.standing is Standing.SCORED]
    best = together(graded) if graded else None
    return QuestionReport(
        id=name,
        title=question.title,
        parent=None if main.id == name else main.id,
        section=section,
        asks=question.asks,
        first=first,
        later=tuple(later),
        together=_level(best) if best and later else None,
        next_step=step_words(best) if best and state.mode is Mode.PRACTICE else "",
        reference=question.reference,
    )


def _level(graded: QuestionGrade) -> Level:
    return Level(low=graded.low, high=graded.high, checks=len(deciding(graded)))


def ordered(question: Question) -> tuple[str, ...]:
    """Ids of its points by tier, then in file order, with the alternatives of a group side by side."""
    firsts: dict[str, int] = {}
    for place, point in enumerate(question.points):
        firsts.setdefault(point.group or f" {point.id}", place)
    points = sorted(question.points, key=lambda one: (TIERS.index(one.tier), firsts[one.group or f" {one.id}"]))
    return tuple(point.id for point in points)


def _attempt(state: State, name: str, number: int) -> AttemptReport:
    graded = grade(state, name, number)
    attempt = state.attempt(name, number) or Attempt(question=name, number=number)
    standing = graded.standing
    outcome = attempt.scored[-1].outcome if attempt.scored else None
    settles = deciding(graded)
    return AttemptReport(
        number=number,
        standing=standing,
        asked=attempt.asked,
        closed=attempt.closed,
        unscored=_unscored(attempt) if standing is Standing.UNSCORED else None,
        level=_level(graded) if standing is Standing.SCORED else None,
        points=tuple(_point(state, attempt, graded, one, settles) for one in ordered(graded.question)),
        red_flags=tuple(_flag(state, attempt, one) for one in graded.flags),
        judge=outcome.judge if outcome else None,
        notes=outcome.notes if isinstance(outcome, Assessment) else (),
        judgements=judgements(state, attempt),
    )


def _unscored(attempt: Attempt) -> UnscoredReason | None:
    """Why a question has no score; None: nobody has judged it yet.

    Where another judge only kept the conversation going, the interview's own has failed.
    """
    if not attempt.scored:
        return UnscoredReason.JUDGE_FAILED if attempt.judgements else None
    outcome = attempt.scored[-1].outcome
    return outcome.reason if isinstance(outcome, Unscored) else None


def _point(state: State, attempt: Attempt, graded: QuestionGrade, name: str, settles: AbstractSet[str]) -> PointReport:
    one = graded.point(name)
    ref = f"{attempt.question}.{one.point.id}"
    word = _word(state, attempt, name)
    group = one.point.group
    others = [other for other in graded.points if group and other.point.group == group]
    return PointReport(
        id=ref,
        says=one.point.says,
        why=one.point.why,
        tier=one.point.tier,
        group=group,
        status=one.status,
        aid=one.aid,
        credit_low=one.low,
        credit_high=one.high,
        probability=one.finding.probability if one.finding else None,
        quotes=one.finding.evidence if one.finding and one.finding.status is not Status.ABSENT else (),
        judged_by=word.by if word else _judge_name(attempt),
        by_person=word is not None,
        reason=word.reason if word else "",
        to_check=name in settles,
        not_needed=not one.high and any(other.low for other in others),
        self_reported=_self_reported(state, ref, attempt.number),
    )


def _word(state: State, attempt: Attempt, name: str) -> Word | None:
    """A person's word, which is about the first try."""
    return state.words.get(f"{attempt.question}.{name}") if attempt.number == 1 else None


def _judge_name(attempt: Attempt) -> str:
    return attempt.assessment.judge.name if attempt.assessment else ""


def _self_reported(state: State, target: str, number: int) -> tuple[SelfReport, ...]:
    mine = [one for one in state.contested if one.target == target and one.attempt == number]
    return tuple(SelfReport(reason=one.reason, quotes=one.evidence) for one in mine)


def _flag(state: State, attempt: Attempt, one: FlagGrade) -> FlagReport:
    word = _word(state, attempt, one.flag.id)
    stand = FlagState.NOT_SEEN
    if one.in_doubt:
        stand = FlagState.TO_CHECK
    elif one.shown_low:
        stand = FlagState.SHOWN
    elif word is not None:
        stand = FlagState.DISMISSED
    return FlagReport(
        id=f"{attempt.question}.{one.flag.id}",
        says=one.flag.says,
        severity=one.flag.severity,
        state=stand,
        quotes=one.finding.evidence if one.finding else (),
        decided_by=word.by if word else "",
        reason=word.reason if word else "",
    )


def seen_flags(attempt: AttemptReport) -> Iterable[FlagReport]:
    """The red flags that a machine or a person saw; and those that are to be read blind first, whatever it is."""
    return (one for one in attempt.red_flags if one.blind or one.state is not FlagState.NOT_SEEN)
