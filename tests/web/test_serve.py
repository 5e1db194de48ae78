"""`interviewer serve`: one process a home folder, refused where it would not be safe, stopped kindly."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import uvicorn
from fastapi import FastAPI
from fastapi.testclient import TestClient
from typer.testing import CliRunner

from interviewer import web
from interviewer.bootstrap import Program
from interviewer.cli.app import app as commands
from interviewer.core.errors import InterviewerError, ModelFileError, SettingsError, StoreError, UsageError
from interviewer.hosting import retention
from interviewer.hosting.lock import FILE, only_one
from interviewer.hosting.retention import Swept
from interviewer.web import server, upkeep
from interviewer.web.config import Serving
from interviewer.web.house import House

ROOT = Path(__file__).parents[2]
LONG = "0123456789abcdef0123456789abcdef"
OTHER = "another-secret-of-thirty-two-characters"


# The lock


def test_one_process_holds_a_home_and_tells_what_for(tmp_path: Path) -> None:
    with only_one(tmp_path) as tell:
        tell("its pages are served at http://127.0.0.1:8000")
        with pytest.raises(UsageError) as error, only_one(tmp_path):
            pass
        assert (
            error.value.message
            == f"The home folder {tmp_path} is in use: its pages are served at http://127.0.0.1:8000."
        )
        assert (tmp_path / FILE).stat().st_mode & 0o777 == 0o600
    with only_one(tmp_path):
        assert (tmp_path / FILE).read_text() == ""


def test_a_process_that_was_killed_holds_nothing(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text("its pages are served at http://127.0.0.1:8000")
    with only_one(tmp_path), pytest.raises(UsageError) as error, only_one(tmp_path):
        pass
    assert "8000" not in error.value.message


def test_a_home_in_which_nothing_can_be_made_is_told(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="cannot be made"), only_one(tmp_path / "missing"):
        pass


# The command


def run(*options: str) -> tuple[int, str]:
    """Run the command where it is refused; its exit status and words."""
    done = CliRunner().invoke(commands, ["serve", *options])
    assert isinstance(done.exception, InterviewerError), done.output
    return done.exception.exit_code, str(done.exception)


def test_another_process_is_told_as_wrong_use(home: Path) -> None:
    home.mkdir()
    with only_one(home) as tell:
        tell("its pages are served at http://127.0.0.1:4321")
        code, words = run("--port", "0")
    assert code == 2 and "http://127.0.0.1:4321" in words


def test_a_port_that_is_taken_is_told(home: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        code, words = run("--port", str(port))
    assert code == 2 and f"127.0.0.1:{port} cannot be served: address already in use." in words and "--port" in words


def test_an_open_address_is_refused(home: Path) -> None:
    code, words = run("--host", "0.0.0.0", "--port", "0")
    assert code == 2 and "PUBLIC_URL and INTERVIEWER_SECRET must be set" in words


def test_a_missing_extra_is_told(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "interviewer.web.server")
    monkeypatch.delattr(web, "server")
    monkeypatch.setitem(sys.modules, "uvicorn", None)
    code, words = run()
    assert code == 2 and "quoted-interviewer[web]" in words


class Stopped(Exception):
    """Stands for the end of serving."""


def test_nothing_is_served_with_a_judge_that_is_broken(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> None:
        raise ModelFileError("a file is missing")

    monkeypatch.setattr(program.judge, "check", broken)
    with pytest.raises(ModelFileError):
        server.serve(program, "127.0.0.1", 0, lambda how: None)


def test_what_is_prepared_comes_before_the_first_page(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    order: list[str] = []

    def served(self: uvicorn.Server, sockets: list[socket.socket]) -> None:
        order.append(f"served at {sockets[0].getsockname()[1]}")
        raise Stopped

    monkeypatch.setattr(uvicorn.Server, "run", served)
    prepared: list[Serving] = []
    with pytest.raises(Stopped):
        server.serve(program, "127.0.0.1", 0, lambda how: order.append("ready"), prepared.append)
    assert order == [f"served at {urlsplit(prepared[0].public_url).port}"]
    assert program.settings.database.exists()


def test_the_server_is_bounded_and_keeps_no_log_of_paths(program: Program, app: FastAPI) -> None:
    set_up = server._config(program, app.state.house.serving)
    assert set_up.access_log is False and set_up.server_header is False
    assert set_up.forwarded_allow_ips == ["127.0.0.1", "::1"]
    assert set_up.limit_concurrency and set_up.h11_max_incomplete_event_size and set_up.timeout_graceful_shutdown


@contextmanager
def served(home: Path, *options: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A real server and where it is reached."""
    environment = {**os.environ, "INTERVIEWER_HOME": str(home), "PYTHONUNBUFFERED": "1", "OMP_NUM_THREADS": "1"}
    command = [sys.executable, "-m", "interviewer", "serve", "--port", "0", *options]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        assert process.stdout
        first = process.stdout.readline()
        assert first.startswith("The pages are served at http://127.0.0.1:"), first + process.stdout.read()
        yield process, first.split()[-1]
    finally:
        process.kill()
        process.wait()
        if process.stdout:
            process.stdout.close()


def asked(url: str, method: str, path: str, body: bytes = b"", **headers: str) -> tuple[int, dict[str, str], str]:
    """Ask a real server."""
    connection = HTTPConnection(urlsplit(url).netloc, timeout=30)
    connection.request(method, path, body, headers)
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()
    return answer.status, {name.lower(): value for name, value in answer.getheaders()}, text


def unfinished(url: str, head: bytes) -> bytes:
    """What a real server answers to headers that do not end."""
    place = urlsplit(url)
    with socket.create_connection((place.hostname or "", place.port or 0), timeout=30) as connection:
        connection.sendall(head)
        return connection.recv(1000)


@pytest.mark.block_network(allowed_hosts=["127.0.0.1"])
@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
def test_a_real_server_answers_and_stops_when_told_to(home: Path, sign: signal.Signals) -> None:
    with served(home) as (process, url):
        assert asked(url, "GET", "/healthz")[::2] == (200, '{"status":"ok"}')
        status, headers, text = asked(url, "GET", "/sign-in")
        assert status == 200 and "interviewer user add" in text
        assert headers["content-security-policy"].startswith("default-src 'none'") and "server" not in headers
        assert asked(url, "GET", "/", Host="evil.example")[0] == 400
        assert asked(url, "GET", "/i/a-secret-token-in-a-path")[0] == 404
        assert unfinished(url, b"GET / HTTP/1.1\r\nX-Long: " + b"x" * 20_000).startswith(b"HTTP/1.1 400 ")
        large = asked(
            url, "POST", "/sign-in", b"x" * 1_100_000, **{"Content-Type": "application/x-www-form-urlencoded"}
        )
        assert large[0] == 413 and large[1]["connection"] == "close"
        process.send_signal(sign)
        assert process.wait(timeout=60) == 0 and process.stdout
        # Not `communicate`, which would pass over what a line read before has left in the buffer.
        out = process.stdout.read()
        assert "user add NAME --role admin" in out and "Traceback" not in out
        assert "a-secret-token" not in out and "healthz" not in out
    assert not any("a-secret-token" in one.read_text(errors="replace") for one in home.iterdir() if one.is_file())


@pytest.mark.block_network(allowed_hosts=["127.0.0.1"])
def test_a_second_server_is_refused_while_the_first_runs_and_not_after_it_was_killed(home: Path) -> None:
    with served(home) as (process, url):
        code, words = run("--port", "0")
        assert code == 2 and url in words
        process.kill()
        process.wait()
    with served(home) as (_, url):
        assert asked(url, "GET", "/healthz")[0] == 200


# Upkeep


def test_what_is_over_its_time_is_swept_when_serving_begins(
    app: FastAPI, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    swept: list[tuple[Any, ...]] = []

    def sweep(*given: Any) -> Swept:
        swept.append(given)
        return Swept()

    monkeypatch.setattr(upkeep, "sweep", sweep)
    with TestClient(app, "https://testserver") as client:
        assert client.get("/healthz").status_code == 200
    assert swept == [(house.program, house.hall, house.results)]


def test_a_sweep_that_fails_or_leaves_something_is_tried_again_sooner(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert upkeep.swept(house) and upkeep.sweep is retention.sweep

    def fails(*given: Any) -> Swept:
        raise StoreError("the disk is full")

    monkeypatch.setattr(upkeep, "sweep", fails)
    assert not upkeep.swept(house)
    assert "StoreError" in (house.program.settings.home / "last-failure.txt").read_text()
    monkeypatch.setattr(upkeep, "sweep", lambda *given: Swept(problem="busy"))
    assert not upkeep.swept(house)
