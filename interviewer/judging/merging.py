"""Two judges' findings made one: the slow judge's word, unless the fast one is sure of the opposite.

The bars for being sure are on the fast judge's own calibrated probabilities. In a sample of 330 labelled answers (2,880
points) 493 findings lay at or under ABSENT_AT, 9 of them wrong, and 337 at or over COVERED_FROM, 37 of them wrong.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from interviewer.core.findings import Assessment, Finding, JudgeVersion, Status

COVERED_FROM: Final = 0.90
CONTRADICTED_AT: Final = 0.10
ABSENT_AT: Final = 0.02
IN_DOUBT: Final = 0.5
"""The probability of a finding over which both judges are sure and disagree."""

CONSTANTS: Final = (COVERED_FROM, CONTRADICTED_AT, ABSENT_AT, IN_DOUBT)
_CREDITS: Final = (Status.COVERED, Status.PARTIAL)


def merged(fast: Assessment, slow: Assessment, judge: JudgeVersion) -> Assessment:
    """The findings of both, under the version of the judge that they are together."""
    return slow.model_copy(
        update={
            "judge": judge,
            "points": _all(fast.points, slow.points),
            "flags": _all(fast.flags, slow.flags),
            "notes": tuple(dict.fromkeys((*slow.notes, *fast.notes))),
        }
    )


def _all(fast: Sequence[Finding], slow: Sequence[Finding]) -> tuple[Finding, ...]:
    quick = {one.target: one for one in fast}
    return tuple(merge(quick[one.target], one) if one.target in quick else one for one in slow)


def merge(fast: Finding, slow: Finding) -> Finding:
    """One finding of two.

    Where the slow judge is unclear, because its quotes did not hold, the fast one's word counts if it is covered or
    sure. Where both are sure, and only one of them sees credit, a person decides. Else it is the slow judge's word.
    """
    if slow.status is Status.UNCLEAR:
        return fast if fast.status is Status.COVERED or sure(fast) else _with_evidence(slow, fast)
    if not sure(fast):
        return slow
    if (fast.status in _CREDITS) == (slow.status in _CREDITS):
        return slow
    doubt = Finding(target=slow.target, status=Status.UNCLEAR, probability=IN_DOUBT, evidence=slow.evidence)
    return _with_evidence(doubt, fast)


def _with_evidence(finding: Finding, other: Finding) -> Finding:
    """The finding with the other's evidence, where it has none: a person who decides wants to read something."""
    return finding if finding.evidence else finding.model_copy(update={"evidence": other.evidence})


def sure(finding: Finding) -> bool:
    """Whether the fast judge is sure of a finding."""
    bars = {
        Status.COVERED: finding.probability >= COVERED_FROM,
        Status.CONTRADICTED: finding.probability <= CONTRADICTED_AT,
        Status.ABSENT: finding.probability <= ABSENT_AT,
    }
    return bars.get(finding.status, False)
