"""Attacks with fields that no form offers, and with values that no form offers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import pytest
from fastapi.testclient import TestClient

from interviewer.core.events import Said, Who
from interviewer.core.findings import Status
from interviewer.screening.invite import Invite
from interviewer.screening.position import Position
from interviewer.screening.roles import Role
from interviewer.web.house import House
from tests.interviews import held, screened
from tests.web.attacks import faults
from tests.web.world import World, agree_and_begin, turn_of, world

__all__ = ["world"]

Invites = Callable[..., tuple[Invite, str]]
SignedIn = Callable[..., TestClient]


# Fields that no form offers

MINE: Final = {
    "id": "mine",
    "ours": "true",
    "demo": "true",
    "created_by": "somebody-else",
    "created_at": "2000-01-01T00:00:00Z",
    "closed_at": "2000-01-01T00:00:00Z",
    "scenario_id": "other",
    "scenario_sha256": "0" * 64,
    "position": "other",
    "token_sha256": "0" * 64,
    "expires_at": "2099-01-01T00:00:00Z",
    "interviews": "other",
    "set_aside": "7",
    "simulated": "true",
    "preview": "true",
    "notice": "agreed",
    "consented_at": "2000-01-01T00:00:00Z",
    "ended_at": "2000-01-01T00:00:00Z",
    "role": "admin",
    "epoch": "0",
    "by": "somebody-else",
    "who": "somebody-else",
    "at": "0",
    "machine": "covered",
    "granted": "true",
    "seconds": "0",
    "mode": "practice",
    "judge": "embedded",
}


def test_fields_that_nobody_offered_change_nothing(
    house: House, client: TestClient, signed_in: SignedIn, position: Callable[..., Position], invite: Invites
) -> None:
    position()
    reviewer = signed_in(Role.REVIEWER, "the-reviewer")
    settings = {
        "title": "T",
        "company": "C",
        "contact": "K",
        "help_allowed": "H",
        "retention_days": "9",
        "questions": "http",
        "places": "elsewhere",
        "timing": "usual",
        "sharing": "nothing",
    }
    assert reviewer.post("/positions/backend/settings", data={**MINE, **settings}).status_code == 303
    held_now = house.office.position("backend")
    assert (held_now.ours, held_now.demo, held_now.created_by, held_now.closed_at) == (False, False, "the-admin", None)
    assert held_now.scenario_id == "tiny" and held_now.settings.retention_days == 9
    made = reviewer.post("/positions/backend/invites", data={**MINE, "name": "Grace", "until": "2026-01-20"})
    assert made.status_code == 303
    one = house.office.invites("backend")[0]
    assert (one.position, one.created_by, one.simulated, one.interviews) == ("backend", "the-reviewer", False, ())
    assert (one.set_aside, one.notice, one.ended_at, one.preview) == (0, "", None, False)
    assert one.expires_at.year == 2026 and one.token_sha256 != "0" * 64
    _, token = invite("Ada Example")
    agree_and_begin(client, token)
    client.get(f"/i/{token}/talk")
    client.post(
        f"/i/{token}/say",
        data={
            **MINE,
            "turn": turn_of(client.get(f"/i/{token}/talk").text),
            "words": "a request",
            "who": "interviewer",
            "text": "x",
            "credit": "1",
        },
    )
    ada = next(other for other in house.office.invites("backend") if other.name == "Ada Example")
    said = [
        event
        for event in house.hall.read(ada.interview or "").events
        if isinstance(event, Said) and event.who is Who.CANDIDATE
    ]
    assert [(event.text, event.pasted) for event in said] == [("a request", None)]
    done = held(house, house.office.invites("backend")[0], screened())
    for deed, form in {
        "override": {"target": "http.tls", "status": "absent", "reason": "No."},
        "decide": {"decision": "hold", "reason": "Later."},
        "comment": {"text": "A remark"},
    }.items():
        assert reviewer.post(f"/interviews/{done}/{deed}", data={**MINE, **form}).status_code == 303
    events = house.hall.read(done).events[-3:]
    assert {event.by for event in events} == {"the-reviewer"} and {event.at for event in events} == {house.clock.now()}  # type: ignore[union-attr]


@pytest.mark.parametrize("count", ["-1", "1.5", "1e9", "9" * 30, "\u0661\u0662", "0x10", " 3", "3\x00", "NaN", ""])
def test_numbers_in_forms_are_numbers_or_nothing(house: House, client: TestClient, invite: Invites, count: str) -> None:
    mine, token = invite("Grace Example")
    agree_and_begin(client, token)
    turn = turn_of(client.get(f"/i/{token}/talk").text)
    odd = client.post(f"/i/{token}/say", data={"turn": count, "words": "a request"})
    assert odd.status_code in (303, 409) and (odd.status_code == 409 or count.strip() == turn)
    client.post(f"/i/{token}/say", data={"turn": turn, "words": "a response", "pasted": count})
    said = [
        one
        for one in house.hall.read(house.office.invite(mine.id).interview or "").events
        if isinstance(one, Said) and one.who is Who.CANDIDATE
    ]
    assert [one.text for one in said] == ["a response"] and (said[0].pasted is None or 0 <= said[0].pasted <= 10**6)


@pytest.mark.parametrize("status", ["unclear", "contradicted", "COVERED", "covered,absent", "1", "", "\x00"])
def test_a_reviewer_can_say_only_what_is_offered(world: World, signed_in: SignedIn, status: str) -> None:
    reviewer, before = signed_in(Role.REVIEWER), world.house.hall.read(world.interview).head
    form = {
        "interview": world.interview,
        "target": "http.tls",
        "answer": status,
        "status": status,
        "decision": status,
        "reason": "x",
    }
    answers = [reviewer.post(f"/positions/backend/{path}", data=form) for path in ("queue", "queue/blind")]
    answers.append(reviewer.post(f"/interviews/{world.interview}/decide", data=form))
    if status != Status.CONTRADICTED:
        answers.append(reviewer.post(f"/interviews/{world.interview}/override", data=form))
    assert all(one.status_code in (303, 400) and faults(one) == [] for one in answers)
    assert world.house.hall.read(world.interview).head == before


def test_nobody_is_called_as_the_record_calls_candidates_and_the_program(home: Any) -> None:
    from typer.testing import CliRunner

    from interviewer.cli.app import app as commands

    for name in ("candidate", "program"):
        done = CliRunner().invoke(commands, ["user", "add", name, "--role", "admin"], input="correct horse battery\n")
        assert done.exit_code != 0, f"an account {name!r} would not be told apart in the record"
