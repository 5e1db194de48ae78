"""Points and red flags as the interview page shows them: what was found, on which words, and what a person may do."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from interviewer.core.findings import Span, Status
from interviewer.reporting.model import CommentReport, FlagReport, FlagState, PointReport, SelfReport
from interviewer.reporting.words import AID_WORDS, SEVERITY_WORDS, SYMBOLS, TIER_WORDS, TO_READ_BLIND
from interviewer.web.review_finding import FLAG_VERDICTS, VERDICTS

POINT_CHANGES: Final = (Status.COVERED, Status.PARTIAL, Status.CONTRADICTED, Status.ABSENT)
FLAG_CHANGES: Final = (Status.COVERED, Status.ABSENT)
FLAG_SYMBOLS: Final = {
    FlagState.SHOWN: "!",
    FlagState.TO_CHECK: "?",
    FlagState.DISMISSED: "·",
    FlagState.NOT_SEEN: "·",
}
FLAG_WORDS: Final = {
    FlagState.SHOWN: "shown",
    FlagState.TO_CHECK: "to be confirmed by a person",
    FlagState.DISMISSED: "dismissed",
    FlagState.NOT_SEEN: "not seen",
}


@dataclass(frozen=True, slots=True)
class About:
    """What is known of findings beside the report: which are contested, and why; and the comments."""

    contested: Collection[str]
    contests: dict[str, tuple[SelfReport, ...]]
    comments: tuple[CommentReport, ...]

    def said_of(self, target: str) -> tuple[CommentReport, ...]:
        """The comments on a finding."""
        return tuple(one for one in self.comments if one.target == target)


@dataclass(frozen=True, slots=True)
class FindingRow:
    """A point or a red flag; `number` is its own on the page.

    `masked`: it is to be read blind first, so that nothing of the verdict is here, nor that the candidate contests it,
    which would tell what it is. `confirms` is what confirming would
    confirm (empty where there is nothing clear), `changes` what else it can be made, as value and word.
    """

    number: int
    target: str
    says: str
    kind: str
    is_flag: bool
    masked: bool
    symbol: str
    status: str
    words: str
    by: str
    reason: str
    quotes: tuple[Span, ...]
    contests: tuple[SelfReport, ...]
    open_contest: bool
    to_check: bool
    comments: tuple[CommentReport, ...]
    confirms: str
    changes: tuple[tuple[str, str], ...]


def point_row(number: int, one: PointReport, about: About) -> FindingRow:
    """A point."""
    masked = one.blind
    clear = one.status is not Status.UNCLEAR and one.probability is not None
    return FindingRow(
        number=number,
        target=one.id,
        says=one.says,
        kind=TIER_WORDS[one.tier].lower(),
        is_flag=False,
        masked=masked,
        symbol="" if masked else SYMBOLS[one.status],
        status="masked" if masked else one.status.value,
        words=TO_READ_BLIND if masked else _point_words(one),
        by=one.judged_by if one.by_person else "",
        reason=one.reason,
        quotes=() if masked else one.quotes,
        contests=() if masked else about.contests.get(one.id, ()),
        open_contest=one.id in about.contested and not masked,
        to_check=one.to_check and not masked,
        comments=about.said_of(one.id),
        confirms=VERDICTS[one.status] if clear and not masked and not one.by_person else "",
        changes=tuple((to.value, VERDICTS[to]) for to in POINT_CHANGES if masked or to is not one.status),
    )


def _point_words(one: PointReport) -> str:
    words = VERDICTS[one.status]
    if one.status in (Status.COVERED, Status.PARTIAL) and AID_WORDS[one.aid]:
        words = f"{words}, {AID_WORDS[one.aid]}"
    return f"{words}; another way was taken" if one.not_needed else words


def flag_row(number: int, one: FlagReport, about: About) -> FindingRow:
    """A red flag."""
    masked = one.blind
    shown = one.state is FlagState.SHOWN
    return FindingRow(
        number=number,
        target=one.id,
        says=one.says,
        kind=f"{SEVERITY_WORDS[one.severity]} red flag",
        is_flag=True,
        masked=masked,
        symbol="" if masked else FLAG_SYMBOLS[one.state],
        status="masked" if masked else f"flag-{one.state.value}",
        words=TO_READ_BLIND if masked else FLAG_WORDS[one.state],
        by=one.decided_by,
        reason=one.reason,
        quotes=() if masked else one.quotes,
        contests=() if masked else about.contests.get(one.id, ()),
        open_contest=one.id in about.contested and not masked,
        to_check=one.state is FlagState.TO_CHECK and not masked,
        comments=about.said_of(one.id),
        confirms="",
        changes=tuple(
            (to.value, FLAG_VERDICTS[to])
            for to in FLAG_CHANGES
            if masked or one.state in (FlagState.TO_CHECK, FlagState.NOT_SEEN) or shown is (to is Status.ABSENT)
        ),
    )
