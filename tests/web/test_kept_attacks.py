"""Attacks on what is kept: another site's form must never wait for somebody to sign in and send it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final

import anyio
import pytest
from argon2 import PasswordHasher
from fastapi.testclient import TestClient
from httpx import Response

from interviewer.core.events import Commented
from interviewer.hosting.passwords import Passwords
from interviewer.screening.roles import Role
from interviewer.web.app import create_app
from interviewer.web.config import Limits, Serving
from interviewer.web.house import House
from interviewer.web.kept import Kept, opened, sealed
from interviewer.web.kept_words import DEEDS, deed_of, place_of
from interviewer.web.security import Seal
from tests.web.attacks import HOSTILE, all_of, control, faults
from tests.web.conftest import PUBLIC_URL, SECRET, SERVING, SetClock, csrf_in, csrf_of
from tests.web.forms import OURS, form, send, send_now, sign_in_with
from tests.web.world import World, unsafe, world

__all__ = ["world"]

SignedIn = Callable[..., TestClient]
Accounts = Callable[..., Any]
PLANTED: Final = "Planted words"
FOREIGN: Final[dict[str, dict[str, str]]] = {
    "nothing is said of where it is from": {},
    "its place is hidden": {"Origin": "null"},
    "another site's": {"Origin": "https://evil.example"},
    "another site's, who says it is ours": {"Origin": "https://evil.example", "Sec-Fetch-Site": "same-origin"},
    "ours, without TLS": {"Origin": "http://testserver"},
    "ours, at another port": {"Origin": "https://testserver:8443"},
    "ours, as a part of a name": {"Origin": "https://testserver.evil.example"},
    "ours, with a path": {"Origin": "https://testserver/"},
    "this machine's": {"Origin": "http://localhost"},
    "nobody's page": {"Sec-Fetch-Site": "none"},
    "nobody's page, in capitals": {"Sec-Fetch-Site": "SAME-ORIGIN"},
    "a name of ours, and another site": {"Origin": PUBLIC_URL, "Sec-Fetch-Site": "none"},
}
"""Headers that do not prove that one of our pages has sent a form."""


def test_nothing_is_kept_that_is_not_from_our_own_page(world: World, client: TestClient) -> None:
    for number, route in enumerate(unsafe()):
        for case in list(FOREIGN) if number % 10 == 0 else ["its place is hidden"]:
            answer = client.post(world.path(route), data={"text": PLANTED}, headers=FOREIGN[case])
            assert PLANTED not in answer.text
            if answer.status_code != 403 or "capitals" not in case:
                assert (answer.status_code, answer.headers.get("location")) == (303, "/sign-in"), (route, case)


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_what_a_browser_calls_another_sites_is_turned_away(client: TestClient, site: str) -> None:
    for origin in (PUBLIC_URL, "null", "https://evil.example"):
        headers = {"Sec-Fetch-Site": site, "Origin": origin}
        answer = client.post("/positions/backend/settings", data={"title": PLANTED}, headers=headers)
        assert answer.status_code == 403 and PLANTED not in answer.text and "kept" not in answer.text


@pytest.mark.parametrize(
    "headers", [{"Origin": PUBLIC_URL}, {"Origin": PUBLIC_URL, "Sec-Fetch-Site": "same-origin"}, OURS]
)
def test_our_own_page_is_known(client: TestClient, headers: dict[str, str]) -> None:
    answer = client.post("/positions/backend/settings", data={"title": "Mine"}, headers=headers)
    assert answer.status_code == 401


def test_this_machines_own_address_counts_only_there(client: TestClient) -> None:
    data = {"title": "Mine"}
    here = {"Host": "127.0.0.1:8000", "Origin": "http://127.0.0.1:8000"}
    assert client.post("/positions/backend/settings", data=data, headers=here).status_code == 401
    for origin in ("http://127.0.0.1:9000", "http://localhost:8000", "https://127.0.0.1:8000"):
        answer = client.post("/positions/backend/settings", data=data, headers=here | {"Origin": origin})
        assert answer.status_code == 303, origin


def test_somebody_signed_in_is_shown_nothing_of_another_sites_form(signed_in: SignedIn, planted: str) -> None:
    """Neither of the form itself, nor of one that an attacker had sealed."""
    client = signed_in(Role.ADMIN, "ada")
    client.headers.pop("X-CSRF-Token")
    for case, headers in FOREIGN.items():
        for path, data in {"/positions/backend/settings": {"title": PLANTED}, "/sign-in": {"kept": planted}}.items():
            answer = client.post(path, data=data, headers=headers)
            assert answer.status_code == 403 and PLANTED not in answer.text and planted not in answer.text, case


# A seal that an attacker has got from us, as anybody can with a program of their own


@pytest.fixture
def planted(house: House) -> str:
    """A form that an attacker had sealed."""
    return sealed(SERVING, Kept("/positions/backend/settings", (("title", PLANTED),)))


def test_a_planted_form_needs_the_token_of_the_browser_that_signs_in(
    client: TestClient, browser: Callable[[], TestClient], account: Accounts, planted: str
) -> None:
    account(Role.ADMIN, "ada")
    mine = csrf_in(browser().get("/sign-in").text)
    client.get("/sign-in")
    for token in (mine, "", "x.y"):
        form = {"name": "ada", "password": "correct horse battery", "kept": planted, "csrf": token}
        answer = client.post("/sign-in", data=form, headers={"Origin": "null"})
        assert answer.status_code == 403 and PLANTED not in answer.text and planted not in answer.text


def test_a_link_plants_nothing(client: TestClient, planted: str) -> None:
    answer = client.get("/sign-in", params={"kept": planted, "next": "/record"})
    assert planted not in answer.text and 'name="kept"' not in answer.text


@pytest.mark.parametrize("wrong", ["cut", "longer", "another kind", "another secret", "no seal", "too long", "twice"])
def test_what_was_not_sealed_here_is_nothing(client: TestClient, account: Accounts, planted: str, wrong: str) -> None:
    account(Role.ADMIN, "ada")
    value = Seal(SERVING, "kept").opened(planted)
    other = Serving(PUBLIC_URL, ("another secret of thirty-two characters",))
    given = {
        "cut": planted[:-1],
        "longer": planted + "a",
        "another kind": Seal(SERVING, "said").sealed(value),
        "another secret": Seal(other, "kept").sealed(value),
        "no seal": str(value),
        "too long": "x" * (1024 * 1024 - 500),
        "twice": Seal(SERVING, "kept").sealed(planted),
    }[wrong]
    shown = client.get("/sign-in")
    more = form(shown.text, "/sign-in").filled(name="ada", password="wrong", kept=given)
    refused = send(client, "/sign-in", more)
    assert refused.status_code == 403 and 'name="kept"' not in refused.text and PLANTED not in refused.text
    entered = send(client, "/sign-in", more | {"password": ["correct horse battery"]})
    assert (entered.status_code, entered.headers["location"]) == (303, "/")


@pytest.mark.parametrize(
    "to",
    [
        "/sign-in",
        "/sign-out",
        "/sign-out/everywhere",
        "/i/abcdefghijklmnopqrstuvwxyz012345/say",
        "//evil.example/positions",
        "https://evil.example/positions",
        "/\\evil.example",
        "/positions/",
        "/positions/backend",
        "/positions/../settings",
        "/positions/%2e%2e/settings",
        "/positions/a/b/settings",
        "/positions/a\n/settings",
        "/positions#x",
        "/positions?" + "x" * 500,
        "positions",
        "javascript:alert(1)",
        "",
    ],
)
def test_a_form_goes_nowhere_but_to_forms_of_the_office(to: str) -> None:
    assert opened(SERVING, sealed(SERVING, Kept(to, (("text", "x"),)))) is None
    assert place_of("/sign-out") == "/"


def test_every_path_that_is_kept_is_its_own(world: World) -> None:
    found = {path: deed_of(world.path(f"POST {path}")) for path in DEEDS}
    assert found == dict(DEEDS)


# Words and names


def test_hostile_words_come_through_as_words(world: World, client: TestClient, signed_in: SignedIn) -> None:
    direct, wrong = signed_in(Role.REVIEWER, "ada"), {}
    path = f"/interviews/{world.interview}/comment"
    for words in HOSTILE:
        text = f"They said: {words}"
        direct.post(path, data={"text": text})
        asked = send(client, path, {"text": text, "target": ""})
        shown = sign_in_with(client, asked, "ada")
        wrong[words] = faults(asked) + faults(shown)
        send_now(client, shown)
        client.cookies.clear()
    assert all_of(wrong) == {}
    said = [one.text for one in world.house.hall.read(world.interview).events if isinstance(one, Commented)]
    assert len(said) == 2 * len(HOSTILE)
    for words, straight, kept in zip(HOSTILE, said[::2], said[1::2], strict=True):
        # HTML cannot carry what steers a terminal, which nobody can type either.
        assert straight == kept or (re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f]", words) and not control(kept)), words


def test_hostile_names_and_files_are_left_out(client: TestClient, account: Accounts) -> None:
    account(Role.ADMIN, "ada")
    path, wrong = "/positions/backend/invites/list", {}
    for words in HOSTILE:
        data, file = {f"x{words}": "a", words: "b", "people": "c"}, (f"{words}.csv", b"\xff\xfe")
        asked = send(client, path, data, files={"file": file})
        shown = sign_in_with(client, asked, "ada")
        wrong[words] = faults(asked) + faults(shown)
        assert set(form(shown.text, path).filled()) == {"csrf", "people"} and "choose it again" in shown.text
        client.cookies.clear()
    assert all_of(wrong) == {}


def test_no_field_shadows_the_sign_in_form(client: TestClient, account: Accounts) -> None:
    account(Role.VIEWER, "ada")
    data = {"name": "eve", "password": "p", "next": "//evil.example", "kept": "k", "csrf": "c.d", "text": "x"}
    asked = send(client, "/positions/backend/invites", data)
    given = form(asked.text, "/sign-in").fields
    assert [name for name, _ in given] == ["csrf", "next", "kept", "name", "password"]
    assert dict(given) | {"csrf": "", "kept": ""} == {
        "csrf": "", "next": "/positions/backend/invites", "kept": "", "name": "", "password": "",
    }  # fmt: skip


# Sizes, and what is never kept


def answered(client: TestClient, **more: Any) -> Response:
    """A form that nobody is signed in for, as from our own page."""
    return client.post("/positions/backend/settings", headers=OURS | more.pop("headers", {}), **more)


def test_sizes_are_bounded(client: TestClient) -> None:
    assert answered(client, data={f"f{number}": "x" for number in range(1001)}).status_code == 400
    assert answered(client, data={"title": "x" * (1024 * 1024)}).status_code == 413
    assert answered(client, data={"title": "x" * (1024 * 1024 - 100)}).status_code == 401
    kind = {"Content-Type": "multipart/form-data; boundary=b"}
    assert answered(client, content=b"--b\r\nno part", headers=kind).status_code in (400, 401)
    assert answered(client, content=b"x", headers={"Content-Type": "multipart/form-data"}).status_code == 400


@pytest.mark.parametrize("kind", ["application/json", "text/plain", "application/octet-stream", "nothing/known"])
def test_what_is_no_form_is_not_kept(client: TestClient, kind: str) -> None:
    answer = answered(client, content=b'{"title": "Planted words"}', headers={"Content-Type": kind})
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")


@pytest.mark.parametrize("path", ["/sign-out", "/sign-out/everywhere"])
def test_signing_out_is_not_kept(client: TestClient, signed_in: SignedIn, path: str) -> None:
    assert send(client, path, {"text": PLANTED}).headers["location"] == "/sign-in"
    inside = signed_in(Role.VIEWER)
    inside.headers.pop("X-CSRF-Token")
    refused = send(inside, path, {"text": PLANTED})
    assert refused.status_code == 403 and PLANTED not in refused.text


def test_a_form_without_the_right_is_not_done_by_showing_it(world: World, signed_in: SignedIn) -> None:
    client, before = signed_in(Role.VIEWER, "joan"), world.stored()
    for route in (one for one in unsafe() if "sign-out" not in one):
        answer = world.asked(client, route, headers=OURS)
        assert answer.status_code == 403 and "Not sent yet" in answer.text and not faults(answer), route
    assert world.stored() == before


def test_a_kept_form_needs_the_fresh_token(world: World, client: TestClient, account: Accounts) -> None:
    account(Role.ADMIN, "ada")
    asked = send(client, "/positions/backend/close", {"csrf": "x.y"})
    visit = csrf_in(asked.text)
    shown = sign_in_with(client, asked, "ada")
    before = world.stored()
    for token in (visit, "x.y", ""):
        assert send(client, "/positions/backend/close", {"csrf": token}).status_code == 403
    assert world.stored() == before
    assert csrf_in(shown.text) != visit and csrf_of(client)


# The sign-in form itself


def test_a_refusal_takes_its_time_with_a_kept_form_too(
    house: House, account: Accounts, planted: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    account(Role.ADMIN, "ada")
    waited: list[float] = []

    async def sleep(seconds: float) -> None:
        waited.append(seconds)

    monkeypatch.setattr(anyio, "sleep", sleep)
    serving = Serving(PUBLIC_URL, (SECRET,), Limits(refusal_seconds=60.0))
    cheap = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    client = TestClient(create_app(house.program, serving, passwords=cheap), PUBLIC_URL, follow_redirects=False)
    for name in ("ada", "nobody"):
        for kept in ("", planted, "x" * 900_000):
            data = {"csrf": csrf_in(client.get("/sign-in").text), "name": name, "password": "wrong", "kept": kept}
            assert client.post("/sign-in", data=data).status_code == 403
    client.close()
    assert len(waited) == 6 and all(30 < one <= 60 for one in waited)


def test_tries_are_counted_alike(client: TestClient, account: Accounts, clock: SetClock, planted: str) -> None:
    account(Role.ADMIN, "ada")
    for number in range(5):
        data = {"csrf": csrf_in(client.get("/sign-in").text), "name": "ada", "password": "wrong"}
        answer = client.post("/sign-in", data=data | ({"kept": planted} if number % 2 else {}))
    assert "Too many wrong tries" in answer.text
