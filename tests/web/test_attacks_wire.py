"""Attacks below the pages: what is no HTTP, two meanings of one request, connections that never end.

A real server is asked with bytes of our own making.
"""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.endpoint import LOOPBACK
from tests.factories import tiny_scenario
from tests.serving import Served, furnish
from tests.web.attacks import control

pytestmark = [pytest.mark.slow, LOOPBACK]
STEERS = b"\x1b]0;owned\x07\x1b[2J"
FORM = b"Content-Type: application/x-www-form-urlencoded\r\n"
ODD = {
    "steering in the path": b"GET /" + STEERS + b" HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "steering in the method": STEERS + b" / HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "steering in a header": b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nX-A: "
    + STEERS
    + b"\r\n\r\n",
    "steering in the host": b"GET / HTTP/1.1\r\nHost: " + STEERS + b"\r\nConnection: close\r\n\r\n",
    "no host": b"GET /healthz HTTP/1.1\r\nConnection: close\r\n\r\n",
    "two hosts": b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\nConnection: close\r\n\r\n",
    "another house": b"GET http://evil.example/ HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n",
    "two lengths": b"POST /sign-in HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\nContent-Length: 30\r\n\r\na=b",
    "a length below nothing": b"POST /sign-in HTTP/1.1\r\nHost: localhost\r\nContent-Length: -3\r\n\r\na=b",
    "a chunk that is no chunk": (
        b"POST /sign-in HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\na=b\r\n0\r\n\r\n"
    ),
    "an unknown coding": b"POST /sign-in HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
    "a header of two lines": b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-A: b\r\n\tc\r\nX B: d\r\n\r\n",
    "no version": b"GET /healthz\r\n\r\n",
    "another version": b"GET /healthz HTTP/9.9\r\nHost: localhost\r\nConnection: close\r\n\r\n",
    "TLS": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(range(64)) + b"\r\n\r\n",
    "a socket of another kind": (
        b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close, Upgrade\r\nUpgrade: websocket\r\n"
        b"Sec-WebSocket-Key: x\r\nSec-WebSocket-Version: 13\r\n\r\n"
    ),
}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Served, str]]:
    """A server, and a candidate's token."""
    home: Path = tmp_path_factory.mktemp("wire") / "home"
    [token] = furnish(home, tiny_scenario(), 1)
    with Served(home) as running:
        yield running, token


def connected(served: Served) -> socket.socket:
    """A connection."""
    made = socket.create_connection(("127.0.0.1", urlsplit(served.url).port or 0), timeout=20)
    made.settimeout(20)
    return made


def told(served: Served, data: bytes) -> bytes:
    """All that is answered to some bytes, until the other side hangs up."""
    with connected(served) as made:
        made.sendall(data)
        parts = []
        while part := made.recv(65536):
            parts.append(part)
    return b"".join(parts)


def well(served: Served) -> bool:
    """Whether pages are still served."""
    return told(served, b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").startswith(
        b"HTTP/1.1 200 "
    )


@pytest.mark.parametrize("name", ODD)
def test_what_is_odd_is_answered_plainly_and_never_repeated(served: tuple[Served, str], name: str) -> None:
    running, _ = served
    answer = told(running, ODD[name])
    first = answer.split(b"\r\n")[0]
    assert first == b"" or first.split(b" ")[1] in (b"200", b"303", b"400", b"403", b"404", b"405", b"501"), answer
    assert STEERS not in answer and b"\x1b" not in answer and b"Traceback" not in answer and b"evil" not in answer
    assert well(running)


def test_a_request_within_a_request_is_not_taken_for_one(served: tuple[Served, str]) -> None:
    """Both a length and chunks: whoever stands in front may read it otherwise than we do."""
    running, token = served
    inner = b"GET /i/" + token.encode() + b" HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    length = b"Content-Length: %d\r\n" % (len(inner) + 5)
    chunks = b"Transfer-Encoding: chunked\r\n"
    for head in (length + chunks, chunks + length, length + b"Transfer-Encoding:\tchunked\r\n"):
        answer = told(
            running, b"POST /sign-in HTTP/1.1\r\nHost: localhost\r\n" + FORM + head + b"\r\n0\r\n\r\n" + inner
        )
        assert answer.count(b"HTTP/1.1 ") == 1 and b"Before you begin" not in answer, answer
    assert well(running)


def test_connections_that_never_end_keep_nobody_out(served: tuple[Served, str]) -> None:
    running, token = served
    with ExitStack() as stack:
        for number in range(60):
            slow = stack.enter_context(connected(running))
            if number % 2:
                slow.sendall(b"GET / HTTP/1.1\r\nHost: localh")
            else:
                slow.sendall(b"POST /i/" + token.encode() + b"/broke HTTP/1.1\r\nHost: localhost\r\n" + FORM)
                slow.sendall(b"Content-Length: 1000\r\n\r\ntrouble=")
        assert well(running)
        page = told(running, b"GET /i/" + token.encode() + b" HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        assert page.startswith(b"HTTP/1.1 200 ") and b"Before you begin" in page


def test_nothing_of_it_is_written_to_the_terminal(served: tuple[Served, str]) -> None:
    running, token = served
    for data in ODD.values():
        told(running, data)
    told(running, b"GET /i/%1b%5d0;owned%07 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
    running.process.terminate()
    running.process.wait(timeout=30)
    words = "".join(running.lines)
    assert [one for one in control(words) if one != "\n"] == []
    assert "owned" not in words and token not in words and "Traceback" not in words
