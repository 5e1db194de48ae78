"""The nearest next level of a question: what would reach it most cheaply, and what still has to be checked."""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from typing import Final

from interviewer.core.findings import Status
from interviewer.core.scenario import RedFlag, Tier
from interviewer.core.scoring import FLAG_CAP, GOOD_CORE, STRONG_CORE, PointGrade, QuestionGrade, level_of
from interviewer.reporting.words import counted, without_stop

NAMED: Final = 2
"""A step names at most this many points; a longer list is no advice."""

VERBS: Final = {
    Status.ABSENT: "add",
    Status.PARTIAL: "say in full",
    Status.UNCLEAR: "say plainly",
    Status.CONTRADICTED: "set right",
    Status.COVERED: "say without help",
}
_READY: Final = (Status.UNCLEAR, Status.PARTIAL, Status.ABSENT, Status.CONTRADICTED, Status.COVERED)
"""Of two steps that suffice, the one nearer to what was said comes first; what was said with help comes last."""


@dataclass(frozen=True, slots=True)
class Step:
    """What the next level takes: these points in full and unprompted, and these flags cleared up."""

    level: int
    points: tuple[PointGrade, ...]
    flags: tuple[RedFlag, ...]


def next_step(grade: QuestionGrade) -> Step | None:
    """The cheapest way from the level that is certain to the next; None at the highest."""
    if grade.low == 4:
        return None
    target = grade.low + 1
    points = _missing(grade, Tier.MINIMUM)
    if target >= 3:
        points += _core(grade, GOOD_CORE if target == 3 else STRONG_CORE)
    if target == 4 and not any(unit.low for unit in _units(grade, Tier.STRONG)):
        points += _missing(grade, Tier.STRONG)[:1]
    flags = tuple(one.flag for one in grade.flags if one.shown_low and FLAG_CAP[one.flag.severity] < target)
    return Step(target, tuple(points), flags)


def _units(grade: QuestionGrade, tier: Tier) -> list[PointGrade]:
    """A tier's points, where alternatives in one group stand as their best one."""
    best: dict[str, PointGrade] = {}
    for one in grade.points:
        if one.point.tier is tier:
            key = f"group {one.point.group}" if one.point.group else one.point.id
            if key not in best or one.low > best[key].low:
                best[key] = one
    return list(best.values())


def _missing(grade: QuestionGrade, tier: Tier) -> list[PointGrade]:
    return sorted((one for one in _units(grade, tier) if not one.low), key=lambda one: _READY.index(one.status))


def _core(grade: QuestionGrade, share: float) -> list[PointGrade]:
    """The fewest core points that, said in full, bring the core credit to this share (0 to 1)."""
    units = _units(grade, Tier.CORE)
    lacking = share * len(units) - sum(one.low for one in units)
    left = sorted((one for one in units if one.low < 1), key=lambda one: _READY.index(one.status))
    picked: list[PointGrade] = []
    while lacking > 0 and left:
        enough = [one for one in left if 1 - one.low >= lacking]
        best = min(enough, key=lambda one: _READY.index(one.status)) if enough else min(left, key=lambda one: one.low)
        left.remove(best)
        picked.append(best)
        lacking -= 1 - best.low
    return picked


def step_words(grade: QuestionGrade) -> str:
    """The step as one line for the candidate; empty at the highest level."""
    step = next_step(grade)
    if step is None:
        return ""
    named = step.points[:NAMED]
    said: dict[str, list[str]] = {}
    for one in named:
        said.setdefault(VERBS[one.status], []).append(without_stop(one.point.says))
    parts = [f"{verb}: {'; '.join(says)}" for verb, says in said.items()]
    parts += [f"clear up what sounded like this: {without_stop(flag.says)}" for flag in step.flags[:1]]
    reach = "To be sure of" if grade.low < grade.high else "To reach"
    more = len(step.points) - len(named)
    then = f" Then {counted(more, 'more point')}." if more else ""
    return f"{reach} level {step.level}, {'. Also '.join(parts)}.{then}"


def together(grades: Sequence[QuestionGrade]) -> QuestionGrade:
    """The grade that all tries at a question would make, with each point's best credit; ValueError for none."""
    if not grades:
        raise ValueError("no try to put together")
    latest = grades[-1]
    points = tuple(
        max((one.point(point.point.id) for one in grades), key=lambda found: (found.low, found.high))
        for point in latest.points
    )
    whole = replace(latest, points=points)
    doubts = [one.point.id for one in points if one.in_doubt] + [one.flag.id for one in whole.flags if one.in_doubt]
    return replace(whole, low=_level(whole, frozenset()), high=_level(whole, frozenset(doubts)))


def deciding(grade: QuestionGrade) -> frozenset[str]:
    """Ids of the points and flags in doubt whose answer would change the level; empty where it is certain.

    Each is tried with the other doubts all against the candidate, all in favour, and those before it in favour:
    of four doubtful points of which two are needed, none decides at either extreme.
    """
    names = [one.point.id for one in grade.points if one.in_doubt]
    names += [one.flag.id for one in grade.flags if one.in_doubt]
    found = set()
    for place, name in enumerate(names):
        for others in ([], names, names[:place]):
            against, for_it = set(others) - {name}, {*others, name}
            if _level(grade, against) != _level(grade, for_it):
                found.add(name)
    return frozenset(found)


def _level(grade: QuestionGrade, in_favour: AbstractSet[str]) -> int:
    """The level, had a person settled these doubts in the candidate's favour and all others against."""
    credit = {one.point.id: one.high if one.point.id in in_favour else one.low for one in grade.points}
    shown = [one for one in grade.flags if (one.shown_high if one.flag.id in in_favour else one.shown_low)]
    return level_of(grade.question, credit, [one.flag.severity for one in shown])
