"""Attacks with links and ids: others' interviews, links that have ended, ids that are none."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any, Final
from urllib.parse import quote

import pytest
from fastapi.testclient import TestClient

from interviewer.core.events import Mode
from interviewer.hosting import own_data
from interviewer.hosting.inviting import Inviting
from interviewer.hosting.preview import Previews
from interviewer.hosting.reception import Reception
from interviewer.screening.invite import Invite
from interviewer.screening.position import Position, Sharing
from interviewer.screening.records import Request
from interviewer.screening.roles import Role
from interviewer.web.house import House
from tests.factories import tiny_scenario
from tests.interviews import held, screened
from tests.web.attacks import all_of, faults
from tests.web.conftest import SetClock
from tests.web.world import LINKS, WHO, World, agree_and_begin, office, posts, world

__all__ = ["world"]

Invites = Callable[..., tuple[Invite, str]]
SignedIn = Callable[..., TestClient]


# One candidate's link and another's interview


@pytest.fixture
def two(house: House, invite: Invites) -> tuple[tuple[Invite, str, str], tuple[Invite, str, str]]:
    """Two candidates who have finished: invitation, token, interview."""
    made = []
    for name in ("Grace", "Otto"):
        mine, token = invite(f"{name} Example", mail=f"{name}@example.org")
        made.append((mine, token, held(house, mine, screened(words=f"the secret words of {name} send a request"))))
    return made[0], made[1]


def test_a_link_shows_nothing_of_another_candidate(
    house: House, client: TestClient, two: tuple[tuple[Invite, str, str], tuple[Invite, str, str]]
) -> None:
    (_, hers, _), (otto, _, theirs) = two
    client.post(f"/i/{hers}/forget", data={"reason": "of Grace"})
    secrets = ("words of Otto", "Otto Example", "Otto@example.org", otto.id, theirs)
    for route in (one for one in LINKS if one.startswith("GET ")):
        path = route.split(" ")[1].replace("{token}", hers)
        for asked in ("", f"?interview={theirs}&invite={otto.id}&id={theirs}&token={otto.id}"):
            answer = client.get(path + asked)
            assert answer.status_code in (200, 303), path
            assert [one for one in secrets if one in answer.text] == [], path


def test_a_link_changes_nothing_of_another_candidate(
    house: House, client: TestClient, two: tuple[tuple[Invite, str, str], tuple[Invite, str, str]]
) -> None:
    (_, hers, _), (otto, _, theirs) = two
    before = (house.hall.read(theirs).head, house.office.invite(otto.id), house.office.troubles(otto.id))
    sent = {
        "interview": theirs,
        "invite": otto.id,
        "name": theirs,
        "target": "http.request",
        "reason": "Mine",
        "turn": "1",
        "words": "Mine",
        "trouble": "Mine",
        "page": "x",
    }
    for route in (one for one in LINKS if one.startswith("POST ")):
        assert client.post(route.split(" ")[1].replace("{token}", hers), data=sent).status_code < 500
    assert (house.hall.read(theirs).head, house.office.invite(otto.id), house.office.troubles(otto.id)) == before
    assert [one.invite for one in house.office.requests()] != [otto.id]


@pytest.mark.parametrize("target", ["http.nothing", "caching", "..", "codes.created/../http.tls", "http.tls\nx: y"])
def test_only_a_finding_of_ones_own_can_be_contested(
    client: TestClient, two: tuple[tuple[Invite, str, str], tuple[Invite, str, str]], target: str
) -> None:
    answer = client.post(f"/i/{two[0][1]}/contest", data={"target": target, "reason": "Because."})
    assert answer.status_code == 404 and "set-cookie" not in answer.headers


def test_findings_are_seen_only_where_they_are_shared_and_when_it_is_over(
    house: House, client: TestClient, position: Callable[..., Position], invite: Invites
) -> None:
    position("receipt", sharing=Sharing.NOTHING)
    mine, token = invite("Grace", to=house.office.position("receipt"))
    held(house, mine, screened())
    assert client.get(f"/i/{token}/evidence").status_code == 404
    assert client.post(f"/i/{token}/contest", data={"target": "http.tls", "reason": "x"}).status_code == 404
    assert "says" not in {key for one in _findings(client, token) for key, value in one.items() if value}
    _, token = invite("Ada")
    agree_and_begin(client, token)
    assert client.get(f"/i/{token}/evidence").status_code == 404 and _findings(client, token) == []
    assert "http.request" not in client.get(f"/i/{token}/talk").text


def _findings(client: TestClient, token: str) -> list[dict[str, Any]]:
    return [found for one in client.get(f"/i/{token}/data").json()["interviews"] for found in one["findings"]]


def test_an_attempt_that_was_set_aside_is_shown_as_evidence_no_more(
    house: House, client: TestClient, two: tuple[tuple[Invite, str, str], tuple[Invite, str, str]]
) -> None:
    mine, token, _ = two[0]
    Reception(house.program, house.hall).fresh_attempt(mine.id, by="the-admin")
    assert client.get(f"/i/{token}/evidence").status_code == 404
    assert client.post(f"/i/{token}/contest", data={"target": "http.tls", "reason": "x"}).status_code == 404


# Links that have ended


def holding(house: House) -> dict[str, Any]:
    """Every interview and its head."""
    return {one.id: house.program.store.tip(one.id) for one in house.program.store.list()}


@pytest.mark.parametrize("begun", [False, True])
@pytest.mark.parametrize("ending", ["revoked", "expired", "closed"])
def test_a_link_that_has_ended_lets_nobody_begin_or_go_on(
    house: House, client: TestClient, clock: SetClock, invite: Invites, ending: str, begun: bool
) -> None:
    mine, token = invite("Grace Example")
    if begun:
        agree_and_begin(client, token)
        client.get(f"/i/{token}/talk")
    if ending == "revoked":
        Inviting(house.program).revoke(mine.id, "the-admin")
    elif ending == "expired":
        clock.go_on(days=60)
    else:
        house.office.change_position("backend", lambda one: one.model_copy(update={"closed_at": house.clock.now()}))
    before = holding(house)
    form = {"start": "yes", "turn": "1", "words": "the client sends a request", "agree": "yes", "keeps_to_help": "yes"}
    statuses = {}
    for page in ("", "/begin", "/talk", "/say", "/leave"):
        statuses[page] = client.post(f"/i/{token}{page}", data=form).status_code
    streamed = client.post(f"/i/{token}/say", data=form, headers={"Accept": "application/x-ndjson"})
    fate = json.loads(streamed.text.splitlines()[-1])["fate"]
    if begun and ending != "revoked":
        assert holding(house) != before, "what was begun in time may be finished"
        return
    assert holding(house) == before and fate == "elsewhere"
    opened = client.get(f"/i/{token}")
    assert opened.status_code == 410 and "ada@example.org" in opened.text, "it says whom to ask"
    assert statuses[""] == statuses["/begin"] == 410 and set(statuses.values()) <= {303, 410}


def test_an_old_link_and_a_deleted_one_open_nothing(
    house: House, client: TestClient, two: tuple[tuple[Invite, str, str], tuple[Invite, str, str]], invite: Invites
) -> None:
    renewed, old = invite("Somebody")
    fresh = Inviting(house.program).renew(renewed.id, "the-admin")
    gone, deleted, interview = two[0]
    house.office.put_request(Request(invite=gone.id, at=house.clock.now()))
    own_data.grant(house.program, house.hall, gone.id, "the-admin")
    for token in (old, deleted):
        for route in (one for one in LINKS if one != "GET /i/{token}/leave"):
            answer = client.request(route.split(" ")[0], route.split(" ")[1].replace("{token}", token))
            assert answer.status_code == 404, route
    assert client.get(f"/i/{fresh.token}").status_code == 200
    assert interview not in holding(house)


@pytest.mark.parametrize(
    "change", [str.upper, str.lower, lambda one: one + "=", lambda one: f" {one}", lambda one: one[::-1]]
)
def test_only_the_very_token_opens(client: TestClient, invite: Invites, change: Callable[[str], str]) -> None:
    _, token = invite("Grace Example")
    assert client.get(f"/i/{quote(change(token))}").status_code == 404
    assert client.get(f"/i/{token}").status_code == 200


def test_no_token_is_stored_or_recorded(house: House, client: TestClient, signed_in: SignedIn, invite: Invites) -> None:
    _, token = invite("Grace Example")
    agree_and_begin(client, token)
    admin = signed_in(Role.ADMIN)
    made = admin.post("/positions/backend/invites", data={"name": "Ada", "until": "2026-02-01"})
    link = re.search(r"/i/([\w-]{32})", admin.get(made.headers["location"]).text)
    assert link
    files = [one.read_bytes() for one in house.program.settings.home.rglob("*") if one.is_file()]
    assert files and not any(one.encode() in file for one in (token, link[1]) for file in files)
    assert token not in admin.get("/record").text


# Ids that are none, and ways out of folders

IDS: Final = ("%2e%2e", "%2e%2e%2fpasswd", "%25", "_", "*", "a%00b", "%27%20OR%201=1--", "x" * 3000, "%ff%fe", "0")


@pytest.mark.parametrize("name", IDS)
def test_what_is_no_id_finds_nothing(world: World, signed_in: SignedIn, name: str) -> None:
    admin, found = signed_in(Role.ADMIN, "the-admin"), {}
    before = world.stored()
    for route in (one for one, who in WHO.items() if "{" in one and one != "GET /i/{token}/leave"):
        method, path = route.split(" ")
        answer = admin.request(method, re.sub(r"\{\w+\}", name.replace("\\", "\\\\"), path))
        bad = [] if answer.status_code in (400, 404, 405) else [f"status {answer.status_code}"]
        found[route] = bad + faults(answer)
    assert all_of(found) == {} and world.stored() == before


def test_the_beginning_of_an_id_is_no_id(world: World, signed_in: SignedIn) -> None:
    admin = signed_in(Role.ADMIN)
    for prefix in ("/interviews/", "/invites/", "/positions/"):
        whole = world.names[prefix.strip("/")]
        for part in (whole[:4], whole[:-1], whole.upper(), f"{whole} "):
            answer = admin.get(prefix + quote(part))
            assert answer.status_code == 404, (prefix, part)


def test_practice_and_previews_are_no_candidates_interviews(
    house: House, world: World, client: TestClient, signed_in: SignedIn
) -> None:
    practice = house.program.begin(tiny_scenario(), Mode.PRACTICE).log.interview
    fresh = Previews(house.program, house.hall).begin("backend", "another")
    agree_and_begin(client, fresh.token)
    preview = house.office.invite(fresh.invite.id).interview
    form = {"target": "http.tls", "status": "absent", "reason": "x", "text": "x", "decision": "hold"}
    admin, found = signed_in(Role.ADMIN), {}
    for route in (one for one in WHO if "/interviews/{name}" in one):
        method, path = route.split(" ")
        for name in (practice, preview or ""):
            found[route, name] = admin.request(method, path.replace("{name}", name), data=form).status_code
    assert preview and set(found.values()) == {404}
    assert admin.get(f"/invites/{fresh.invite.id}").headers["location"] == "/positions/backend/preview"
    assert preview not in admin.get("/positions/backend/results").text


def test_another_positions_candidates_stay_there(
    house: House, world: World, position: Callable[..., Position], signed_in: SignedIn
) -> None:
    position("elsewhere")
    admin, theirs = signed_in(Role.ADMIN), world.interview
    assert theirs not in admin.get(f"/positions/elsewhere/queue?find={theirs}&last={theirs}/http.tls").text
    assert theirs not in admin.get(f"/positions/elsewhere/queue?read={theirs}/http.tls").text
    compared = admin.get(f"/positions/elsewhere/compare?interview={theirs}&interview={theirs}x")
    assert compared.headers["location"] == "/positions/elsewhere/results"
    before = world.stored()
    form = {"interview": theirs, "target": "http.tls", "answer": "absent", "reason": "Not there."}
    for path in ("queue", "queue/blind"):
        assert admin.post(f"/positions/elsewhere/{path}", data=form).status_code == 303
    links = admin.get(f"/positions/elsewhere/invites/links/{world.key}")
    deleted = admin.post(f"/positions/elsewhere/preview/{world.names['previews']}/delete")
    assert links.status_code == 404 and deleted.status_code == 404 and world.stored() == before


def test_links_are_shown_to_nobody_but_who_made_them(world: World, signed_in: SignedIn) -> None:
    for page in ("", "/candidates.csv"):
        path = f"/positions/backend/invites/links/{world.key}{page}"
        assert signed_in(Role.ADMIN, "another-admin").get(path).status_code == 404
        assert signed_in(Role.ADMIN, "the-admin").get(path).status_code == 200


def test_names_are_hidden_until_somebody_decides(house: House, world: World, signed_in: SignedIn) -> None:
    """Blind review holds on every page of results and in every file, for every role."""
    for role in Role:
        client = signed_in(role)
        for route in (
            one
            for one in WHO
            if one.startswith("GET ")
            and ("results" in one or "queue" in one or "export" in one or "/interviews/" in one or "compare" in one)
        ):
            assert "Grace Example" not in world.asked(client, route).text, (role, route)


def test_every_route_of_the_office_is_attacked_here() -> None:
    assert len(posts()) > 40 and len(list(office())) > 55
