"""Every route with every role and with none. The routes are asked of the application: a new one needs a line."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx import Response

from interviewer.screening.roles import Role, may
from tests.web.world import LINK, WHO, World, office, routes, unsafe, world

__all__ = ["world"]

SignedIn = Callable[..., TestClient]


def to_sign_in(answer: Response) -> bool:
    """Whether it leads to signing in."""
    return answer.status_code == 303 and answer.headers["location"].split("?")[0] == "/sign-in"


def test_every_route_is_in_the_table_and_nothing_else(app: FastAPI) -> None:
    known = routes(app)
    assert known - set(WHO) == set(), "routes without a line that says who may use them"
    assert set(WHO) - known == set(), "lines without a route"


def test_every_path_of_this_world_exists(world: World, signed_in: SignedIn) -> None:
    """So that a role is never refused, or let in, for want of the thing itself."""
    client = signed_in(Role.ADMIN, "the-admin")
    gets = [route for route in WHO if route.startswith("GET ")]
    found = {route: world.asked(client, route).status_code for route in gets}
    assert {route: status for route, status in found.items() if status not in (200, 303)} == {}


@pytest.mark.parametrize("role", list(Role))
def test_a_role_gets_what_it_has_a_right_to(world: World, signed_in: SignedIn, role: Role) -> None:
    client, wrong = signed_in(role, f"the-{role}"), {}
    # Signing out comes last, or it would hide the rest.
    for route, needed in sorted(office(), key=lambda one: "sign-out" in one[0]):
        if "sign-out" in route:
            client = signed_in(role, f"the-{role}")
        before = world.stored()
        answer = world.asked(client, route)
        if may(role, needed):
            fine = answer.status_code not in (401, 403) and answer.status_code < 500 and not to_sign_in(answer)
            fine = fine or "sign-out" in route
        else:
            fine = answer.status_code == 403 and world.stored() == before
        if not fine:
            wrong[route] = (answer.status_code, answer.headers.get("location", ""))
    assert wrong == {}


@pytest.mark.parametrize("path", ["with a token of nobody's", "without any"])
def test_without_a_role_every_page_of_the_office_leads_to_signing_in(
    world: World, client: TestClient, path: str
) -> None:
    if path == "with a token of nobody's":
        client.headers["X-CSRF-Token"] = "abcdefghijkl.abcdefghijklmnopqrstuvwxyz"
    before, wrong = world.stored(), {}
    for route, _ in office():
        answer = world.asked(client, route)
        if not to_sign_in(answer):
            wrong[route] = answer.status_code
    assert wrong == {} and world.stored() == before


def test_a_candidates_link_opens_nothing_of_the_office(world: World, browser: Callable[[], TestClient]) -> None:
    client = browser()
    assert client.get(f"/i/{world.token}").status_code in (200, 303)
    assert not client.cookies, "a candidate's pages set no cookie"
    wrong = {route for route, _ in office() if not to_sign_in(world.asked(client, route))}
    assert wrong == set()


@pytest.mark.parametrize("role", [None, *Role])
def test_no_role_opens_a_candidates_pages_without_the_link(
    world: World, browser: Callable[[], TestClient], signed_in: SignedIn, role: Role | None
) -> None:
    client = signed_in(role) if role else browser()
    wrong = {}
    for made_up in ("x" * 32, world.names["invites"], world.interview, world.token[:-1], world.token + "a"):
        stranger = World(world.house, world.names, world.interview, world.key, made_up)
        for route in (one for one, who in WHO.items() if who == LINK and one != "GET /i/{token}/leave"):
            answer = stranger.asked(client, route)
            if answer.status_code != 404 or "This link opens no interview." not in answer.text:
                wrong[route, made_up] = answer.status_code
    assert wrong == {}


def test_every_method_that_no_page_has_is_refused(world: World, signed_in: SignedIn, app: FastAPI) -> None:
    client = signed_in(Role.ADMIN)
    paths = {route.split(" ")[1] for route in WHO}
    before, wrong = world.stored(), {}
    for path in sorted(paths):
        for method in ("PUT", "PATCH", "DELETE", "TRACE", "CONNECT", "OPTIONS"):
            answer = client.request(method, world.path(f"{method} {path}"))
            if answer.status_code not in (404, 405):
                wrong[method, path] = answer.status_code
    assert wrong == {} and world.stored() == before


# Forms of the office come from its own pages


@pytest.mark.parametrize(
    "forged",
    ["nothing", "a token in the address", "a token in JSON", "another session's", "one that was cut", "one of a visit"],
)
def test_no_form_of_the_office_works_without_this_sessions_token(
    world: World, signed_in: SignedIn, browser: Callable[[], TestClient], forged: str
) -> None:
    client = signed_in(Role.ADMIN, "the-admin")
    mine = client.headers.pop("X-CSRF-Token")
    theirs = signed_in(Role.ADMIN, "another-admin").headers["X-CSRF-Token"]
    visit = browser().get("/sign-in").text.split('name="csrf" value="')[1].split('"')[0]
    more: dict[str, dict[str, Any]] = {
        "nothing": {},
        "a token in the address": {"params": {"csrf": mine}},
        "a token in JSON": {"headers": {"Content-Type": "application/json"}},
        "another session's": {"headers": {"X-CSRF-Token": theirs}},
        "one that was cut": {"headers": {"X-CSRF-Token": mine[:-1]}},
        "one of a visit": {"headers": {"X-CSRF-Token": visit}},
    }
    before, wrong = world.stored(), {}
    for route in unsafe():
        if forged == "a token in JSON":
            answer = client.post(world.path(route), content=f'{{"csrf": "{mine}"}}', **more[forged])
        else:
            answer = world.asked(client, route, **more[forged])
        if answer.status_code != 403:
            wrong[route] = answer.status_code
    assert wrong == {} and world.stored() == before


def test_no_form_of_the_office_works_from_another_sites_page(world: World, signed_in: SignedIn) -> None:
    client = signed_in(Role.ADMIN, "the-admin")
    before = world.stored()
    for site in ("cross-site", "same-site"):
        answers = [world.asked(client, route, headers={"Sec-Fetch-Site": site}) for route in unsafe()]
        assert {one.status_code for one in answers} == {403}
    assert world.stored() == before


def test_a_candidates_forms_refuse_other_sites_too(world: World, client: TestClient) -> None:
    before = world.stored()
    posts = [route for route, who in WHO.items() if who == LINK and route.startswith("POST")]
    answers = [world.asked(client, route, headers={"Sec-Fetch-Site": "cross-site"}) for route in posts]
    assert {one.status_code for one in answers} == {403} and world.stored() == before
