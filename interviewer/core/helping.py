"""Probes and hints: which point to lead to next, and what the last turn gained."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from interviewer.core.events import Move, MoveKind
from interviewer.core.findings import Status, Unscored
from interviewer.core.scenario import Point, Tier
from interviewer.core.scoring import GOOD_CORE, PointGrade, QuestionGrade, grade, status_credit, tier_credits
from interviewer.core.state import Attempt, State

MINIMUM_PROBES: Final = 4
CORE_PROBES: Final = 2
HINTS: Final = 3


def low_credits(standing: QuestionGrade) -> dict[str, float]:
    """Credit of each point (0 to 1) with every doubt against the candidate."""
    return {one.point.id: one.low for one in standing.points}


def hint(state: State, attempt: Attempt, reason: str) -> Move | None:
    """The next rung that concerns a point still missing, the last probed first."""
    question = state.scenario.question(attempt.question)
    given = {move.hint for move in attempt.moves if move.kind is MoveKind.HINT}
    if len(given) >= HINTS:
        return None
    standing = grade(state, attempt.question, attempt.number, live=True)
    missing = {one.point.id for one in standing.points if one.low < 1.0 and not group_there(one, standing)}
    missing -= {one.point.id for one in standing.points if one.status is Status.COVERED}
    probed = [move.point for move in attempt.moves if move.kind is MoveKind.PROBE]
    rungs = [index for index in range(len(question.hints)) if index not in given]
    for wanted in ([probed[-1]] if probed and probed[-1] in missing else [], missing):
        for index in rungs:
            concerned = [name for name in question.hints[index].points if name in wanted]
            if concerned:
                because = tuple(f"{attempt.question}.{name}" for name in concerned)
                return Move(
                    kind=MoveKind.HINT,
                    question=attempt.question,
                    hint=index,
                    point=concerned[0],
                    reason=reason,
                    because=because,
                )
    return None


def group_there(one: PointGrade, standing: QuestionGrade) -> bool:
    """Whether an alternative to this point already has credit."""
    group = one.point.group
    return group is not None and any(other.low for other in standing.points if other.point.group == group)


def probe(attempt: Attempt, standing: QuestionGrade, declined: str | None = None) -> Move | None:
    """The next probe: missing minimum points first, then core points while less than half of their credit is there."""
    for one in _candidates(attempt, standing, declined):
        doubt = one.status is Status.UNCLEAR
        said = {Status.UNCLEAR: "may have been said", Status.PARTIAL: "was only partly heard"}.get(
            one.status, "has not been heard"
        )
        return Move(
            kind=MoveKind.PROBE,
            question=attempt.question,
            point=one.point.id,
            in_doubt=doubt,
            reason=f"the {one.point.tier} point {attempt.question}.{one.point.id} {said}",
            because=(f"{attempt.question}.{one.point.id}",),
        )
    return None


def _candidates(attempt: Attempt, standing: QuestionGrade, declined: str | None) -> Iterator[PointGrade]:
    probed = [move.point for move in attempt.moves if move.kind is MoveKind.PROBE]
    tier: dict[str | None, Tier] = {one.point.id: one.point.tier for one in standing.points}
    used = {kind: sum(tier[name] is kind for name in probed) for kind in (Tier.MINIMUM, Tier.CORE)}
    passed = {*probed, *attempt.declined, declined}
    core = tier_credits(standing.question, low_credits(standing), Tier.CORE)
    if used[Tier.MINIMUM] < MINIMUM_PROBES:
        yield from _open_points(standing, Tier.MINIMUM, passed, (Status.ABSENT, Status.UNCLEAR))
    if used[Tier.CORE] < CORE_PROBES and core and sum(core) / len(core) < GOOD_CORE:
        yield from _open_points(standing, Tier.CORE, passed, (Status.ABSENT, Status.UNCLEAR, Status.PARTIAL))


def _open_points(
    standing: QuestionGrade, tier: Tier, passed: set[str | None], statuses: tuple[Status, ...]
) -> Iterator[PointGrade]:
    for one in standing.points:
        point: Point = one.point
        if point.tier is tier and point.id not in passed and one.status in statuses and not group_there(one, standing):
            yield one


def gains(attempt: Attempt) -> tuple[str, ...]:
    """Points that the last judgement credits more than the one before it did."""
    made = attempt.steering
    if not made or isinstance(made[-1].outcome, Unscored):
        return ()
    now = made[-1].outcome
    before = made[-2].outcome if len(made) > 1 else None
    old = {one.target: one.status for one in before.points} if before and not isinstance(before, Unscored) else {}
    return tuple(
        one.target
        for one in now.points
        if status_credit(one.status, hopeful=False) > status_credit(old.get(one.target, Status.ABSENT), hopeful=False)
    )
