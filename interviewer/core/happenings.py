"""How the table of phases sees an event: by its kind and, where that does not tell, by the state it comes in."""

from __future__ import annotations

from typing import Final

from interviewer.core import events as ev
from interviewer.core.events import Event, MoveKind, Who
from interviewer.core.machine import Happening, Phase
from interviewer.core.state import State

EXPECTS_NO_REPLY: Final = frozenset({MoveKind.GREET, MoveKind.CLOSE, MoveKind.HEARD_ALREADY, MoveKind.FAREWELL})
"""After these the interviewer has more to say; after every other move the candidate speaks."""


def happening(state: State, event: Event) -> Happening:
    """How the table sees an event in this state."""
    if isinstance(event, ev.Judged):
        return _judging(state, event)
    if isinstance(event, ev.Moved):
        kinds = {MoveKind.REVIEW: Happening.MOVED_TO_REVIEW, MoveKind.FAREWELL: Happening.MOVED_TO_FAREWELL}
        return kinds.get(event.move.kind, Happening.MOVED)
    if isinstance(event, ev.Said):
        if event.who is Who.INTERVIEWER:
            if event.more:
                return Happening.SAID_PART
            quiet = state.move is not None and state.move.kind in EXPECTS_NO_REPLY
            return Happening.SAID_ON if quiet else Happening.ASKED_FOR_REPLY
        answered = state.open is not None and event.command is None
        return Happening.ANSWERED if answered else Happening.REMARKED
    return Happening(event.kind)


def _judging(state: State, event: ev.Judged) -> Happening:
    """Late is what the conversation does not wait for: an earlier turn, or one that it has gone on from."""
    if state.phase is Phase.JUDGING:
        awaited = state.open == (event.question, event.attempt) and event.turn == state.unanswered
        return Happening.JUDGED if awaited else Happening.JUDGED_LATE
    return Happening.JUDGED if state.phase in (Phase.MOVING, Phase.ENDED) else Happening.JUDGED_LATE
