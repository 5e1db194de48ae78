"""Bodies of requests: bounded in bytes and in time, without any waiting here."""

from __future__ import annotations

import asyncio
from typing import Any

from fastapi import FastAPI, HTTPException, Request
from fastapi.responses import Response
from fastapi.testclient import TestClient
from starlette.types import Message, Receive, Scope, Send

from interviewer.web.bodies import Bodies
from interviewer.web.config import Limits


def test_a_body_may_be_as_large_as_is_allowed_and_no_larger(app: FastAPI, client: TestClient) -> None:
    limit = 1024 * 1024

    @app.post("/t/body")
    async def body(request: Request) -> Response:
        return Response(str(len(await request.body())))

    assert client.post("/t/body", content=b"x" * limit).text == str(limit)
    answer = client.post("/t/body", content=b"x" * (limit + 1))
    assert answer.status_code == 413 and "too large" in answer.text and answer.headers["connection"] == "close"

    def parts() -> Any:
        for _ in range(20):
            yield b"x" * (limit // 16)

    # Nothing tells the size of this one beforehand.
    assert client.post("/t/body", content=parts()).status_code == 413
    assert client.post("/sign-in", files={"name": b"x" * (limit + 1)}).status_code == 413


def served(app: Any, limits: Limits, receive: Receive, *headers: tuple[bytes, bytes]) -> list[Message]:
    """What is sent in answer to a request whose body comes from `receive`."""
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    scope: Scope = {"type": "http", "method": "POST", "path": "/", "headers": [*headers]}
    asyncio.run(Bodies(app, limits)(scope, receive, send))
    return sent


async def reads_it_all(scope: Scope, receive: Receive, send: Send) -> None:
    """An application that reads the body and answers with its size, or with the status of what stopped it."""
    try:
        status = len(await Request(scope, receive).body())
    except HTTPException as error:
        status = error.status_code
    await send({"type": "http.response.start", "status": status})


def test_a_body_that_never_comes_is_given_up() -> None:
    async def never() -> Message:
        await asyncio.Event().wait()
        raise AssertionError

    assert served(reads_it_all, Limits(body_seconds=0.01), never)[0]["status"] == 408


def test_a_body_in_drops_is_given_up_when_its_time_is_over() -> None:
    drops = 0

    async def drop() -> Message:
        nonlocal drops
        drops += 1
        await asyncio.sleep(0)
        return {"type": "http.request", "body": b"", "more_body": True}

    assert served(reads_it_all, Limits(body_seconds=0.01), drop)[0]["status"] == 408
    assert drops > 1


def test_a_size_that_is_told_is_believed_before_anything_is_read() -> None:
    async def unread() -> Message:
        raise AssertionError("nothing is read")

    for size in (b"9", b"9" * 5000):
        assert served(reads_it_all, Limits(body=8), unread, (b"content-length", size))[0]["status"] == 413


def test_the_end_of_a_connection_may_be_waited_for_long_after_the_body() -> None:
    messages: list[Message] = [{"type": "http.request", "body": b"12345678"}, {"type": "http.disconnect"}]

    async def receive() -> Message:
        return messages.pop(0)

    async def waits(scope: Scope, receive: Receive, send: Send) -> None:
        first, second = await receive(), await receive()
        await send({"type": "http.response.start", "status": 200, "types": [first["type"], second["type"]]})

    (sent,) = served(waits, Limits(body=8, body_seconds=0.01), receive)
    assert sent["types"] == ["http.request", "http.disconnect"]
