"""Attacks with bodies, headers and cookies."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Final
from urllib.parse import quote

import pytest
from fastapi.testclient import TestClient

from interviewer.screening.invite import Invite
from interviewer.screening.position import Position
from interviewer.screening.roles import Role
from interviewer.web.house import House
from tests.web.attacks import all_of, faults
from tests.web.world import WHO, World, posts, world

__all__ = ["world"]

Invites = Callable[..., tuple[Invite, str]]
SignedIn = Callable[..., TestClient]


MIB: Final = 1024 * 1024


# Bodies


@pytest.mark.parametrize("told", [True, False], ids=["its size is told", "its size is not told"])
def test_a_body_that_is_too_large_changes_nothing(world: World, signed_in: SignedIn, told: bool) -> None:
    admin, before, wrong = signed_in(Role.ADMIN, "the-admin"), world.stored(), {}
    # Its token would stand in the form, which is read whole before anything is done.
    del admin.headers["X-CSRF-Token"]
    body = b"words=" + b"a" * MIB
    kind = {"Content-Type": "application/x-www-form-urlencoded"}

    def parts() -> Iterator[bytes]:
        for at in range(0, len(body), 65536):
            yield body[at : at + 65536]

    for route in posts():
        answer = admin.post(world.path(route), content=body if told else parts(), headers=kind)
        if answer.status_code != 413 or answer.headers["connection"] != "close":
            wrong[route] = answer.status_code
    assert wrong == {} and world.stored() == before


FILE: Final = b'--x\r\nContent-Disposition: form-data; name="words"; filename="../../x"\r\n\r\nfile\r\n--x--\r\n'
"""A file where words are asked for."""


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/json", b'{"words": "hello", "turn": 1, "csrf": "x"}'),
        ("application/json", b"{" * 5000),
        ("text/plain", b"words=hello&turn=1"),
        ("application/xml", b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>'),
        ("multipart/form-data", b"no boundary at all"),
        ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data\r\n\r\nnameless\r\n--x--\r\n"),
        ("multipart/form-data; boundary=x", FILE),
        ("multipart/form-data; boundary=x", b"--x\r\n" + b"A: b\r\n" * 500),
        ("application/x-www-form-urlencoded; charset=utf-16", b"words=%FF%FE%00"),
        ("application/x-www-form-urlencoded", b"words=%FF%FEhello%00&turn=%C0%AF"),
        ("application/x-www-form-urlencoded", b"&".join(b"a%d=1" % n for n in range(5000))),
        ("application/x-www-form-urlencoded", b"&" * 100_000),
        ("", b"words=hello"),
        ("\xff/\xfe", b"words=hello"),
    ],
)  # fmt: skip
def test_a_body_of_another_kind_fails_nothing(world: World, signed_in: SignedIn, kind: str, body: bytes) -> None:
    admin, found = signed_in(Role.ADMIN, "the-admin"), {}
    headers = {b"Content-Type": kind.encode("latin-1")} if kind else {}
    for route in [*posts(), "POST /sign-in"]:
        answer = admin.post(world.path(route), content=body, headers=headers)  # type: ignore[arg-type]
        found[route] = faults(answer) if answer.status_code < 500 else [f"status {answer.status_code}"]
        if "sign-out" in route:
            admin = signed_in(Role.ADMIN, "the-admin")
    assert all_of(found) == {}
    assert not any(
        one.exists()
        for one in (world.house.program.settings.home / "x", world.house.program.settings.home.parent / "x")
    )


# Headers


@pytest.mark.parametrize(
    "words",
    ["Grace\r\nSet-Cookie: evil=1\r\n\r\n<p>", 'Grace"; filename="evil.exe', "Gr\u00e4ce \u4e2d\u6587", "\r\n\r\n"],
)
def test_no_word_becomes_a_header(
    house: House, signed_in: SignedIn, position: Callable[..., Position], words: str
) -> None:
    position()
    admin = signed_in(Role.ADMIN)
    until = (house.clock.now() + timedelta(days=3)).date().isoformat()
    form = {
        "scenario": "junior-backend",
        "title": f"{words} title",
        "company": "A company",
        "contact": "Ada",
        "help_allowed": "none",
        "retention_days": "10",
        "questions": "http-request-flow",
        "places": "elsewhere",
        "timing": "usual",
        "judge": "embedded",
        "sharing": "evidence",
    }
    sent = [
        admin.post("/positions", data=form),
        admin.post("/positions/backend/invites", data={"name": words, "until": until}),
        admin.get(f"/positions/backend/results?sort={quote(words)}"),
        admin.get(f"/sign-in?next={quote(words)}"),
        admin.get(f"/positions/{quote(words)}/export.csv"),
    ]
    made = [one for one in house.office.positions() if one.id != "backend"]
    for one in made:
        assert re.fullmatch(r"[a-z0-9-]+", one.id)
        sent += [admin.get(f"/positions/{one.id}/export.{kind}") for kind in ("csv", "json")]
    for answer in sent:
        assert faults(answer) == []
        assert not any("evil" in value.lower() for name, value in answer.headers.items() if name != "location")


@pytest.mark.parametrize(
    "header", ["X-HTTP-Method-Override", "X-Original-URL", "X-Rewrite-URL", "X-Forwarded-Host", "Forwarded"]
)
def test_headers_of_other_houses_mean_nothing(
    world: World, signed_in: SignedIn, client: TestClient, header: str
) -> None:
    value = {"X-HTTP-Method-Override": "DELETE", "Forwarded": "host=evil.example"}.get(header, "/positions")
    answer = client.get("/sign-in", headers={header: value})
    assert answer.status_code == 200 and "evil" not in answer.text
    admin = signed_in(Role.VIEWER)
    assert admin.post(f"/invites/{world.names['invites']}/revoke", headers={header: value}).status_code == 403


# Cookies


def test_every_change_of_a_cookie_ends_the_session(signed_in: SignedIn, browser: Callable[[], TestClient]) -> None:
    name, value = next(
        (one.name, one.value or "") for one in signed_in(Role.ADMIN).cookies.jar if "session" in one.name
    )
    body, _, signature = value.rpartition(".")
    changed = [
        body,
        signature,
        f"{body}.",
        f".{signature}",
        f"{body}.{signature[:-2]}",
        f"x{value}",
        f"{value}.{signature}",
    ]
    # The last character holds bits that mean nothing; every other is one of the value or of its signature.
    changed += [value[:at] + ("A" if value[at] != "A" else "B") + value[at + 1 :] for at in range(len(value) - 1)]
    for one in changed:
        other = browser()
        answer = other.get("/positions", headers={"Cookie": f"{name}={one}"})
        assert answer.status_code == 303 and answer.headers["location"].startswith("/sign-in"), one


def test_a_role_that_was_taken_away_is_gone_with_the_next_click(
    house: House, world: World, signed_in: SignedIn
) -> None:
    client = signed_in(Role.REVIEWER, "once-a-reviewer")
    assert client.get("/positions/backend/export.csv").status_code == 200
    house.office.change_account("once-a-reviewer", lambda one: one.model_copy(update={"role": Role.VIEWER}))
    assert client.get("/positions/backend/export.csv").status_code == 403
    house.office.change_account("once-a-reviewer", lambda one: one.model_copy(update={"epoch": one.epoch + 1}))
    assert client.get("/positions").headers["location"] == "/sign-in?next=/positions"


def test_no_page_sets_another_cookie_than_ours(world: World, signed_in: SignedIn) -> None:
    admin = signed_in(Role.ADMIN)
    found = {}
    for route in WHO:
        answer = world.asked(admin, route)
        for cookie in answer.headers.get_list("set-cookie"):
            parts = {part.strip().split("=")[0].lower() for part in cookie.split(";")[1:]}
            if (
                not cookie.startswith("__Host-")
                or not {"httponly", "secure", "path", "samesite"} <= parts
                or "domain" in parts
            ):
                found[route] = cookie
    assert found == {}
