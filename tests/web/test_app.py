"""The application as a whole: its front page, its files, its health, its templates."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from importlib.resources import files
from pathlib import Path

import pytest
from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse
from fastapi.testclient import TestClient
from jinja2 import DictLoader, Environment, UndefinedError

from interviewer.bootstrap import Program
from interviewer.core.errors import ModelFileError
from interviewer.screening.roles import Role
from interviewer.web import pages
from interviewer.web.app import create_app
from interviewer.web.guard import Seen
from interviewer.web.house import House
from interviewer.web.pages import asset, render, when
from tests.web.conftest import SERVING, SetClock, csrf_in

STATIC = Path(str(files("interviewer.web"))) / "static"
HTMX = "a0abb04f2f45a1f89d1d4844023245537e5e6014c87b144553e0607b4cc32130"


@dataclass(frozen=True)
class Words:
    """A page's context."""

    words: str


def test_the_front_leads_to_the_positions(client: TestClient) -> None:
    answer = client.get("/")
    assert (answer.status_code, answer.headers["location"]) == (303, "/positions")


def test_the_framework_tells_nobody_about_requests(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FASTAPI_OTEL_AUTO_CONFIGURE", "true")
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:9")
    set_up = create_app(program, SERVING)._telemetry
    assert {name for name, value in set_up.items() if value is not False} <= {
        "tracer_provider",
        "meter_provider",
        "logger_provider",
        "exclude",
    }


# Files


def test_every_file_is_served_as_what_it_is(client: TestClient) -> None:
    kinds = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}
    served = [one.name for one in STATIC.iterdir() if one.suffix in kinds]
    assert {"house.css", "house.js", "htmx.min.js", "icon.svg"} <= set(served)
    for name in served:
        answer = client.get(asset(name))
        assert (answer.status_code, answer.headers["content-type"]) == (200, kinds[Path(name).suffix])


@pytest.mark.parametrize(
    "path",
    [
        "/static/../app.py",
        "/static/%2e%2e/app.py",
        "/static/..%2fapp.py",
        "/static/%2e%2e%2f%2e%2e%2fsettings.py",
        "/static/....//app.py",
        "/static//etc/passwd",
        "/static/%2fetc%2fpasswd",
        "/static/..\\app.py",
        "/static/%00",
        "/static/house.css%00.js",
        "/static/",
        "/static",
        "/static/" + "x" * 3000,
    ],
)
def test_no_path_leads_out_of_the_folder_of_files(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code in (404, 405) and "import" not in answer.text and "root:" not in answer.text


def test_htmx_is_the_file_that_was_vendored(client: TestClient) -> None:
    assert hashlib.sha256((STATIC / "htmx.min.js").read_bytes()).hexdigest() == HTMX
    told = (STATIC / "VENDORED.md").read_text(encoding="utf-8")
    assert HTMX in told and "4.0.1" in told
    assert "Zero-Clause BSD" in (STATIC / "htmx.LICENSE.txt").read_text(encoding="utf-8")
    config = client.get("/sign-in").text.split('name="htmx-config" content=\'')[1].split("'")[0]
    assert json.loads(config) == {"history": "reload", "includeIndicatorCSS": False, "mode": "same-origin"}


def test_the_style_asks_nobody_for_anything() -> None:
    for one in STATIC.glob("*.css"):
        text = one.read_text(encoding="utf-8")
        assert "@import" not in text and "http" not in text and "gradient" not in text
        assert not re.search(r"url\((?!['\"]?data:)", text)


def luminance(colour: str) -> float:
    """The relative luminance of #rrggbb, as WCAG defines it."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """The contrast of two colours, as WCAG defines it."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", [0, 1])
def test_every_text_can_be_read_on_what_it_stands_on(theme: int) -> None:
    css = (STATIC / "house.css").read_text(encoding="utf-8")
    tokens = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", css.split(":root {")[1 + theme].split("}")[0]))
    pairs = [(ink, on) for ink in ("ink", "quiet", "accent", "bad", "good", "warn") for on in ("paper", "card", "sunk")]
    pairs += [(one, f"{one}-soft") for one in ("accent", "good", "warn", "bad")]
    pairs += [("ink", f"{one}-soft") for one in ("accent", "good", "warn", "bad")]
    pairs += [("accent-ink", "accent"), ("ink", "mark")]
    assert {
        pair: contrast(tokens[pair[0]], tokens[pair[1]])
        for pair in pairs
        if contrast(tokens[pair[0]], tokens[pair[1]]) < 4.5
    } == {}
    edges = [("strong-line", on) for on in ("card", "paper")] + [("focus", on) for on in ("card", "paper", "sunk")]
    assert {
        pair: contrast(tokens[pair[0]], tokens[pair[1]])
        for pair in edges
        if contrast(tokens[pair[0]], tokens[pair[1]]) < 3
    } == {}


# Health


def test_it_is_well_while_database_and_judge_are(client: TestClient) -> None:
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


def test_who_only_wants_to_know_whether_it_answers_gets_no_body(client: TestClient) -> None:
    answer = client.head("/healthz")
    assert (answer.status_code, answer.content) == (200, b"")


def test_a_database_that_cannot_be_read_is_told_without_details(client: TestClient, house: House) -> None:
    house.program.settings.database.parent.mkdir(parents=True, exist_ok=True)
    house.program.settings.database.write_bytes(b"this is no database at all, whatever its name may say" * 20)
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()) == (503, {"status": "unwell"})


def test_a_judge_whose_files_changed_is_told_and_asked_rarely(
    client: TestClient, house: House, clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []

    def check() -> None:
        asked.append(1)
        raise ModelFileError("a file is missing")

    monkeypatch.setattr(house.program.judge, "check", check)
    assert [client.get("/healthz").status_code for _ in range(3)] == [503] * 3
    assert len(asked) == 1
    monkeypatch.setattr(house.program.judge, "check", lambda: None)
    clock.go_on(seconds=60)
    assert client.get("/healthz").status_code == 200


# Templates


@pytest.fixture
def shown(app: FastAPI, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], str]:
    """Shows a template's text with some words as its context."""
    real = pages._templates()
    texts: dict[str, str] = {}
    made: Environment = real.overlay(loader=DictLoader(texts))
    monkeypatch.setattr(pages, "_templates", lambda: made)

    @app.get("/t/shown")
    def page(request: Request, words: str) -> HTMLResponse:
        return render(request, "t", Words(words))

    def show(template: str, words: str) -> str:
        texts["t"] = template
        made.cache.clear()  # type: ignore[union-attr]
        with TestClient(app, "https://testserver") as client:
            return client.get("/t/shown", params={"words": words}).text

    return show


def test_everything_is_escaped(shown: Callable[[str, str], str]) -> None:
    nasty = "<img src=x onerror=alert(1)> \"quoted\" 'single' & {{ 7 * 7 }}"
    text = shown('{{ page.words }}|<a title="{{ page.words }}">', nasty)
    assert "<img" not in text and '"quoted"' not in text and "49" not in text
    assert "&lt;img src=x onerror=alert(1)&gt;" in text


def test_what_steers_is_left_out_and_blanks_stay(shown: Callable[[str, str], str]) -> None:
    assert shown("[{{ page.words }}]", " a\u202eb\x1b[2Jc\n ") == "[ ab[2Jc\n ]"
    assert shown("[{{ page.words|plain }}]", " a\u202eb\x1b[2Jc\n ") == "[abc]"


def test_addresses_to_copy_are_whole(shown: Callable[[str, str], str]) -> None:
    assert shown("{{ url('/i/' ~ page.words) }}", "abc") == "https://testserver/i/abc"


def test_what_a_context_has_not_is_an_error(shown: Callable[[str, str], str], tell_failures: None) -> None:
    with pytest.raises(UndefinedError):
        pages._templates().from_string("{{ page.other }}").render(page=Words(""))


def test_times_are_readable_and_in_utc() -> None:
    at = datetime(2026, 3, 5, 9, 7, 59, tzinfo=timezone(timedelta(hours=2)))
    assert when(at) == '<time datetime="2026-03-05T07:07:59Z">5 Mar 2026, 07:07 UTC</time>'
    assert when(date(2026, 3, 5)) == '<time datetime="2026-03-05">5 March 2026</time>'
    assert when(None) == ""
    assert when(datetime(2026, 3, 5, tzinfo=UTC)).startswith("<time")


@pytest.mark.parametrize("role", list(Role))
def test_navigation_shows_what_a_role_may_use(
    app: FastAPI, signed_in: Callable[..., TestClient], monkeypatch: pytest.MonkeyPatch, role: Role
) -> None:
    @app.get("/t/office")
    def page(request: Request, account: Seen) -> HTMLResponse:
        return render(request, "office/base.html.j2", Words(""))

    text = signed_in(role).get("/t/office").text
    assert ('href="/record"' in text) is (role is Role.ADMIN)
    assert ('href="/requests"' in text) is (role is Role.ADMIN)
    assert f"the-{role}" in text and 'action="/sign-out"' in text
    header = json.loads(text.split("hx-headers:inherited='")[1].split("'")[0].replace("&#34;", '"'))
    assert list(header) == ["X-CSRF-Token"] and header["X-CSRF-Token"] == csrf_in(text)
