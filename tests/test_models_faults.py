"""Whatever goes wrong with a model: what is said of it, how often it was asked, and that nobody waits for long."""

from __future__ import annotations

import io
import logging
import ssl
import traceback
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from threading import Event, Semaphore

import httpx2
import openai
import pytest
from langchain_core import exceptions as langchain
from pydantic import BaseModel, SecretStr

from interviewer.core.errors import Failure, ModelFailed
from interviewer.core.ports import Prompt
from interviewer.models.chat import Chat, Terms, chat_model
from interviewer.models.failures import MAX_REASON, retry_after, tell
from interviewer.models.limits import Limits
from interviewer.models.places import Place
from interviewer.models.retries import Chance
from tests import endpoint as ep
from tests.endpoint import LOOPBACK, Endpoint, Reply

pytestmark = LOOPBACK

CANARY = "sk-canary-4f1b7a2d9c3e8056"
PROMPT = Prompt((("system", "Rules."), ("user", "Judge: {answer}")), "0" * 64)
FIELDS = {"answer": "it asks dns for the ip"}
QUICK = Limits(connect=0.5, first=0.2, between=0.2, whole=0.4, retries=2)
PATIENT = Limits(connect=2.0, first=10.0, between=10.0, whole=60.0, retries=2)


class Verdict(BaseModel):
    points: list[str]


class Pause:
    """Stands in for sleeping: notes how long, and takes no time."""

    def __init__(self) -> None:
        self.waits: list[float] = []

    def chance(self, draw: float = 1.0) -> Chance:
        return Chance(random=lambda: draw, sleep=self.waits.append)


def chat(url: str, *, limits: Limits = PATIENT, pause: Pause | None = None, gate: int = 4) -> Chat:
    terms = Terms(limits=limits, chance=(pause or Pause()).chance(), gate=Semaphore(gate))
    return chat_model("tiny", url, SecretStr(CANARY), terms=terms)


def ask(model: Chat) -> ModelFailed:
    with pytest.raises(ModelFailed) as told:
        model.ask(PROMPT, FIELDS, Verdict)
    return told.value


def stream(model: Chat) -> tuple[list[str], ModelFailed]:
    said: list[str] = []
    with pytest.raises(ModelFailed) as told:
        said.extend(iter_into(model, said))
    return said, told.value


def iter_into(model: Chat, said: list[str]) -> list[str]:
    for piece in model.stream(PROMPT, FIELDS):
        said.append(piece)
    return []


def well_told(failed: ModelFailed, place: str) -> None:
    """One line of what happened, which names the host, one of what to do; no key, no traceback."""
    assert place in failed.message and failed.remedy
    assert "\n" not in failed.message and "\n" not in failed.remedy
    assert len(failed.message) < 320 and len(failed.remedy) < 160
    assert CANARY not in str(failed) and "Traceback" not in str(failed)


ASKED: list[tuple[str, Callable[[], Reply], Failure, int, str]] = [
    ("401", ep.unauthorised, Failure.UNAUTHORISED, 1, "does not accept the key"),
    ("403", ep.forbidden, Failure.UNAUTHORISED, 1, "does not accept the key, or not for tiny"),
    ("unknown model", ep.unknown_model, Failure.UNKNOWN_MODEL, 1, "does not know the model 'tiny'"),
    (
        "unknown model by 400",
        lambda: ep.status(400, "no", code="model_not_found"),
        Failure.UNKNOWN_MODEL,
        1,
        "does not know",
    ),
    ("wrong address", lambda: ep.raw(b"<h1>nginx</h1>", code=404), Failure.BAD_REQUEST, 1, "no chat completions"),
    ("429", ep.rate_limited, Failure.RATE_LIMITED, 3, "takes no more requests"),
    (
        "no credit",
        lambda: ep.status(429, "x", code="insufficient_quota"),
        Failure.RATE_LIMITED,
        1,
        "its quota is used up",
    ),
    ("500", lambda: ep.status(500), Failure.SERVER_ERROR, 3, "failed while it ran tiny (status 500)"),
    ("503", lambda: ep.status(503), Failure.SERVER_ERROR, 3, "status 503"),
    ("400", lambda: ep.status(400, "the prompt is too long"), Failure.BAD_REQUEST, 1, ": the prompt is too long."),
    ("413", lambda: ep.raw(b"", code=413), Failure.BAD_REQUEST, 1, "refused the request"),
    ("reset", ep.drops, Failure.UNREACHABLE, 3, "the connection broke off"),
    ("reset in mid-body", ep.breaks, Failure.UNREACHABLE, 3, "the connection broke off"),
    ("no JSON", lambda: ep.raw(b"hello"), Failure.BAD_REPLY, 1, "no answer that can be read"),
    ("web page", lambda: ep.raw(b"<html>", content_type="text/html"), Failure.BAD_REPLY, 1, "cannot be"),
    ("other JSON", lambda: ep.raw(b'{"choices": null}'), Failure.BAD_REPLY, 1, "no answer that can be read"),
    ("no choice", lambda: ep.raw(b'{"choices": []}'), Failure.BAD_REPLY, 1, "no answer that can be read"),
    ("moved", lambda: _moved, Failure.BAD_REQUEST, 1, "sends requests on to another address"),
    ("empty", ep.empty, Failure.BAD_REPLY, 1, "answered nothing"),
    ("thought too long", lambda: ep.says("", finish="length"), Failure.BAD_REPLY, 1, "used up its tokens"),
    ("refusal", ep.refusal, Failure.BAD_REPLY, 1, "declined to answer"),
    ("a megabyte", ep.megabyte, Failure.BAD_REPLY, 1, "far more than was asked for"),
]


def _moved(exchange: ep.Exchange) -> None:
    exchange.send(307, b"", {"Location": f"http://127.0.0.1:9/{exchange.seen.path}"})


@pytest.mark.parametrize(
    ("reply", "failure", "requests", "words"), [row[1:] for row in ASKED], ids=[r[0] for r in ASKED]
)
def test_a_question_that_fails_is_told_in_two_lines(
    reply: Callable[[], Reply], failure: Failure, requests: int, words: str
) -> None:
    with Endpoint(reply()) as server:
        failed = ask(chat(server.url))
        assert failed.failure is failure
        assert words.replace("cannot be", "can be") in failed.message
        assert len(server.requests) == requests
        well_told(failed, server.host)


STREAMED: list[tuple[str, Callable[[], Reply], Failure, int, str, list[str]]] = [
    ("401", ep.unauthorised, Failure.UNAUTHORISED, 1, "does not accept the key", []),
    ("500", lambda: ep.status(500), Failure.SERVER_ERROR, 3, "status 500", []),
    ("slow first word", ep.slow_first, Failure.TIMED_OUT, 1, "did not answer within 0.2 seconds", []),
    ("never", ep.never, Failure.TIMED_OUT, 1, "did not answer within 0.2 seconds", []),
    ("stall", lambda: ep.stalls("One", " two"), Failure.TIMED_OUT, 1, "stopped in mid-answer", ["One", " two"]),
    ("break", lambda: ep.breaks("One"), Failure.UNREACHABLE, 1, "the connection broke off", ["One"]),
    ("empty", ep.empty, Failure.BAD_REPLY, 1, "answered nothing", []),
    ("error in the stream", lambda: _error_event, Failure.SERVER_ERROR, 1, "failed while it ran tiny", ["One"]),
    ("no events", lambda: ep.raw(b"data: hello\n\n", content_type="text/event-stream"), Failure.BAD_REPLY, 1, "", []),
]


def _error_event(exchange: ep.Exchange) -> None:
    exchange.begin_events()
    exchange.event(ep.delta(exchange, "One"))
    exchange.event({"error": {"message": f"overloaded {CANARY}", "type": "server_error"}})
    exchange.end_events()


@pytest.mark.parametrize(
    ("reply", "failure", "requests", "words", "said"), [row[1:] for row in STREAMED], ids=[r[0] for r in STREAMED]
)
def test_a_stream_that_fails_is_told_in_two_lines(
    reply: Callable[[], Reply], failure: Failure, requests: int, words: str, said: list[str]
) -> None:
    limits = Limits(first=0.2, between=0.2, whole=60.0, retries=2)
    with Endpoint(reply()) as server:
        heard, failed = stream(chat(server.url, limits=limits))
        assert (failed.failure, heard) == (failure, said)
        assert words in failed.message
        assert len(server.requests) == requests
        well_told(failed, server.host)


def test_nobody_listens() -> None:
    pause = Pause()
    with ep.nobody() as url:
        failed = ask(chat(url, pause=pause))
    assert failed.failure is Failure.UNREACHABLE
    assert "nobody answers there" in failed.message and "Start the server" in failed.remedy
    assert pause.waits == [0.5, 1.0]


def test_an_endpoint_that_never_answers_is_given_up_and_hung_up_on() -> None:
    with Endpoint(ep.never()) as server:
        failed = ask(chat(server.url, limits=QUICK))
        assert failed.failure is Failure.TIMED_OUT
        assert "tiny at 127.0.0.1" in failed.message and "did not answer within 0.4 seconds" in failed.message
        assert "INTERVIEWER_MODEL_TIMEOUT" in failed.remedy
        assert server.hung_up.wait(5) and len(server.requests) == 1


def test_a_reply_that_trickles_is_given_up_at_the_end_of_the_time() -> None:
    """Each byte comes in time, so that no time-out of the client's own would ever end it."""
    stop = Event()

    def trickle(exchange: ep.Exchange) -> None:
        exchange.begin(200, {"Content-Type": "application/json", "Content-Length": "100000"})
        while not stop.wait(0.01):
            exchange.write(b" ")

    with Endpoint(trickle) as server:
        failed = ask(chat(server.url, limits=QUICK))
        assert failed.failure is Failure.TIMED_OUT
        assert server.hung_up.wait(5)
        stop.set()


@pytest.mark.parametrize("reply", [ep.slow_first(), ep.stalls("One")], ids=["before", "within"])
def test_a_stream_that_stalls_is_hung_up_on(reply: Reply) -> None:
    with Endpoint(reply) as server:
        _, failed = stream(chat(server.url, limits=QUICK))
        assert failed.failure is Failure.TIMED_OUT
        assert server.hung_up.wait(5)


def test_a_stream_that_keeps_coming_ends_with_its_time() -> None:
    """Every piece is in time, and the whole is not."""
    stop = Event()

    def on_and_on(exchange: ep.Exchange) -> None:
        exchange.begin_events()
        while not stop.wait(0.01):
            exchange.event(ep.delta(exchange, "and "))

    with Endpoint(on_and_on) as server:
        said, failed = stream(chat(server.url, limits=QUICK))
        assert failed.failure is Failure.TIMED_OUT and said
        assert server.hung_up.wait(5)
        stop.set()


def test_a_megabyte_is_not_read_to_its_end() -> None:
    sent: list[int] = []

    def endless(exchange: ep.Exchange) -> None:
        exchange.begin(200, {"Content-Type": "application/json", "Content-Length": "100000000"})
        for _ in range(1_000):
            exchange.write(b"word " * 20_000)
            sent.append(100_000)

    with Endpoint(endless) as server:
        failed = ask(chat(server.url))
        assert failed.failure is Failure.BAD_REPLY and failed.reply.startswith("word word")
        assert server.hung_up.wait(5)
    assert len(failed.reply) <= 2_000
    assert sum(sent) < 20_000_000


@pytest.mark.parametrize("pieces", [["x" * 3_000] * 400, ["x" * 1_000_000]], ids=["many pieces", "one piece"])
def test_a_streamed_megabyte_is_not_read_to_its_end(pieces: list[str]) -> None:
    with Endpoint(ep.says("", pieces=pieces)) as server:
        said, failed = stream(chat(server.url))
        assert failed.failure is Failure.BAD_REPLY
        assert "the rest was not read" in failed.message
        assert sum(map(len, said)) <= 65_536


def test_a_stream_of_nothing_but_signs_of_life_ends() -> None:
    def alive(exchange: ep.Exchange) -> None:
        exchange.begin_events()
        for _ in range(200):
            exchange.chunk(b": still there\n" * 5_000)

    with Endpoint(alive) as server:
        _, failed = stream(chat(server.url))
        assert failed.failure is Failure.BAD_REPLY


def test_a_failure_that_passes_is_not_seen() -> None:
    pause = Pause()
    with Endpoint([ep.status(500), ep.drops(), {"points": ["dns"]}]) as server:
        answer = chat(server.url, pause=pause).ask(PROMPT, FIELDS, Verdict)
        assert answer.data == {"points": ["dns"]}
        assert len(server.requests) == 3
    assert pause.waits == [0.5, 1.0]


def test_a_stream_is_begun_again_only_before_its_first_word() -> None:
    with Endpoint([ep.status(502), ep.breaks("One"), "never asked"]) as server:
        said, failed = stream(chat(server.url))
        assert said == ["One"] and failed.failure is Failure.UNREACHABLE
        assert len(server.requests) == 2


def test_waits_are_drawn_by_lot() -> None:
    pause = Pause()
    draws = iter([0.25, 0.75])
    terms = Terms(limits=PATIENT, chance=Chance(random=lambda: next(draws), sleep=pause.waits.append))
    with Endpoint(ep.status(500)) as server:
        ask(chat_model("tiny", server.url, terms=terms))
    assert pause.waits == [0.125, 0.75]


@pytest.mark.parametrize(("told", "waited"), [("7", 7.0), ("0", 0.0), ("3600", 20.0), ("nonsense", 0.5), ("nan", 0.5)])
def test_retry_after_is_honoured_within_reason(told: str, waited: float) -> None:
    pause = Pause()
    with Endpoint([ep.rate_limited(told), {"points": []}]) as server:
        assert chat(server.url, pause=pause).ask(PROMPT, FIELDS, Verdict).data == {"points": []}
    assert pause.waits == [waited]


def test_retry_after_may_be_a_date_on_the_endpoints_clock() -> None:
    now = datetime(2020, 1, 1, 12, 0, 0, tzinfo=UTC)
    later = format_datetime(now + timedelta(seconds=7), usegmt=True)
    assert retry_after(httpx2.Headers({"Retry-After": later, "Date": format_datetime(now, usegmt=True)})) == 7.0
    assert retry_after(httpx2.Headers({"Retry-After": later})) == 0.0
    assert retry_after(httpx2.Headers({})) is None


def test_it_does_not_wait_beyond_its_time() -> None:
    pause = Pause()
    with Endpoint(ep.rate_limited("19")) as server:
        failed = ask(chat(server.url, limits=Limits(whole=10.0, retries=5), pause=pause))
        assert failed.failure is Failure.RATE_LIMITED
        assert len(server.requests) == 1
    assert pause.waits == []


def test_a_full_gate_is_told() -> None:
    with Endpoint("unasked") as server:
        failed = ask(chat(server.url, limits=QUICK, gate=0))
        assert failed.failure is Failure.TIMED_OUT
        assert "Other calls" in failed.message and "INTERVIEWER_MODEL_CONCURRENCY" in failed.remedy
        assert server.requests == []


def test_failures_give_their_turn_back() -> None:
    replies = [ep.status(500), ep.drops(), ep.megabyte(), ep.raw(b"x"), {"points": []}]
    with Endpoint(replies) as server:
        model = chat(server.url, limits=Limits(retries=0, whole=5.0), gate=1)
        for _ in range(4):
            ask(model)
        assert model.ask(PROMPT, FIELDS, Verdict).data == {"points": []}


@pytest.mark.parametrize("row", ASKED, ids=[row[0] for row in ASKED])
def test_the_key_is_nowhere(row: tuple[str, Callable[[], Reply], Failure, int, str]) -> None:
    """Neither in what is said, nor in a traceback, nor in any log, whatever the endpoint echoes."""
    logged = io.StringIO()
    handler = logging.StreamHandler(logged)
    root, levels = logging.getLogger(), {name: logging.getLogger(name).level for name in ("", "openai", "httpx2")}
    root.addHandler(handler)
    try:
        with Endpoint(row[1]()) as server:
            model = chat(server.url)
            for name in levels:
                logging.getLogger(name).setLevel(logging.DEBUG)
            failed = ask(model)
            assert server.requests[0].headers["authorization"] == f"Bearer {CANARY}"
    finally:
        root.removeHandler(handler)
        for name, level in levels.items():
            logging.getLogger(name).setLevel(level)
    trace = "".join(traceback.format_exception(failed))
    assert logged.getvalue()
    for text in (str(failed), repr(failed), repr(vars(failed)), trace, logged.getvalue(), repr(model), str(model)):
        assert CANARY not in text


def test_a_reason_that_quotes_the_key_is_shown_without_it() -> None:
    with Endpoint(ep.status(400, f"bad header \x1b[31mBearer {CANARY}; {'x' * 999}")) as server:
        failed = ask(chat(server.url))
    assert "bad header Bearer ***; xxx" in failed.message
    assert len(failed.message) < MAX_REASON + 100


PLACE = Place("tiny", "models.example")
ERRORS: list[tuple[BaseException, Failure, str, bool]] = [
    (ssl.SSLCertVerificationError("x"), Failure.UNREACHABLE, "certificate is not trusted", False),
    (TimeoutError(), Failure.TIMED_OUT, "did not answer in time", False),
    (httpx2.ConnectTimeout("x"), Failure.UNREACHABLE, "does not take the connection in time", True),
    (httpx2.ReadTimeout("x"), Failure.TIMED_OUT, "did not answer in time", False),
    (httpx2.ProxyError("x"), Failure.UNREACHABLE, "the proxy", True),
    (langchain.ModelAuthenticationError(CANARY), Failure.UNAUTHORISED, "does not accept the key", False),
    (langchain.ModelRateLimitError(CANARY), Failure.RATE_LIMITED, "no more requests", True),
    (langchain.ModelNotFoundError(CANARY), Failure.UNKNOWN_MODEL, "does not know", False),
    (langchain.ModelConnectionError(CANARY), Failure.UNREACHABLE, "cannot be reached", True),
    (langchain.ModelTimeoutError(CANARY), Failure.TIMED_OUT, "in time", False),
    (langchain.ContextOverflowError(CANARY), Failure.BAD_REQUEST, "refused the request", False),
    (ZeroDivisionError(CANARY), Failure.BAD_REPLY, "(ZeroDivisionError)", False),
    (ModelFailed(Failure.OVER_BUDGET, "models.example: over", "Raise it."), Failure.OVER_BUDGET, "over", False),
]


@pytest.mark.parametrize(("error", "failure", "words", "again"), ERRORS, ids=[type(row[0]).__name__ for row in ERRORS])
def test_any_error_has_its_words(error: BaseException, failure: Failure, words: str, again: bool) -> None:
    told = tell(error, PLACE)
    assert (told.failed.failure, told.again) == (failure, again)
    assert words in told.failed.message
    well_told(told.failed, "models.example")


def test_what_lies_beneath_an_error_is_found() -> None:
    request = httpx2.Request("POST", "https://models.example/v1")
    outer = openai.APIConnectionError(request=request)
    outer.__cause__ = httpx2.ConnectError("x")
    outer.__cause__.__cause__ = ConnectionRefusedError(111, "refused")
    assert "nobody answers there" in tell(outer, PLACE).failed.message
