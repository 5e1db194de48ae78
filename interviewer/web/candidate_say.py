"""`/i/{token}/say`: what a candidate sends, with a page for an answer, or streamed to a page with a script.

Nothing that was typed is lost: what cannot be taken comes back in the page that says why. What is wrong with our own
files is not told to a candidate. A streamed answer is one JSON
object a line: `{"kind": "line", "turn", "text", "more"}` for each part of the interviewer's lines as soon as it is
stored, and at last `{"kind": "end", "fate", "message"}`.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response, StreamingResponse

from interviewer.core.errors import InterviewerError, NotFound
from interviewer.core.events import MAX_TURN_CHARS, Command, Said
from interviewer.core.ports import Utterance
from interviewer.core.turns import clean
from interviewer.hosting.hall import Outcome, Tell, nobody
from interviewer.hosting.reception import Guest
from interviewer.web.candidate_after import done_page
from interviewer.web.candidate_frame import Words, found, reception_of, to
from interviewer.web.candidate_talk import NOW, STUCK, elsewhere, talk_page
from interviewer.web.house import Here, House
from interviewer.web.pages import render

router = APIRouter()

MEDIA_TYPE: Final = "application/x-ndjson"
BUTTONS: Final = {"hint": Command.HINT, "repeat": Command.REPEAT, "skip": Command.SKIP, "end": Command.END}
TYPED: Final = {command.value: command for command in Command}
MOST_PASTED: Final = 1_000_000

TOO_LONG: Final = "That is {count:,} characters; an answer can have {most:,}. Please shorten it: nothing is lost."
EMPTY: Final = "There was nothing in the box. Write your answer, ask for a hint, or leave the question out."
LATE: Final = (
    "This question was answered already, perhaps in another tab. What you sent now was not stored. It stands in the "
    "box: you can use it to answer the line above."
)
FAILED: Final = "What you sent could not be stored. It is still in the box: please send it again in a moment."


class Fate(StrEnum):
    """What became of something that was sent."""

    DONE = "done"
    EMPTY = "empty"
    TOO_LONG = "too_long"
    LATE = "late"
    STUCK = "stuck"
    """It is stored, and the interviewer could not react to it."""
    OVER = "over"
    """The interview has ended before it came."""
    ELSEWHERE = "elsewhere"
    """There is no conversation to send it to."""
    FAILED = "failed"


STATUS: Final = {Fate.EMPTY: 400, Fate.TOO_LONG: 413, Fate.LATE: 409, Fate.STUCK: 503}


@dataclass(frozen=True, slots=True)
class Form:
    """What was sent, as it came."""

    turn: int
    words: str
    command: Command | None
    pasted: int | None

    @classmethod
    def of(cls, turn: str, words: str, command: str, pasted: str) -> Form:
        """Read the fields of the form; what is no number is none, and so answers no line."""
        text = clean(words)
        wish = BUTTONS.get(command) or TYPED.get(text)
        return cls(_number(turn) or 0, text, wish, _number(pasted))

    @property
    def said(self) -> Utterance:
        """It as something said; a wish is the wish alone."""
        if self.command is not None:
            return Utterance(self.command.value, command=self.command)
        return Utterance(self.words, pasted=self.pasted)

    @property
    def left_over(self) -> str:
        """Words that stood in the box while a button was pressed: they go on standing there."""
        return self.words if self.command is not None and self.words not in TYPED else ""


def _number(text: str) -> int | None:
    return min(int(text), MOST_PASTED) if text.isascii() and text.isdigit() and len(text) < 12 else None


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of it, and what the candidate is told."""

    fate: Fate
    message: str = ""


@dataclass(frozen=True, slots=True)
class WordsPage:
    """It could not be stored: the words are here, to be sent again."""

    at: str
    turn: int
    words: str
    command: str


@router.post("/i/{token}/say")
def say(
    request: Request,
    house: Here,
    token: str,
    turn: Words = "",
    words: Words = "",
    command: Words = "",
    pasted: Words = "",
) -> Response:
    """An answer, or something that is asked for with a button."""
    form = Form.of(turn, words, command, pasted)
    if MEDIA_TYPE in request.headers.get("accept", ""):
        return StreamingResponse(_streamed(house, token, form), media_type=MEDIA_TYPE)
    try:
        guest = found(house, token)
        return elsewhere_with(request, house, guest, token, form) or _page(request, house, guest, token, form)
    except NotFound:
        raise
    except InterviewerError:
        page = WordsPage(f"/i/{token}/say", form.turn, form.words, command)
        return render(request, "candidate/words.html.j2", page, status=503)


def elsewhere_with(request: Request, house: House, guest: Guest, token: str, form: Form) -> Response | None:
    """Where somebody belongs who is not in the middle of an interview, without losing what they typed."""
    if guest.invite.ended_at is not None and form.words and form.command is None:
        return done_page(request, house, guest, token, late=form.words)
    return elsewhere(request, guest, token)


def _page(request: Request, house: House, guest: Guest, token: str, form: Form) -> Response:
    sent = send(house, guest, form)
    if sent.fate is Fate.OVER:
        return done_page(request, house, found(house, token), token, late="" if form.command else form.words)
    if sent.fate is Fate.DONE and not form.left_over:
        return to(token, NOW)
    words = form.left_over if sent.fate in (Fate.DONE, Fate.STUCK) else form.words
    status = STATUS.get(sent.fate, 200)
    return talk_page(request, house, found(house, token), token, words=words, problem=sent.message, status=status)


def send(house: House, guest: Guest, form: Form, tell: Tell = nobody) -> Sent:
    """Give it to the interviewer, unless there is nothing or too much of it; what it raises was not stored."""
    if form.command is None and not form.words:
        return Sent(Fate.EMPTY, EMPTY)
    if form.command is None and len(form.words) > MAX_TURN_CHARS:
        return Sent(Fate.TOO_LONG, TOO_LONG.format(count=len(form.words), most=MAX_TURN_CHARS))
    reply = reception_of(house).say(guest, form.turn, form.said, tell)
    if reply.problem is not None:
        return Sent(Fate.STUCK, STUCK)
    if reply.outcome is not Outcome.LATE:
        return Sent(Fate.DONE)
    return Sent(Fate.OVER) if reply.kept.over else Sent(Fate.LATE, LATE)


# Streamed

_running: Final[set[asyncio.Task[None]]] = set()
"""What is being worked on; it goes on when a browser hangs up, because words that were sent are stored."""


async def _streamed(house: House, token: str, form: Form) -> AsyncIterator[bytes]:
    loop = asyncio.get_running_loop()
    rows: asyncio.Queue[bytes | None] = asyncio.Queue()

    def put(row: bytes | None) -> None:
        with suppress(RuntimeError):
            loop.call_soon_threadsafe(rows.put_nowait, row)

    def tell(line: Said) -> None:
        put(_row({"kind": "line", "turn": line.turn, "text": clean(line.text), "more": line.more}))

    def work() -> None:
        try:
            sent = _sent(house, token, form, tell)
            put(_row({"kind": "end", "fate": sent.fate, "message": sent.message}))
        finally:
            put(None)

    task = asyncio.create_task(run_in_threadpool(work))
    _running.add(task)
    task.add_done_callback(_running.discard)
    while (row := await rows.get()) is not None:
        yield row
    await task


def _sent(house: House, token: str, form: Form, tell: Tell) -> Sent:
    try:
        guest = found(house, token)
        if guest.invite.interview is None or guest.invite.revoked_at is not None:
            return Sent(Fate.ELSEWHERE)
        if guest.invite.ended_at is not None:
            return Sent(Fate.OVER)
        return send(house, guest, form, tell)
    except NotFound as error:
        return Sent(Fate.FAILED, f"{error.message} {error.remedy}")
    except InterviewerError:
        return Sent(Fate.FAILED, FAILED)


def _row(value: dict[str, Any]) -> bytes:
    return json.dumps(value).encode() + b"\n"
