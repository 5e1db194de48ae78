"""The headers of every answer: pages, errors, redirects, files, streams."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from fastapi import FastAPI
from fastapi.responses import HTMLResponse, StreamingResponse
from fastapi.testclient import TestClient
from httpx import Response

from interviewer.bootstrap import Program
from interviewer.web.app import create_app
from interviewer.web.config import Serving
from tests.web.conftest import CHEAP, SECRET

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
EXPECTED = {
    "content-security-policy": CSP,
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "x-robots-tag": "noindex, nofollow",
    "strict-transport-security": "max-age=31536000",
}


@pytest.fixture
def odd(app: FastAPI) -> FastAPI:
    """The application with pages that stream, fail, and bring a policy of their own."""

    @app.get("/t/stream")
    def stream() -> StreamingResponse:
        def parts() -> Iterator[str]:
            yield "one"
            yield "two"

        return StreamingResponse(parts(), media_type="text/html")

    @app.get("/t/fails")
    def fails() -> None:
        raise RuntimeError("words of somebody's")

    @app.get("/t/report")
    def report() -> HTMLResponse:
        return HTMLResponse("<p>", headers={"Content-Security-Policy": "default-src 'none'; style-src 'sha256-x'"})

    return app


def check(answer: Response, cache: str = "no-store") -> None:
    """All headers are there, each once."""
    for name, value in EXPECTED.items():
        assert answer.headers.get_list(name) == [value], name
    assert answer.headers.get_list("cache-control") == [cache]
    policy = answer.headers["permissions-policy"]
    assert all(f"{one}=()" in policy for one in ("camera", "microphone", "geolocation", "payment"))
    assert "server" not in answer.headers and "x-powered-by" not in answer.headers


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/", 303),
        ("GET", "/sign-in", 200),
        ("GET", "/sign-in?next=/positions", 200),
        ("POST", "/sign-in", 403),
        ("POST", "/sign-out", 303),
        ("GET", "/sign-out", 405),
        ("GET", "/no-such-page", 404),
        ("GET", "/static/no-such-file.css", 404),
        ("GET", "/healthz", 200),
        ("GET", "/t/stream", 200),
        ("GET", "/t/fails", 500),
        ("PATCH", "/healthz", 405),
        ("TRACE", "/sign-in", 405),
    ],
)
def test_every_answer_has_them(odd: FastAPI, client: TestClient, method: str, path: str, status: int) -> None:
    answer = client.request(method, path)
    assert answer.status_code == status
    # What has no file has no address that may be kept either.
    check(answer)


def test_errors_before_any_page_have_them_too(client: TestClient) -> None:
    check(client.get("/sign-in", headers={"host": "evil.example"}))
    check(client.post("/sign-in", content=b"x" * (1024 * 1024 + 1)))


def test_files_may_be_kept_when_their_address_names_their_version(client: TestClient) -> None:
    shown = client.get("/sign-in").text
    address = shown.split('rel="stylesheet" href="')[1].split('"')[0]
    check(client.get(address), "public, max-age=31536000, immutable")
    check(client.get("/static/house.css"), "no-cache")
    check(client.get("/static/house.css?v=anything"), "no-cache")


def test_a_stream_comes_in_its_parts(odd: FastAPI, client: TestClient) -> None:
    with client.stream("GET", "/t/stream") as answer:
        assert b"".join(answer.iter_raw()) == b"onetwo"


def test_a_page_may_bring_a_policy_of_its_own_and_nothing_else(odd: FastAPI, client: TestClient) -> None:
    answer = client.get("/t/report")
    assert answer.headers.get_list("content-security-policy") == ["default-src 'none'; style-src 'sha256-x'"]
    assert answer.headers["x-frame-options"] == "DENY"


def test_no_page_asks_anybody_else_or_holds_style_or_script(
    client: TestClient, signed_in: Callable[..., TestClient]
) -> None:
    for text in (client.get("/sign-in").text, client.get("/nope").text, signed_in().get("/nope").text):
        assert "//" not in text.replace("<!doctype html>", "")
        assert " style=" not in text and "<style" not in text and "javascript:" not in text
        assert all(part.startswith(" src=") for part in text.split("<script")[1:])
        assert not [one for one in (" onclick", " onload", " onsubmit", " hx-on") if one in text]


def test_without_tls_cookies_go_without_secure_and_nothing_is_promised(program: Program) -> None:
    app = create_app(program, Serving("http://127.0.0.1:8000", (SECRET,)), passwords=CHEAP)
    with TestClient(app, "http://127.0.0.1:8000", follow_redirects=False) as client:
        answer = client.get("/sign-in")
        assert "strict-transport-security" not in answer.headers
        (cookie,) = answer.headers.get_list("set-cookie")
        assert cookie.startswith("visit=") and "HttpOnly" in cookie and "SameSite=Lax" in cookie
        assert "secure" not in cookie.lower()
