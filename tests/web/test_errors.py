"""Errors as pages: what each says, what it never says, and what a request may not do."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import pytest
from fastapi import APIRouter, FastAPI, Form
from fastapi.responses import Response
from fastapi.testclient import TestClient

from interviewer.core import errors as known
from interviewer.screening.roles import Right, Role, may
from interviewer.web import guard, pages
from interviewer.web.house import House
from interviewer.web.pages import back
from tests.web.conftest import csrf_of

SignedIn = Callable[..., TestClient]
WORDS = "words that a candidate typed"
RAISED: dict[str, tuple[Exception, int, str]] = {
    "missing": (known.NotFound("There is no position 'x'.", "Look again."), 404, "Look again."),
    "usage": (
        known.UsageError("That is <b>no</b> number.", "Write one."),
        400,
        "That is &lt;b&gt;no&lt;/b&gt; number.",
    ),
    "scenario": (known.ScenarioError("x.yaml: line 3.", ""), 400, "x.yaml: line 3."),
    "busy": (known.StoreBusy("Another process holds it.", "Try again."), 503, "Another process holds it."),
    "damaged": (known.DamagedLog("Row 3 was changed.", "Restore a backup."), 500, "Restore a backup."),
    "settings": (known.SettingsError("INTERVIEWER_MODEL is no model."), 500, "INTERVIEWER_MODEL is no model."),
}


@pytest.fixture
def odd(app: FastAPI) -> FastAPI:
    """The application with a page for each right, a form, and pages that fail."""
    router = APIRouter()

    for one, needed in {
        "seen": guard.Seen,
        "reviewing": guard.Reviewing,
        "inviting": guard.Inviting,
        "exporting": guard.Exporting,
        "administering": guard.Administering,
    }.items():

        def shown(account: Any) -> Response:
            return Response(account.name)

        shown.__annotations__ = {"account": needed, "return": Response}
        router.add_api_route(f"/t/{one}", shown, methods=["GET", "POST"])

    @router.post("/t/form")
    def form(account: guard.Seen, words: Annotated[str, Form()]) -> Response:
        return back("/sign-in", f"Kept: {words}")

    @router.get("/t/raise/{which}")
    def raises(which: str) -> Response:
        raise RAISED[which][0]

    @router.get("/t/fails")
    def fails() -> Response:
        raise RuntimeError(WORDS)

    @router.get("/t/missing")
    def missing(account: guard.Seen) -> Response:
        raise RAISED["missing"][0]

    @router.get("/i/t/fails")
    def fails_for_a_candidate() -> Response:
        raise RuntimeError(WORDS)

    @router.get("/t/number/{number}")
    def number(number: int) -> Response:
        return Response(str(number))

    @router.get("/t/back")
    def leads(to: str) -> Response:
        return back(to)

    app.include_router(router)
    return app


@pytest.mark.parametrize("which", RAISED)
def test_our_own_errors_are_told_with_their_remedy(odd: FastAPI, client: TestClient, which: str) -> None:
    _, status, said = RAISED[which]
    answer = client.get(f"/t/raise/{which}")
    assert answer.status_code == status
    assert said in answer.text and "<b>no</b>" not in answer.text
    assert ("retry-after" in answer.headers) is (status == 503)


def test_a_failure_is_told_without_its_words(odd: FastAPI, client: TestClient, house: House, caplog: Any) -> None:
    house.program.settings.prepare_home()
    with caplog.at_level(logging.DEBUG):
        answer = client.get("/t/fails")
    assert answer.status_code == 500 and "Nothing that was stored is lost" in answer.text
    kept = (house.program.settings.home / "last-failure.txt").read_text()
    assert kept.startswith("RuntimeError\n") and "test_errors.py" in kept
    assert WORDS not in answer.text + kept + caplog.text


def test_where_pages_themselves_fail_there_are_words(
    odd: FastAPI, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> None:
        raise OSError("no templates")

    monkeypatch.setattr(pages, "_templates", broken)
    answer = client.get("/t/fails")
    assert (answer.status_code, answer.headers["content-type"]) == (500, "text/plain; charset=utf-8")
    assert answer.text.startswith("Something failed on our side.")


def test_a_candidates_error_page_has_no_way_to_the_office(odd: FastAPI, client: TestClient) -> None:
    assert "/positions" in client.get("/t/fails").text
    assert "/positions" not in client.get("/i/t/fails").text


def test_an_error_leaves_the_navigation_to_those_who_are_signed_in(
    odd: FastAPI, client: TestClient, signed_in: SignedIn
) -> None:
    assert 'aria-label="Office"' in signed_in().get("/t/missing").text
    assert 'aria-label="Office"' not in client.get("/t/raise/missing").text


@pytest.mark.parametrize("kind", ["partial", "full"])
def test_htmx_gets_the_words_alone_for_the_message_area(odd: FastAPI, client: TestClient, kind: str) -> None:
    answer = client.get("/t/raise/busy", headers={"HX-Request": "true", "HX-Request-Type": kind})
    assert answer.status_code == 503 and answer.text.startswith('<p class="notice bad">')
    told = [answer.headers[f"hx-{name}"] for name in ("retarget", "reselect", "reswap")]
    assert told == ["#message", ".notice", "innerHTML"]


def test_what_is_no_number_is_not_echoed(odd: FastAPI, client: TestClient) -> None:
    answer = client.get("/t/number/<script>alert(1)</script>")
    assert answer.status_code in (400, 404) and "alert" not in answer.text
    answer = client.get("/t/number/abc")
    assert answer.status_code == 400 and "abc" not in answer.text


@pytest.mark.parametrize(
    "path", ["/nope", "/positions/../nope", "/%2e%2e/%2e%2e/etc/passwd", "/sign-in/", "/docs", "/openapi.json"]
)
def test_unknown_pages_are_told(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404 and "There is no such page." in answer.text


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_a_method_that_no_page_has_is_told(client: TestClient, method: str) -> None:
    answer = client.request(method, "/sign-in")
    assert answer.status_code == 405 and "cannot be used in this way" in answer.text
    assert "GET" in answer.headers["allow"] or "POST" in answer.headers["allow"]


# Who may do what


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize(
    ("name", "needed"),
    [
        ("seen", Right.SEE),
        ("reviewing", Right.REVIEW),
        ("inviting", Right.INVITE),
        ("exporting", Right.EXPORT),
        ("administering", Right.ADMINISTER),
    ],
)
def test_each_role_has_its_rights(odd: FastAPI, signed_in: SignedIn, role: Role, name: str, needed: Right) -> None:
    client = signed_in(role)
    for method in ("GET", "POST"):
        answer = client.request(method, f"/t/{name}")
        assert answer.status_code == (200 if may(role, needed) else 403)
        assert (answer.text == f"the-{role}") is may(role, needed)


def test_nobody_is_asked_to_sign_in_and_comes_back(odd: FastAPI, client: TestClient) -> None:
    answer = client.get("/t/seen?sort=a&b=%2F%2Fevil")
    assert (answer.status_code, answer.headers["location"]) == (
        303,
        "/sign-in?next=/t/seen%3Fsort%3Da%26b%3D%252F%252Fevil",
    )
    shown = client.get(answer.headers["location"])
    assert 'name="next" value="/t/seen?sort=a&amp;b=%2F%2Fevil"' in shown.text
    assert client.post("/t/seen").headers["location"] == "/sign-in"
    asked = client.get("/t/seen", headers={"HX-Request": "true"})
    assert (asked.status_code, asked.headers["hx-redirect"]) == (200, "/sign-in?next=/t/seen")


def test_a_strange_path_never_becomes_the_way_back(odd: FastAPI, client: TestClient) -> None:
    answer = client.get("//evil.example/t")
    assert answer.status_code == 404


def test_a_form_needs_this_sessions_token(odd: FastAPI, signed_in: SignedIn) -> None:
    client, other = signed_in(), signed_in(Role.VIEWER)
    token = client.headers.pop("X-CSRF-Token")
    for wrong in ("", "x", token[:-1], token + "x", other.headers["X-CSRF-Token"], token.split(".")[0] + "."):
        for sent in (
            {"data": {"words": "a", "csrf": wrong}},
            {"data": {"words": "a"}, "headers": {"X-CSRF-Token": wrong}},
        ):
            answer = client.post("/t/form", **sent)  # type: ignore[arg-type]
            assert answer.status_code == 403 and "Nothing was changed." in answer.text
    assert client.post("/t/form", params={"csrf": token}, data={"words": "a"}).status_code == 403
    assert client.post("/t/form", data={"words": "a", "csrf": token}).status_code == 303
    assert client.post("/t/form", data={"words": "a"}, headers={"X-CSRF-Token": token}).status_code == 303
    assert client.post("/t/form", data={"words": "a", "csrf": token}, files={"more": b"x"}).status_code == 303
    assert client.post("/t/form", data={"words": "a", "csrf": csrf_of(client)}).status_code == 303


def test_a_token_outlives_a_rotation_of_keys(house: House) -> None:
    from interviewer.web.config import Serving
    from interviewer.web.security import Seal

    old, new = "an old secret of at least 32 characters", "a new secret of at least 32 characters"
    before, both, after = (Serving(house.serving.public_url, keys) for keys in ((old,), (new, old), (new,)))
    value, token = Seal(before, "session").sealed({"name": "ada"}), Seal(before, "csrf").token("ada")
    assert Seal(both, "session").opened(value) == {"name": "ada"} and Seal(both, "csrf").holds(token, "ada")
    assert Seal(after, "session").opened(value) is None and not Seal(after, "csrf").holds(token, "ada")
    # The first signs: what is signed with both stays good when the old one goes.
    assert Seal(after, "session").opened(Seal(both, "session").sealed(1)) == 1
    assert Seal(before, "session").opened(Seal(both, "session").sealed(1)) is None


def test_another_sites_page_changes_nothing(odd: FastAPI, signed_in: SignedIn) -> None:
    client = signed_in()
    for site, status in (("cross-site", 403), ("same-site", 403), ("same-origin", 303), ("none", 303)):
        answer = client.post("/t/form", data={"words": "a"}, headers={"Sec-Fetch-Site": site})
        assert answer.status_code == status
    assert client.get("/t/seen", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 200


# Messages


def test_a_message_is_escaped_bounded_and_signed(odd: FastAPI, signed_in: SignedIn) -> None:
    client = signed_in(Role.VIEWER)
    client.post("/t/form", data={"words": "<img src=x onerror=alert(1)>" + "\u202e" + "é" * 900})
    client.cookies.delete("__Host-session")
    shown = client.get("/sign-in").text
    assert "Kept: &lt;img src=x" in shown and "<img" not in shown and "\u202e" not in shown
    assert shown.count("é") < 600
    forged = client.get("/sign-in", headers={"cookie": "__Host-said=eyJzYWlkIjoieCJ9.c2ln"})
    assert 'class="notice good"' not in forged.text


@pytest.mark.parametrize("to", ["//evil.example", "https://evil.example", "/\\evil.example", "evil"])
def test_back_stays_here(odd: FastAPI, client: TestClient, to: str) -> None:
    assert client.get("/t/back", params={"to": to}).headers["location"] == "/"


def test_a_home_that_cannot_be_written_hides_no_failure(
    odd: FastAPI, client: TestClient, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(self: Path, *more: object, **fields: object) -> int:
        raise PermissionError("no")

    monkeypatch.setattr(Path, "write_text", refuse)
    assert client.get("/t/fails").status_code == 500
