"""An interview held through the hall: what tests say, and how they look at its log."""

from __future__ import annotations

from collections.abc import Sequence

from interviewer.core.events import Command, Mode, Said, Who
from interviewer.core.ports import Utterance
from interviewer.hosting.hall import Hall, Reply
from interviewer.hosting.rooms import Kept
from interviewer.web.house import House
from tests.factories import tiny_scenario

ANSWERS = (
    "The client sends a request, get or post, and the server sends back a response with a status code and headers.",
    "A header says how long to keep it, and an etag tells whether it is still good.",
    "404 is not found and 201 is created.",
    "No, thank you.",
)
"""A whole interview of the tiny scenario, answered well."""


def begun(house: House) -> str:
    """A screening interview that has just begun; its id."""
    return house.program.begin(tiny_scenario(), Mode.SCREEN).log.interview


def waits(kept: Kept) -> int:
    """The number of the line that waits for an answer."""
    return len(kept.state.turns)


def say(hall: Hall, name: str, text: str, turn: int | None = None, command: Command | None = None) -> Reply:
    """Say something to the line at hand, or to the one with a number."""
    number = waits(hall.read(name)) if turn is None else turn
    return hall.say(name, number, Utterance(text, command=command))


def hold(hall: Hall, name: str, answers: Sequence[str] = ANSWERS) -> Kept:
    """Hold the interview from where it is."""
    kept = hall.come_back(name).kept
    for one in answers:
        if not kept.over:
            kept = say(hall, name, one).kept
            hall.come_back(name)
    return kept


def kinds(kept: Kept) -> list[str]:
    """The kinds of its events, in order."""
    return [one.kind for one in kept.events]


def said(kept: Kept) -> list[Said]:
    """What the candidate said."""
    return [one for one in kept.events if isinstance(one, Said) and one.who is Who.CANDIDATE]
