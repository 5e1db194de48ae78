"""Interviews that were held: logs of `tests.factories` in the store, each as an invitation's interview."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from interviewer.core.events import Mode, Started
from interviewer.core.scenario import Scenario
from interviewer.screening.invite import Invite
from interviewer.web.house import House
from tests.factories import COVERED, PANEL, Log, Mark, tiny_scenario

HTTP: dict[str, Mark] = dict.fromkeys(["request", "response", "method", "status", "headers", "tls"], COVERED)
CODES: dict[str, Mark] = dict.fromkeys(["not-found", "created", "teapot"], COVERED)
CACHING: dict[str, Mark] = dict.fromkeys(["cache-header", "etag"], COVERED)


def screened(
    http: Mapping[str, Mark] | None = None,
    codes: Mapping[str, Mark] | None = None,
    *,
    words: str = "the client sends a request",
    plan: Scenario | None = None,
    **more: Any,
) -> Log:
    """A finished screen by a panel in which all is covered but what is said here; `more` are fields of Started."""
    log = Log(plan or tiny_scenario(), mode=Mode.SCREEN, **{"judge": PANEL, **more})
    log.whole("http", {**HTTP, **(http or {})}, words)
    log.whole("caching", CACHING)
    return log.whole("codes", {**CODES, **(codes or {})}, "404 is not found").end()


def stored(house: House, log: Log) -> str:
    """Store a log; the interview's id."""
    first, *rest = log.events
    assert isinstance(first, Started)
    kept = house.program.store.begin(log.scenario, first)
    for event in rest:
        kept.append(event)
    return kept.interview


def held(house: House, invite: Invite, log: Log) -> str:
    """Store a log as the interview of an invitation that is in force from now on; the interview's id."""
    interview = stored(house, log)
    ended = next((one.at for one in log.events if one.kind == "ended"), None)
    house.office.change_invite(
        invite.id,
        lambda now: now.model_copy(
            update={
                "interviews": (*now.interviews, interview),
                "notice": "1",
                "consented_at": log.events[0].at,
                "ended_at": ended,
            }
        ),
    )
    return interview
