"""What to ask, in person, a candidate who advances: authored probes on what was hinted at or is in doubt."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from interviewer.core.findings import Aid, Span, Status
from interviewer.core.hiring import Summary
from interviewer.core.scenario import Criterion, Tier
from interviewer.core.scoring import PointGrade, QuestionGrade, Standing

FEWEST: Final = 3
MOST: Final = 5


class Why(StrEnum):
    """Why a probe is on the sheet; the first are asked first."""

    DECISIVE = "decisive"
    CONTESTED = "contested"
    DOUBTFUL = "doubtful"
    HINTED = "hinted"
    PARTIAL = "partial"
    PROMPTED = "prompted"
    MISSED = "missed"


ENOUGH: Final = (Why.DECISIVE, Why.CONTESTED, Why.DOUBTFUL, Why.HINTED)
"""What the sheet is for; the others only fill it up to FEWEST."""
_TIERS: Final = (Tier.MINIMUM, Tier.CORE)


@dataclass(frozen=True, slots=True)
class Probe:
    """One thing to ask: the author's own probe of a point, what a good answer says, and what was said so far."""

    target: str
    title: str
    asks: str
    says: str
    matters: str
    why: Why
    quotes: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class CallSheet:
    """Probes, the most needed first, and the criteria that only a person can judge."""

    probes: tuple[Probe, ...]
    for_a_person: tuple[Criterion, ...]


def call_sheet(summary: Summary, contested: Collection[str] = ()) -> CallSheet:
    """The sheet for an interview: three to five probes, as far as its questions have them.

    A strong point has no probe, so none is ever on it. `contested` are the findings that the candidate contests.
    """
    decisive = {one.target for one in summary.doubts}
    found = sorted(_probes(summary, decisive, contested), key=_need)
    wanted = [one for one in found if one.why in ENOUGH][:MOST]
    spare = [one for one in found if one.why not in ENOUGH]
    results = (*summary.passing, *summary.strong, *summary.failing)
    persons = tuple(one.criterion for one in results if one.criterion.person)
    return CallSheet((*wanted, *spare[: max(0, FEWEST - len(wanted))]), persons)


def _need(one: Probe) -> int:
    return tuple(Why).index(one.why)


def _probes(summary: Summary, decisive: Collection[str], contested: Collection[str]) -> Iterator[Probe]:
    """All that could be asked, minimum points first, else in file order."""
    for tier in _TIERS:
        for grade in summary.grades:
            if grade.standing is Standing.UNASKED:
                continue
            for point in grade.points:
                target = f"{grade.question.id}.{point.point.id}"
                why = _why(grade, point, target in decisive, target in contested)
                if point.point.tier is tier and point.point.probe and why is not None:
                    quotes = point.finding.evidence if point.finding else ()
                    yield Probe(
                        target, grade.question.title, point.point.probe, point.point.says, point.point.why, why, quotes
                    )


def _why(grade: QuestionGrade, one: PointGrade, decisive: bool, contested: bool) -> Why | None:
    """Why a point should be asked about; None where it was covered without help, or where another one stands for it."""
    if contested:
        return Why.CONTESTED
    if one.in_doubt or one.status is Status.UNCLEAR:
        return Why.DECISIVE if decisive else Why.DOUBTFUL
    if one.low:
        if one.aid is Aid.HINTED:
            return Why.HINTED
        if one.status is Status.PARTIAL:
            return Why.PARTIAL
        return Why.PROMPTED if one.aid is Aid.PROMPTED else None
    group = one.point.group
    stood_for = group and any(other.low for other in grade.points if other.point.group == group)
    return None if stood_for else Why.MISSED
