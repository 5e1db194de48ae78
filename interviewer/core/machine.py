"""The interview's phases, and which event may follow which: one table, nothing else.

The table is the whole truth: `docs/architecture.md` shows a diagram drawn from it, and an
event that it does not list raises IllegalEvent and changes nothing.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from interviewer.core.errors import IllegalEvent


class Phase(StrEnum):
    """What the interview waits for."""

    NEW = "new"
    MOVING = "moving"
    SPEAKING = "speaking"
    LISTENING = "listening"
    JUDGING = "judging"
    REVIEWING = "reviewing"
    PAUSED = "paused"
    ENDED = "ended"


class Happening(StrEnum):
    """An event as the table sees it: its kind, and where the kind alone does not tell, what it was."""

    STARTED = "started"
    CONSENTED = "consented"
    MOVED = "moved"
    MOVED_TO_REVIEW = "moved to review"
    MOVED_TO_FAREWELL = "moved to farewell"
    ASKED_FOR_REPLY = "interviewer said, expects a reply"
    SAID_ON = "interviewer said, has more to say"
    SAID_PART = "interviewer said a part of a line"
    ANSWERED = "candidate answered a question"
    REMARKED = "candidate said something else"
    JUDGED = "judged"
    JUDGED_LATE = "judged late"
    PAUSED = "paused"
    RESUMED = "resumed"
    RETRIED = "retried"
    ENDED = "ended"
    CONTESTED = "contested"
    CONFIRMED = "confirmed"
    OVERRIDDEN = "overridden"
    COMMENTED = "commented"
    DECIDED = "decided"
    REJUDGED = "rejudged"


BACK: Final = "back to the phase that was left"
_H, _P = Happening, Phase

TABLE: Final[dict[Phase, dict[Happening, Phase | str]]] = {
    _P.NEW: {_H.STARTED: _P.MOVING},
    _P.MOVING: {
        _H.CONSENTED: _P.MOVING,
        _H.JUDGED: _P.MOVING,
        _H.MOVED: _P.SPEAKING,
        _H.MOVED_TO_FAREWELL: _P.SPEAKING,
        _H.MOVED_TO_REVIEW: _P.REVIEWING,
        _H.PAUSED: _P.PAUSED,
        _H.ENDED: _P.ENDED,
    },
    _P.SPEAKING: {
        _H.SAID_PART: _P.SPEAKING,
        _H.ASKED_FOR_REPLY: _P.LISTENING,
        _H.SAID_ON: _P.MOVING,
        _H.JUDGED_LATE: _P.SPEAKING,
        _H.PAUSED: _P.PAUSED,
    },
    _P.LISTENING: {
        _H.ANSWERED: _P.JUDGING,
        _H.REMARKED: _P.MOVING,
        _H.MOVED_TO_FAREWELL: _P.SPEAKING,
        _H.JUDGED_LATE: _P.LISTENING,
        _H.PAUSED: _P.PAUSED,
    },
    _P.JUDGING: {_H.JUDGED: _P.MOVING, _H.JUDGED_LATE: _P.JUDGING, _H.PAUSED: _P.PAUSED},
    _P.REVIEWING: {
        _H.JUDGED_LATE: _P.REVIEWING,
        _H.CONTESTED: _P.REVIEWING,
        _H.RETRIED: _P.MOVING,
        _H.MOVED: _P.SPEAKING,
        _H.MOVED_TO_FAREWELL: _P.SPEAKING,
        _H.PAUSED: _P.PAUSED,
    },
    _P.PAUSED: {_H.RESUMED: BACK},
    _P.ENDED: {
        _H.JUDGED: _P.ENDED,
        _H.CONTESTED: _P.ENDED,
        _H.CONFIRMED: _P.ENDED,
        _H.OVERRIDDEN: _P.ENDED,
        _H.COMMENTED: _P.ENDED,
        _H.DECIDED: _P.ENDED,
        _H.REJUDGED: _P.ENDED,
    },
}


def advance(phase: Phase, happening: Happening, left: Phase | None = None) -> Phase:
    """The phase after a happening.

    `left` is the phase that a pause interrupted. Raises IllegalEvent where the table lists nothing.
    """
    after = TABLE[phase].get(happening)
    if after is None:
        raise IllegalEvent(f"{happening.value!r} cannot happen while the interview is {phase.value}")
    if isinstance(after, Phase):
        return after
    if left is None:
        raise IllegalEvent("nothing was paused")
    return left
