"""Credit and levels, computed by plain code from findings; the table is in docs/scoring.md.

Credit of a point is its status (covered 1, partial 1/2, else 0) times the aid (unprompted 1,
prompted 3/4, hinted 1/2), the best over turns after retractions. Doubt makes a range: the
level is computed once with every doubt against the candidate, and once with every doubt in
the candidate's favour.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from interviewer.core.events import CloseReason
from interviewer.core.findings import Aid, Assessment, Finding, Span, Status
from interviewer.core.scenario import Point, Question, RedFlag, Severity, Tier
from interviewer.core.state import Attempt, Judgement, State, Word

STATUS_CREDIT: Final = {Status.COVERED: 1.0, Status.PARTIAL: 0.5}
AID_CREDIT: Final = {Aid.UNPROMPTED: 1.0, Aid.PROMPTED: 0.75, Aid.HINTED: 0.5}
GOOD_CORE: Final = 0.5
STRONG_CORE: Final = 0.75
FLAG_CAP: Final = {Severity.SERIOUS: 2, Severity.DISQUALIFYING: 1}
LEVEL_NAMES: Final = {1: "insufficient", 2: "acceptable", 3: "good", 4: "strong"}


class Standing(StrEnum):
    """Whether a question counts as assessed."""

    SCORED = "scored"
    UNSCORED = "unscored"
    UNASKED = "unasked"


@dataclass(frozen=True, slots=True)
class Sighting:
    """One judgement of one point, with the aid before the words that it rests on."""

    status: Status
    aid: Aid


@dataclass(frozen=True, slots=True)
class PointGrade:
    """A point's finding in force, and its credit (0 to 1) at worst and at best."""

    point: Point
    finding: Finding | None
    status: Status
    aid: Aid
    low: float
    high: float
    by_person: bool = False

    @property
    def in_doubt(self) -> bool:
        """Whether a person could still change its credit."""
        return self.low != self.high


@dataclass(frozen=True, slots=True)
class FlagGrade:
    """A red flag's finding; one that a machine has seen counts only as a doubt until a person confirms it."""

    flag: RedFlag
    finding: Finding | None
    shown_low: bool
    shown_high: bool

    @property
    def in_doubt(self) -> bool:
        """Whether it still waits for a person."""
        return self.shown_low != self.shown_high


@dataclass(frozen=True, slots=True)
class QuestionGrade:
    """A question's level, as a range where there is doubt."""

    question: Question
    attempt: int
    standing: Standing
    low: int
    high: int
    points: tuple[PointGrade, ...]
    flags: tuple[FlagGrade, ...]

    @property
    def certain(self) -> bool:
        """Whether doubt changes nothing."""
        return self.low == self.high

    def point(self, name: str) -> PointGrade:
        """The grade of a point; KeyError if there is none."""
        for grade in self.points:
            if grade.point.id == name:
                return grade
        raise KeyError(name)


def status_credit(status: Status, *, hopeful: bool) -> float:
    """Credit of a status before aid, 0 to 1; an unclear one counts as covered only when hopeful."""
    if status is Status.UNCLEAR:
        return 1.0 if hopeful else 0.0
    return STATUS_CREDIT.get(status, 0.0)


def point_credit(sightings: Sequence[Sighting], *, hopeful: bool) -> float:
    """Credit of a point, 0 to 1: the best of its sightings since the last retraction; only the last may be hopeful."""
    if not sightings:
        return 0.0
    best = status_credit(sightings[-1].status, hopeful=hopeful) * AID_CREDIT[sightings[-1].aid]
    if best == 0:
        return 0.0
    for sighting in reversed(sightings[:-1]):
        if sighting.status in (Status.ABSENT, Status.CONTRADICTED):
            break
        best = max(best, status_credit(sighting.status, hopeful=False) * AID_CREDIT[sighting.aid])
    return best


def tier_credits(question: Question, credit: Mapping[str, float], tier: Tier) -> list[float]:
    """Credits of a tier, where alternatives in one group count once, by their best point."""
    best: dict[str, float] = {}
    for point in question.points:
        if point.tier is tier:
            key = f"group {point.group}" if point.group else point.id
            best[key] = max(best.get(key, 0.0), credit[point.id])
    return list(best.values())


def level_of(question: Question, credit: Mapping[str, float], flags: Sequence[Severity] = ()) -> int:
    """The level, 1 to 4, that credits and shown flags make; an empty tier is satisfied."""
    minimum = tier_credits(question, credit, Tier.MINIMUM)
    core = tier_credits(question, credit, Tier.CORE)
    strong = tier_credits(question, credit, Tier.STRONG)
    share = sum(core) / len(core) if core else 1.0
    if not all(minimum):
        level = 1
    elif share < GOOD_CORE:
        level = 2
    elif share < STRONG_CORE or (strong and not any(strong)):
        level = 3
    else:
        level = 4
    return min([level, *(FLAG_CAP[severity] for severity in flags)])


def aid_before(attempt: Attempt, point: str, evidence: Sequence[Span], judged: int) -> Aid:
    """The strongest help that named the point before the turn that holds its evidence (else the turn judged last)."""
    last = max((span.turn for span in evidence), default=judged)
    given = [help_.aid for help_ in attempt.helps if point in help_.points and help_.turn < last]
    return min(given, key=lambda aid: AID_CREDIT[aid], default=Aid.UNPROMPTED)


def _sightings(attempt: Attempt, point: str, made: Sequence[Judgement]) -> list[Sighting]:
    """What was found of a point after each turn, in order."""
    found = [(one.turn, one.outcome.finding(point)) for one in made if isinstance(one.outcome, Assessment)]
    return [Sighting(one.status, aid_before(attempt, point, one.evidence, turn)) for turn, one in found]


@dataclass(frozen=True, slots=True)
class _View:
    """An attempt with the judgements that are to be looked at."""

    attempt: Attempt
    made: Sequence[Judgement]
    assessment: Assessment | None

    @classmethod
    def scored(cls, attempt: Attempt) -> _View:
        return cls(attempt, attempt.scored, attempt.assessment)


def _word(state: State, attempt: Attempt, name: str) -> Word | None:
    """A person's latest word, which is about the first attempt."""
    return state.words.get(f"{attempt.question}.{name}") if attempt.number == 1 else None


def _grade_point(state: State, view: _View, point: Point, *, unknown: bool) -> PointGrade:
    attempt, assessment = view.attempt, view.assessment
    finding = assessment.finding(point.id) if assessment else None
    sightings = _sightings(attempt, point.id, view.made)
    word = _word(state, attempt, point.id)
    if word is not None:
        aids = [one.aid for one in sightings if one.status is not Status.ABSENT]
        aid = max(aids, key=lambda one: AID_CREDIT[one], default=Aid.UNPROMPTED)
        credit = status_credit(word.status, hopeful=False) * AID_CREDIT[aid]
        return PointGrade(point, finding, word.status, aid, credit, credit, by_person=True)
    if unknown:
        return PointGrade(point, None, Status.UNCLEAR, Aid.UNPROMPTED, 0.0, 1.0)
    low, high = (point_credit(sightings, hopeful=hopeful) for hopeful in (False, True))
    best = [one for one in sightings if status_credit(one.status, hopeful=True) * AID_CREDIT[one.aid] == high]
    earned = (best if best and high else sightings)[-1:] or [Sighting(Status.ABSENT, Aid.UNPROMPTED)]
    status = finding.status if finding else Status.ABSENT
    return PointGrade(point, finding, status, earned[0].aid, low, high)


def _grade_flag(state: State, view: _View, flag: RedFlag) -> FlagGrade:
    attempt, assessment = view.attempt, view.assessment
    found = [one for one in assessment.flags if one.target == flag.id] if assessment else []
    finding = found[0] if found else None
    word = _word(state, attempt, flag.id)
    if word is not None:
        shown = word.status is Status.COVERED
        return FlagGrade(flag, finding, shown, shown)
    seen = finding is not None and finding.status in (Status.COVERED, Status.UNCLEAR)
    return FlagGrade(flag, finding, shown_low=seen, shown_high=False)


def _standing(state: State, view: _View) -> Standing:
    """A follow-up that was only judged ahead, and never asked or found answered, counts as not asked."""
    attempt = view.attempt
    settled = all(_word(state, attempt, point.id) for point in state.scenario.question(attempt.question).points)
    if settled:
        return Standing.SCORED
    if not attempt.asked and attempt.closed is None:
        return Standing.UNASKED
    answered = any(state.turn(one).is_answer for one in attempt.turns)
    if view.assessment is not None or (attempt.closed is CloseReason.SKIPPED and not answered):
        return Standing.SCORED
    return Standing.UNSCORED if attempt.judgements or answered else Standing.UNASKED


def grade(state: State, name: str, number: int = 1, *, live: bool = False) -> QuestionGrade:
    """The grade of an attempt at a question; KeyError for an unknown question.

    `live`: as the conversation goes by it, with the findings of judges that steer and do not count.
    """
    question = state.scenario.question(name)
    attempt = state.attempt(name, number) or Attempt(question=name, number=number)
    view = _View(attempt, attempt.steering, attempt.heard) if live else _View.scored(attempt)
    standing = _standing(state, view)
    unknown = standing is Standing.UNSCORED
    points = tuple(_grade_point(state, view, point, unknown=unknown) for point in question.points)
    flags = tuple(_grade_flag(state, view, flag) for flag in question.red_flags)
    low = level_of(question, {p.point.id: p.low for p in points}, [f.flag.severity for f in flags if f.shown_low])
    high = level_of(question, {p.point.id: p.high for p in points}, [f.flag.severity for f in flags if f.shown_high])
    return QuestionGrade(question, number, standing, low, high, points, flags)
