"""How long a candidate has been at a line, and when they left: the rule for what counts of the time, and nothing else.

What counts is the time from the interviewer's line being shown to the answer being stored, as far as the candidate was
there. Whether they are there is known by signs only:

- **fetch**: the page was asked for, and so the line is shown now;
- **beat**: a page with a script says every twenty seconds that it is open, and at once when it is hidden or shown;
- **answer**: something was sent from the page.

A page that has beaten once is known to beat. If its signs are then missing for more than `SILENCE`, the candidate left
with the last sign, and nothing since counts. A page that never beats (no script) may be read in silence: up to `QUIET`
counts. If it is fetched again after a longer silence, the candidate had left with the last sign, and nothing since
counts; if an answer comes after a longer silence, the candidate had left after `QUIET`, and only that counts.

Closing the page and the pause button say at once that the candidate leaves. A page in another tab or behind another
window goes on beating, and its time counts: the help that a position allows may be found there. What counted for a
line is forgotten when the program is started anew, and counted from the next sign on: in the candidate's favour.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from interviewer.core.events import Event, Paused, Resumed

BEAT_EVERY: Final = 20
"""Seconds between two signs of an open page; browsers let a hidden one beat once a minute."""
SILENCE: Final = timedelta(seconds=90)
"""A page that beats and is silent for longer has been left."""
QUIET: Final = timedelta(minutes=10)
"""So long a page without a script may be read before its reader is taken to have left."""
BLINK: Final = timedelta(seconds=10)
"""A shorter absence is none: the page was loaded again, or a connection was lost for a moment."""


class Sign(StrEnum):
    """What tells that the candidate is there."""

    FETCH = "fetch"
    BEAT = "beat"
    ANSWER = "answer"


@dataclass(frozen=True, slots=True)
class Presence:
    """The time that counts for the line at hand: `counted` up to `seen`, the last sign."""

    seen: datetime
    page: str = ""
    """Which of the pages that were made was shown last; only that one can be closed."""
    counted: timedelta = timedelta()
    beats: bool = False
    away: bool = False
    """Whether the candidate has left, so that nothing counts until the next sign."""

    @property
    def seconds(self) -> float:
        """Seconds that count up to the last sign."""
        return self.counted.total_seconds()


def sign(before: Presence, kind: Sign, now: datetime) -> tuple[Presence, datetime | None]:
    """What a sign makes of the time, and when the candidate had left where it shows that they were away unnoticed."""
    counts, gone = _counts(before, kind, max(now - before.seen, timedelta()))
    beats = before.beats or kind is Sign.BEAT
    return replace(before, seen=now, counted=before.counted + counts, beats=beats, away=False), gone


def _counts(before: Presence, kind: Sign, since: timedelta) -> tuple[timedelta, datetime | None]:
    """How much of the time since the last sign counts, and when the candidate left in it, if they did."""
    if before.away:
        return timedelta(), None
    if since <= (SILENCE if before.beats else QUIET):
        return since, None
    if before.beats or kind is not Sign.ANSWER:
        return timedelta(), before.seen
    return QUIET, before.seen + QUIET


@dataclass(frozen=True, slots=True)
class Absence:
    """The candidate was away; `back` is None where they did not come back."""

    left: datetime
    back: datetime | None

    @property
    def seconds(self) -> float | None:
        """How long."""
        return None if self.back is None else (self.back - self.left).total_seconds()


def absences(events: Sequence[Event]) -> Iterator[Absence]:
    """When the candidate was away, as a fact for a person; what was shorter than BLINK is left out."""
    gone: datetime | None = None
    for event in events:
        if isinstance(event, Paused):
            gone = event.at
        elif isinstance(event, Resumed) and gone is not None:
            if event.at - gone >= BLINK:
                yield Absence(gone, event.at)
            gone = None
    if gone is not None:
        yield Absence(gone, None)
