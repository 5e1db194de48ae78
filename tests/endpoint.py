"""A chat endpoint on loopback that answers, and misbehaves, as a test scripts it.

    with Endpoint("hello") as server:                  # every request gets this answer
        ...chat at server.url...
    with Endpoint([status(500), {"points": []}]) as server:   # in order; one more request is answered with 500
        ...
    assert len(server.requests) == 2

A reply is a text, a mapping (answered as JSON text), or a function of an `Exchange`. Texts go out as server-sent
events when the request says `stream`. Nothing sleeps: what is slow waits until the client hangs up, until the test
sets `server.release`, or until the server is closed. A test module that uses it says `pytestmark = LOOPBACK`.
"""

from __future__ import annotations

import json
import socket
import struct
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

import pytest

LOOPBACK = pytest.mark.block_network(allowed_hosts=["127\\.0\\.0\\.1", "localhost"])


@dataclass(frozen=True)
class Seen:
    """A request as it came in."""

    path: str
    headers: Mapping[str, str]
    body: dict[str, Any]

    @property
    def messages(self) -> list[dict[str, Any]]:
        return list(self.body.get("messages", ()))

    @property
    def text(self) -> str:
        """All that was sent in messages, in one text."""
        return "\n".join(str(one.get("content", "")) for one in self.messages)


@dataclass
class Exchange:
    """One request and the means to answer it."""

    seen: Seen
    handler: BaseHTTPRequestHandler
    server: Endpoint

    def send(self, status: int, body: bytes, headers: Mapping[str, str] | None = None, promise: int = 0) -> None:
        """A whole response; `promise` more bytes are announced than come."""
        told = {"Content-Type": "application/json", "Content-Length": str(len(body) + promise), **(headers or {})}
        self.begin(status, told)
        self.write(body)

    def begin(self, status: int, headers: Mapping[str, str]) -> None:
        self.handler.send_response(status)
        for name, value in headers.items():
            self.handler.send_header(name, value)
        self.handler.end_headers()

    def write(self, data: bytes) -> None:
        self.handler.wfile.write(data)
        self.handler.wfile.flush()

    def event(self, data: Mapping[str, Any] | str) -> None:
        """One server-sent event, as a chunk of the body."""
        line = f"data: {data if isinstance(data, str) else json.dumps(data)}\n\n".encode()
        self.chunk(line)

    def chunk(self, data: bytes) -> None:
        self.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")

    def begin_events(self) -> None:
        self.begin(200, {"Content-Type": "text/event-stream", "Transfer-Encoding": "chunked"})

    def end_events(self) -> None:
        self.write(b"0\r\n\r\n")

    def wait(self) -> None:
        """Do nothing until the test lets go, the client hangs up, or the server is closed."""
        peer = self.handler.connection
        while not self.server.release.is_set():
            with suppress(TimeoutError, OSError):
                peer.settimeout(0.01)
                if peer.recv(1) == b"":
                    self.server.hung_up.set()
                    break
        with suppress(OSError):
            peer.settimeout(None)

    def reset(self) -> None:
        """Break the connection off, as a crashed server does."""
        peer = self.handler.connection
        with suppress(OSError):
            peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        peer.close()
        self.handler.close_connection = True

    @property
    def streams(self) -> bool:
        return bool(self.seen.body.get("stream"))

    @property
    def model(self) -> str:
        return str(self.seen.body.get("model", ""))


Reply = str | Mapping[str, Any] | Callable[[Exchange], None]


@dataclass
class Endpoint:
    """The server, in a thread of its own, on a free port of 127.0.0.1."""

    replies: Reply | Sequence[Reply] = "Hello."
    usage: tuple[int, int] | None = (100, 20)
    """Tokens of prompt and reply that it counts; None: it counts none."""
    requests: list[Seen] = field(default_factory=list)
    hung_up: threading.Event = field(default_factory=threading.Event)
    """Set when a client hung up on a reply that was still to come."""
    release: threading.Event = field(default_factory=threading.Event)
    """Lets go of whatever waits."""
    errors: list[Exception] = field(default_factory=list)
    """What a reply's own code raised; the first is raised again at the end."""

    def __enter__(self) -> Self:
        self._lock = threading.Lock()
        self._taken = 0
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.005,), daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release.set()
        self._server.shutdown()
        self._thread.join(5)
        self._server.server_close()
        if self.errors and error is None:
            raise self.errors[0]

    @property
    def url(self) -> str:
        """What to give as base URL."""
        return f"http://{self.host}/v1"

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self._server.server_address[1]}"

    def script(self, *replies: Reply) -> None:
        """Answer the next requests with these, in order."""
        with self._lock:
            self.replies, self._taken = list(replies), 0

    def answer(self, exchange: Exchange) -> None:
        with self._lock:
            self.requests.append(exchange.seen)
            reply = self._next()
        perform(exchange, reply)

    def _next(self) -> Reply:
        if isinstance(self.replies, str | Mapping) or callable(self.replies):
            return self.replies
        self._taken += 1
        if self._taken > len(self.replies):
            return status(500, "this request is not in the script")
        return self.replies[self._taken - 1]


def perform(exchange: Exchange, reply: Reply) -> None:
    """Answer an exchange with a reply."""
    if isinstance(reply, str):
        says(reply)(exchange)
    elif isinstance(reply, Mapping):
        says(json.dumps(reply))(exchange)
    else:
        reply(exchange)


def _handler(server: Endpoint) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        # Else a reply's head and body, written one after the other, come 40 ms apart.
        disable_nagle_algorithm = True

        def do_POST(self) -> None:
            raw = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            seen = Seen(self.path, dict(self.headers.items()), json.loads(raw or b"{}"))
            try:
                server.answer(Exchange(seen, self, server))
            except (BrokenPipeError, ConnectionResetError):
                server.hung_up.set()
                self.close_connection = True
            except Exception as error:  # noqa: BLE001 - raised again where the test ends
                server.errors.append(error)
                self.close_connection = True

        def do_GET(self) -> None:
            models = {"object": "list", "data": [{"id": "tiny", "object": "model"}]}
            seen = Seen(self.path, dict(self.headers.items()), {})
            Exchange(seen, self, server).send(200, json.dumps(models).encode())

        def handle(self) -> None:
            with suppress(OSError, ValueError):
                super().handle()

        def log_message(self, format: str, *args: Any) -> None:
            """The requests are kept in `requests`."""

    return Handler


# What endpoints do right.


def says(text: str, *, pieces: Sequence[str] | None = None, finish: str = "stop", refusal: str = "") -> Reply:
    """A chat completion with this text; as events, in these pieces (default: words), where the request streams."""

    def reply(exchange: Exchange) -> None:
        if exchange.streams:
            _stream(exchange, pieces if pieces is not None else _words(text), finish)
            return
        message = {"role": "assistant", "content": None if refusal else text, "refusal": refusal or None}
        body: dict[str, Any] = {
            "id": "chatcmpl-1",
            "object": "chat.completion",
            "created": 1,
            "model": exchange.model,
            "choices": [{"index": 0, "message": message, "finish_reason": finish, "logprobs": None}],
        }
        if exchange.server.usage:
            body["usage"] = _usage(exchange.server.usage)
        exchange.send(200, json.dumps(body).encode())

    return reply


def _words(text: str) -> list[str]:
    words = text.split(" ")
    return [word if place == 0 else f" {word}" for place, word in enumerate(words)]


def _usage(counted: tuple[int, int]) -> dict[str, int]:
    taken, given = counted
    return {"prompt_tokens": taken, "completion_tokens": given, "total_tokens": taken + given}


def delta(exchange: Exchange, text: str | None, finish: str | None = None) -> dict[str, Any]:
    """The event of one piece."""
    piece = {} if text is None else {"role": "assistant", "content": text}
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion.chunk",
        "created": 1,
        "model": exchange.model,
        "choices": [{"index": 0, "delta": piece, "finish_reason": finish}],
    }


def _stream(exchange: Exchange, pieces: Sequence[str], finish: str) -> None:
    exchange.begin_events()
    for piece in pieces:
        exchange.event(delta(exchange, piece))
    exchange.event(delta(exchange, None, finish))
    wanted = (exchange.seen.body.get("stream_options") or {}).get("include_usage")
    if wanted and exchange.server.usage:
        last = {**delta(exchange, None), "choices": [], "usage": _usage(exchange.server.usage)}
        exchange.event(last)
    exchange.event("[DONE]")
    exchange.end_events()


# What endpoints do wrong.


def status(code: int, message: str = "", /, *, headers: Mapping[str, str] | None = None, **error: Any) -> Reply:
    """An error in OpenAI's form; `error` are more of its keys, such as param and code."""

    def reply(exchange: Exchange) -> None:
        body = {
            "error": {"message": message or f"status {code}", "type": "error", "param": None, "code": None, **error}
        }
        exchange.send(code, json.dumps(body).encode(), headers)

    return reply


def unauthorised() -> Reply:
    """401, which quotes the key that was given, as some endpoints do."""

    def reply(exchange: Exchange) -> None:
        key = exchange.seen.headers.get("Authorization", "").removeprefix("Bearer ")
        perform(exchange, status(401, f"Incorrect API key provided: {key}.", code="invalid_api_key"))

    return reply


def forbidden() -> Reply:
    """403."""
    return status(403, "You are not allowed to use this model.")


def unknown_model() -> Reply:
    """404, in OpenAI's words."""

    def reply(exchange: Exchange) -> None:
        words = f"The model `{exchange.model}` does not exist or you do not have access to it."
        perform(exchange, status(404, words, code="model_not_found"))

    return reply


def rate_limited(retry_after: str = "") -> Reply:
    """429, with a Retry-After (seconds, or an HTTP date) where one is given."""
    headers = {"Retry-After": retry_after} if retry_after else None
    return status(429, "Rate limit reached.", headers=headers, code="rate_limit_exceeded")


def rejects(parameter: str, then: Reply, *, says_param: bool = True, code: int = 400) -> Reply:
    """Refuses requests that hold a parameter, and answers the others."""

    def reply(exchange: Exchange) -> None:
        if parameter not in exchange.seen.body:
            perform(exchange, then)
            return
        words = f"Unsupported parameter: '{parameter}' is not supported with this model."
        told = {"param": parameter, "code": "unsupported_parameter"} if says_param else {}
        perform(exchange, status(code, words, **told))

    return reply


def never() -> Reply:
    """Takes the request and answers nothing."""
    return lambda exchange: exchange.wait()


def slow_first() -> Reply:
    """Begins a stream, says who speaks, keeps the line alive, and gives no first word."""

    def reply(exchange: Exchange) -> None:
        exchange.begin_events()
        exchange.event(delta(exchange, ""))
        exchange.chunk(b": still there\n\n")
        exchange.wait()

    return reply


def stalls(*pieces: str) -> Reply:
    """Streams these pieces and then nothing more; the line stays open."""

    def reply(exchange: Exchange) -> None:
        exchange.begin_events()
        for piece in pieces:
            exchange.event(delta(exchange, piece))
        exchange.wait()

    return reply


def breaks(*pieces: str) -> Reply:
    """Breaks the connection off in mid-body: of a stream after these pieces."""

    def reply(exchange: Exchange) -> None:
        if exchange.streams:
            exchange.begin_events()
            for piece in pieces:
                exchange.event(delta(exchange, piece))
        else:
            exchange.send(200, b'{"id": "chatcmpl-1", "choices": [', promise=500)
        exchange.reset()

    return reply


def drops() -> Reply:
    """Closes the connection without a word."""
    return lambda exchange: exchange.reset()


def raw(body: bytes, *, code: int = 200, content_type: str = "application/json") -> Reply:
    """Any bytes at all, as a whole response: no JSON, a web page."""
    return lambda exchange: exchange.send(code, body, {"Content-Type": content_type})


def truncated_json() -> Reply:
    """A verdict that ends in the middle, because the reply may not be longer."""
    return says('{"points": [{"id": "dns", "quotes": ["it asks dns', finish="length")


def prose_around(data: Mapping[str, Any], *, fence: bool = True) -> Reply:
    """A verdict in the middle of a friendly letter."""
    text = json.dumps(data)
    inner = f"```json\n{text}\n```" if fence else text
    return says(f"Sure, here is my assessment:\n\n{inner}\n\nLet me know if you need anything else {{}}.")


def empty() -> Reply:
    """An answer with nothing in it."""
    return says("", pieces=())


def refusal(words: str = "I'm sorry, I can't help with that.") -> Reply:
    """The model declines, in the field made for it."""
    return says(words, refusal=words)


def other_language() -> Reply:
    """Another language than was asked for."""
    return says("Die Antwort ist gut, der Kandidat kennt die Namensaufloesung.")


def megabyte(size: int = 1_000_000) -> Reply:
    """Far more than anybody asked for."""
    return says("word " * (size // 5))


@contextmanager
def nobody() -> Iterator[str]:
    """The URL of a port where nobody listens, kept free of others meanwhile."""
    with socket.socket() as kept:
        kept.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{kept.getsockname()[1]}/v1"


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    """A server that says hello until it is scripted."""
    with Endpoint() as server:
        yield server
