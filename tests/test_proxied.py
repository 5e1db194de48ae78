"""Behind Debian's Caddy, with the Caddyfile of docs/serving.md: TLS, cookies, lines as they are said, a restart."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2
import pytest
import uvicorn
from fastapi import Request
from typer.testing import CliRunner

from interviewer.bootstrap import Program
from interviewer.cli.app import app as commands
from interviewer.core.events import Move
from interviewer.core.ports import Spoken
from interviewer.core.state import State
from interviewer.judging.scripted import ScriptedIntentReader, ScriptedJudge
from interviewer.library import content, load_file
from interviewer.session import Team
from interviewer.settings import Settings
from interviewer.web import server
from interviewer.web.app import create_app
from interviewer.web.config import Serving
from tests.endpoint import LOOPBACK
from tests.factories import tiny_scenario
from tests.serving import Served, field, furnish

pytestmark = [
    pytest.mark.slow,
    LOOPBACK,
    pytest.mark.skipif(
        shutil.which("caddy") is None,
        reason="Caddy is not installed (Debian: apt-get install caddy), so that nothing is known",
    ),
]
ROOT = Path(__file__).parents[1]
SECRET = "a secret of at least thirty-two characters".replace(" ", "-")
PATIENCE = "lb_try_duration 20s"
PASSWORD = "correct horse battery"
WHOLE = "it asks dns for the ip, then the client sends a http request and the server answers with a status code"


@dataclass(frozen=True)
class Site:
    """Caddy in front of a port: the address of the pages, the one without TLS, and how to trust it."""

    url: str
    plain_url: str
    trust: ssl.SSLContext
    log: list[str]

    def browser(self, **more: bool) -> httpx2.Client:
        """A browser that checks the certificate."""
        return httpx2.Client(base_url=self.url, verify=self.trust, timeout=60, **more)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
    return port


def _shake_hands(port: int, trust: ssl.SSLContext) -> None:
    """Until the certificate is in use, which is moments after it is said to be there."""
    for tries_left in range(500, -1, -1):
        try:
            with (
                socket.create_connection(("127.0.0.1", port)) as made,
                trust.wrap_socket(made, server_hostname="localhost"),
            ):
                return
        except ssl.SSLError:
            if not tries_left:
                raise


@contextmanager
def caddy(folder: Path, upstream: int, patience: str = "20s", *, kindly: bool = True) -> Iterator[Site]:
    """Caddy with our Caddyfile, a certificate of its own making, and nothing outside of a folder changed.

    Not `kindly`: without the page that says that nothing is lost, so that Caddy itself tells what went wrong.
    """
    secure, plain = free_port(), free_port()
    ours = (ROOT / "deploy" / "Caddyfile").read_text(encoding="utf-8")
    options = ["admin off", "skip_install_trust", f"http_port {plain}", f"storage file_system {folder / 'storage'}"]
    file = folder / "Caddyfile"
    text = ours.replace("\n{\n", "\n{\n\t" + "\n\t".join(options) + "\n", 1)
    assert text.count("\n") == ours.count("\n") + len(options) and PATIENCE in text
    text = text.replace(PATIENCE, f"lb_try_duration {patience}")
    if not kindly:
        text, found = re.subn(r"\n\thandle_errors \{.*?\n\t\}", "", text, flags=re.DOTALL)
        assert found == 1
    file.write_text(text, encoding="utf-8")
    place = {
        "INTERVIEWER_SITE": f"localhost:{secure}",
        "INTERVIEWER_UPSTREAM": f"127.0.0.1:{upstream}",
        **dict.fromkeys(("HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME"), str(folder)),
    }
    with subprocess.Popen(
        ["caddy", "run", "--config", str(file), "--adapter", "caddyfile"],
        env={**os.environ, **place},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    ) as process:
        log: list[str] = []
        certified = threading.Event()

        def listen() -> None:
            assert process.stderr
            for line in process.stderr:
                log.append(line)
                # The last that it says of a new certificate.
                if "stapling OCSP" in line:
                    certified.set()
            certified.set()

        reader = threading.Thread(target=listen, daemon=True)
        reader.start()
        certified.wait()
        try:
            assert process.poll() is None, "".join(log)
            trust = ssl.create_default_context(cafile=next((folder / "storage").rglob("root.crt")))
            _shake_hands(secure, trust)
            yield Site(f"https://localhost:{secure}", f"http://localhost:{plain}", trust, log)
        finally:
            process.terminate()
            process.wait(timeout=30)
            reader.join(timeout=30)


def begin(browser: httpx2.Client, token: str) -> str:
    """A candidate comes with a link, agrees, and begins; the page with the first question."""
    notice = browser.get(f"/i/{token}")
    form = {"version": field(notice.text, "version"), "agree": "yes", "keeps_to_help": "yes"}
    agreed = browser.post(f"/i/{token}", data=form)
    assert agreed.status_code == 200, agreed.text
    page = browser.post(f"/i/{token}/begin", data={"start": "yes"})
    assert page.status_code == 200 and "/talk" in str(page.url), page.text
    return page.text


# The program as it is put up


@dataclass(frozen=True)
class PutUp:
    """A home folder that is served behind Caddy, with the settings that this takes."""

    home: Path
    site: Site
    port: int
    settings: dict[str, str]
    tokens: list[str]


@pytest.fixture(scope="module")
def put_up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PutUp]:
    """Everything but the serving process itself."""
    folder = tmp_path_factory.mktemp("put-up")
    home, port = folder / "home", free_port()
    tokens = furnish(home, load_file(content("scenarios") / "junior-backend.yaml"), 3, ["api-call"])
    with caddy(folder, port) as site:
        settings = {"PUBLIC_URL": site.url, "INTERVIEWER_SECRET": SECRET}
        yield PutUp(home, site, port, settings, tokens)


@pytest.fixture
def served(put_up: PutUp) -> Iterator[Served]:
    with Served(put_up.home, port=put_up.port, settings=put_up.settings) as running:
        yield running


@pytest.mark.usefixtures("served")
def test_signing_in(put_up: PutUp, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INTERVIEWER_HOME", str(put_up.home))
    added = CliRunner().invoke(commands, ["user", "add", "ada", "--role", "admin"], input=f"{PASSWORD}\n")
    assert added.exit_code == 0, added.output
    with put_up.site.browser(follow_redirects=True) as browser:
        form = browser.get("/positions")
        assert form.url.path == "/sign-in"
        sent = {"name": "ada", "password": PASSWORD, "csrf": field(form.text, "csrf"), "next": "/positions"}
        inside = browser.post("/sign-in", data=sent)
        assert (inside.status_code, inside.url.path) == (200, "/positions")
        (entry,) = inside.history
        cookie = next(one for one in entry.headers.get_list("set-cookie") if one.startswith("__Host-session="))
        parts = {part.strip().lower() for part in cookie.split(";")[1:]}
        assert {"secure", "httponly", "path=/"} <= parts and any(part.startswith("samesite=") for part in parts)
        assert "Backend developer" in inside.text
        for answer in (form, entry, inside):
            assert answer.headers["strict-transport-security"].startswith("max-age=")
            assert "default-src 'none'" in answer.headers["content-security-policy"]
            assert answer.headers["cache-control"] == "no-store"
    with httpx2.Client() as browser:
        away = browser.get(f"{put_up.site.plain_url}/positions")
        assert away.status_code == 308 and away.headers["location"].startswith("https://localhost")


@pytest.mark.usefixtures("served")
def test_is_it_well(put_up: PutUp) -> None:
    """The command of docs/serving.md, and the same through the proxy."""
    (command,) = re.findall(
        r"^curl .*/healthz$", (ROOT / "docs" / "serving.md").read_text(encoding="utf-8"), re.MULTILINE
    )
    ran = subprocess.run(
        command.replace(":8000", f":{put_up.port}").split(), capture_output=True, timeout=60, check=True
    )
    assert json.loads(ran.stdout) == {"status": "ok"}
    with put_up.site.browser() as browser:
        assert browser.get("/healthz").json() == {"status": "ok"}


def test_another_host_is_not_answered(put_up: PutUp, served: Served) -> None:
    with put_up.site.browser() as browser:
        assert browser.get("/healthz", headers={"X-Forwarded-Host": "evil.example"}).status_code == 200
        assert "evil" not in browser.get("/sign-in", headers={"X-Forwarded-Host": "evil.example"}).text
        assert browser.get("/sign-in", headers={"Host": "evil.example"}).text == ""
    assert put_up.site.url in served.url


@pytest.mark.usefixtures("served")
def test_what_is_too_large_is_refused_by_one_or_the_other(put_up: PutUp) -> None:
    """Just over what the program takes, and far over it; with its length told, and in chunks."""
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    with put_up.site.browser() as browser:
        for size in (1_100_000, 1_999_999, 2_000_000, 30_000_000):
            body = b"name=" + b"x" * size
            assert browser.post("/sign-in", content=body, headers=headers).status_code == 413, size
            assert browser.post("/sign-in", content=iter([body]), headers=headers).status_code == 413, size
        assert browser.get("/healthz").status_code == 200


@pytest.mark.usefixtures("served")
def test_a_whole_answer(put_up: PutUp) -> None:
    token = put_up.tokens[0]
    with put_up.site.browser(follow_redirects=True) as browser:
        page = begin(browser, token)
        answer = {"turn": field(page, "turn"), "words": f"{WHOLE}\n<img src=x onerror=alert(1)>"}
        after = browser.post(f"/i/{token}/say", data=answer)
        assert after.status_code == 200
        assert WHOLE in after.text and "&lt;img src=x" in after.text and "<img src=x" not in after.text
        again = browser.post(f"/i/{token}/say", data=answer)
        assert again.text.count(WHOLE) == 1, "the same answer was stored twice"
        assert not browser.cookies, "a candidate needs no cookie"


def test_a_restart_in_the_middle_is_waited_for(put_up: PutUp) -> None:
    """The program is killed; an answer that is sent while it is down arrives when it is up again."""
    token = put_up.tokens[1]
    with put_up.site.browser(follow_redirects=True) as browser, ThreadPoolExecutor(1) as other:
        with Served(put_up.home, port=put_up.port, settings=put_up.settings) as first:
            page = begin(browser, token)
            first.kill()
        answer = {"turn": field(page, "turn"), "words": WHOLE}
        waiting = other.submit(browser.post, f"/i/{token}/say", data=answer)
        with Served(put_up.home, port=put_up.port, settings=put_up.settings):
            after = waiting.result(timeout=60)
            assert after.status_code == 200 and after.text.count(WHOLE) == 1, after.text


def test_links_are_not_in_any_log(put_up: PutUp, tmp_path: Path) -> None:
    """Not where everything goes well, and not where nobody is behind the proxy."""
    token = put_up.tokens[2]
    kind, bare = tmp_path / "kind", tmp_path / "bare"
    for folder in (kind, bare):
        folder.mkdir()
    with caddy(kind, free_port(), patience="1s") as site, site.browser() as browser:
        gone = browser.get(f"/i/{token}/talk", headers={"Referer": f"{site.url}/i/{token}"})
        assert gone.status_code == 503 and "Nothing is lost" in gone.text
    assert token not in "".join(site.log)
    with caddy(bare, free_port(), patience="1s", kindly=False) as site, site.browser() as browser:
        assert browser.get(f"/i/{token}/talk", headers={"Referer": f"{site.url}/i/{token}"}).status_code == 502
    told = "".join(site.log)
    assert "connection refused" in told and "/i/-/talk" in told and token not in told, told
    with Served(put_up.home, port=put_up.port, settings=put_up.settings) as served, put_up.site.browser() as browser:
        assert browser.get(f"/i/{token}").status_code == 200
        assert browser.get(f"/i/{token}x").status_code == 404
    assert token not in "".join(put_up.site.log) + "".join(served.lines)
    for file in put_up.home.iterdir():
        assert token.encode() not in file.read_bytes(), file


# What only a program of our own can show


class Gated:
    """Says a first part of each line at once, and the rest when somebody has heard that."""

    name = "authored"

    def __init__(self) -> None:
        self.heard = threading.Event()
        self.waited: list[bool] = []

    def say(self, state: State, move: Move) -> Iterator[Spoken]:
        if not state.partial:
            yield Spoken("One part.", more=True)
            self.waited.append(self.heard.wait(20))
        yield Spoken("And the rest?")


class Scripted(Program):
    """A program whose judge is scripted and whose speaker is gated."""

    def team(self, *_: object, **__: object) -> Team:
        return Team(judge=self.judge, reader=self.reader, speaker=self.gate, clock=self.clock)

    gate: Gated


@dataclass(frozen=True)
class InProcess:
    """The same pages, served by a thread of the test's."""

    site: Site
    gate: Gated
    tokens: list[str]


@pytest.fixture
def in_process(tmp_path: Path) -> Iterator[InProcess]:
    home = tmp_path / "house"
    tokens = furnish(home, tiny_scenario(), 1)
    ours = Scripted(Settings.load(environ={"INTERVIEWER_HOME": str(home)}))
    ours.gate = Gated()
    ours.__dict__["judge"] = ScriptedJudge({})
    ours.__dict__["reader"] = ScriptedIntentReader()
    with socket.create_server(("127.0.0.1", 0)) as listening, caddy(tmp_path, listening.getsockname()[1]) as site:
        how = Serving(site.url, (SECRET,))
        config = server._config(ours, how)
        app = create_app(ours, how)

        @app.get("/seen")
        def seen(request: Request) -> dict[str, object]:
            return {"scheme": request.url.scheme, "client": request.client.host if request.client else ""}

        config.app = app
        running = uvicorn.Server(config)
        thread = threading.Thread(target=running.run, args=([listening],))
        thread.start()
        try:
            yield InProcess(site, ours.gate, tokens)
        finally:
            running.should_exit = True
            thread.join(timeout=30)
            ours.store.close()


def test_the_proxys_word_on_the_browser_is_believed_and_nobody_elses(in_process: InProcess) -> None:
    with in_process.site.browser() as browser:
        lies = {"X-Forwarded-For": "203.0.113.7", "X-Forwarded-Proto": "http"}
        assert browser.get("/seen", headers=lies).json() == {"scheme": "https", "client": "127.0.0.1"}


def test_lines_are_not_held_back(in_process: InProcess) -> None:
    """The second line is said only once the browser has the first: a proxy that held it back would never see it."""
    gate, (token,) = in_process.gate, in_process.tokens
    gate.heard.set()
    with in_process.site.browser(follow_redirects=True) as browser:
        page = begin(browser, token)
        gate.heard.clear()
        gate.waited.clear()
        answer = {"turn": field(page, "turn"), "words": WHOLE}
        rows = []
        with browser.stream(
            "POST", f"/i/{token}/say", data=answer, headers={"Accept": "application/x-ndjson"}
        ) as stream:
            assert stream.headers["content-type"].startswith("application/x-ndjson")
            for line in stream.iter_lines():
                rows.append(json.loads(line))
                gate.heard.set()
    assert rows[0]["text"] == "One part." and rows[-1]["fate"] == "done"
    assert gate.waited and all(gate.waited), "the first line came only with the second"
