"""Tells every way in which a model can fail in a plain line or two, which name the host, the model and the remedy.

No message holds what an endpoint or a library said, apart from its reason for refusing a request, shortened and
with the key taken out: what they say may quote the key.
"""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

import httpx2
import openai
from langchain_core import exceptions as langchain

from interviewer.core.errors import Failure, ModelFailed
from interviewer.core.turns import clean
from interviewer.models.places import Place
from interviewer.models.wire import TooLong
from interviewer.models.work import OutOfTime

MAX_REASON: Final = 200
"""Characters of an endpoint's reason that are shown."""
MAX_WAIT: Final = 20.0
"""A Retry-After is honoured up to so many seconds."""

_BY_STATUS: Final = {
    400: Failure.BAD_REQUEST,
    401: Failure.UNAUTHORISED,
    403: Failure.UNAUTHORISED,
    404: Failure.UNKNOWN_MODEL,
    408: Failure.TIMED_OUT,
    413: Failure.BAD_REQUEST,
    422: Failure.BAD_REQUEST,
    429: Failure.RATE_LIMITED,
}
_BY_KIND: Final[tuple[tuple[type[BaseException], Failure], ...]] = (
    # What a LangChain model of any vendor may raise.
    (langchain.ModelAuthenticationError, Failure.UNAUTHORISED),
    (langchain.ModelPermissionDeniedError, Failure.UNAUTHORISED),
    (langchain.ModelNotFoundError, Failure.UNKNOWN_MODEL),
    (langchain.ModelRateLimitError, Failure.RATE_LIMITED),
    (langchain.ModelTimeoutError, Failure.TIMED_OUT),
    (langchain.ModelConnectionError, Failure.UNREACHABLE),
    (langchain.ModelInvalidRequestError, Failure.BAD_REQUEST),
    (langchain.ContextOverflowError, Failure.BAD_REQUEST),
    (langchain.ModelAPIError, Failure.SERVER_ERROR),
    (httpx2.ConnectTimeout, Failure.UNREACHABLE),
    (httpx2.TimeoutException, Failure.TIMED_OUT),
    (openai.APITimeoutError, Failure.TIMED_OUT),
    (openai.APIConnectionError, Failure.UNREACHABLE),
    (httpx2.TransportError, Failure.UNREACHABLE),
    (ssl.SSLError, Failure.UNREACHABLE),
    (TimeoutError, Failure.TIMED_OUT),
    (ConnectionError, Failure.UNREACHABLE),
    (socket.gaierror, Failure.UNREACHABLE),
    # An error within a reply that had begun well.
    (openai.APIError, Failure.SERVER_ERROR),
)
_AGAIN: Final = frozenset({Failure.RATE_LIMITED, Failure.SERVER_ERROR, Failure.UNREACHABLE})


@dataclass(frozen=True, slots=True)
class Told:
    """A failure in words, whether asking again may help, and how long the endpoint wants to be left alone."""

    failed: ModelFailed
    again: bool = False
    after: float | None = None


def tell(error: BaseException, place: Place) -> Told:
    """What a failed call comes to, whatever it raised."""
    chain = tuple(_chain(error))
    for one in chain:
        if isinstance(one, ModelFailed):
            return Told(one)
        if isinstance(one, OutOfTime):
            return Told(_out_of_time(one, place))
        if isinstance(one, TooLong):
            return Told(too_long(place, one.head))
    status = next((one for one in chain if isinstance(one, openai.APIStatusError)), None)
    if status is not None:
        return _status(status, place)
    failure = next((kind for one in chain if (kind := _kind(one))), Failure.BAD_REPLY)
    # A certificate will be no better in a second.
    again = failure in _AGAIN and not any(isinstance(one, ssl.SSLError) for one in chain)
    return Told(_worded(failure, place, chain), again)


def _chain(error: BaseException) -> Iterator[BaseException]:
    """An error and what it came of; what lies deeper is nearer to the fact."""
    one: BaseException | None = error
    for _ in range(10):
        if one is None:
            return
        yield one
        one = one.__cause__ or one.__context__


def _kind(error: BaseException) -> Failure | None:
    return next((failure for kind, failure in _BY_KIND if isinstance(error, kind)), None)


def _status(error: openai.APIStatusError, place: Place) -> Told:
    code = error.status_code
    failure = _BY_STATUS.get(code, Failure.SERVER_ERROR if code >= 500 or code in (409, 425) else Failure.BAD_REQUEST)
    about_model = error.code == "model_not_found" or "model" in f"{error.message}".lower()
    if code == 404 and not about_model:
        return Told(_no_such_address(place))
    if error.code == "model_not_found":
        failure = Failure.UNKNOWN_MODEL
    if 300 <= code < 400:
        return Told(_moved(place))
    if error.code == "insufficient_quota":
        return Told(_no_credit(place))
    words = _worded(failure, place, (error,), code, reason(error, place))
    return Told(words, failure in _AGAIN, retry_after(error.response.headers))


def _worded(
    failure: Failure, place: Place, chain: tuple[BaseException, ...], code: int = 0, why: str = ""
) -> ModelFailed:
    model, host = place.model, place.host
    status = f" (status {code})" if code else ""
    address = "Check INTERVIEWER_CHAT_MODEL." if place.imported else "Check OPENAI_BASE_URL and INTERVIEWER_MODEL."
    there = "Start the server, or check OPENAI_BASE_URL." if place.local else "Check the network and OPENAI_BASE_URL."
    told = {
        Failure.UNREACHABLE: (f"{host} cannot be reached: {_why(chain)}.", address if place.imported else there),
        Failure.TIMED_OUT: (
            f"{model} at {host} did not answer in time{status}.",
            "Try again, or allow more with INTERVIEWER_MODEL_TIMEOUT (seconds).",
        ),
        Failure.UNAUTHORISED: (
            f"{host} does not accept the key, or not for {model}{status}.",
            "Give another one with `interviewer keys set`, or in OPENAI_API_KEY.",
        ),
        Failure.UNKNOWN_MODEL: (
            f"{host} does not know the model {model!r}{status}.",
            "Set INTERVIEWER_MODEL to one that it offers; `interviewer doctor` tries it.",
        ),
        Failure.RATE_LIMITED: (
            f"{host} takes no more requests for {model} at the moment{status}.",
            "Wait a little, or lower INTERVIEWER_MODEL_CONCURRENCY.",
        ),
        Failure.SERVER_ERROR: (f"{host} failed while it ran {model}{status}.", "Try again later; the fault is there."),
        Failure.BAD_REQUEST: (f"{host} refused the request to {model}{status}{why}.", address),
        Failure.BAD_REPLY: (f"{model} at {host} gave no answer that can be read{_named(chain)}.", address),
    }
    return ModelFailed(failure, *told[failure])


def _named(chain: tuple[BaseException, ...]) -> str:
    return f" ({type(chain[0]).__name__})" if chain else ""


def _why(chain: tuple[BaseException, ...]) -> str:
    """Why a connection failed, in words of ours."""
    for kind, words in (
        (ssl.SSLCertVerificationError, "its certificate is not trusted"),
        (ssl.SSLError, "no secure connection comes about; https or http?"),
        (socket.gaierror, "its name is not known"),
        (ConnectionRefusedError, "nobody answers there"),
        (httpx2.ConnectTimeout, "it does not take the connection in time"),
        (httpx2.ProxyError, "the proxy does not let it through"),
        (httpx2.UnsupportedProtocol, "the address must begin with http:// or https://"),
        (ConnectionError, "the connection broke off"),
        (httpx2.NetworkError, "the connection broke off"),
        (httpx2.RemoteProtocolError, "the connection broke off"),
    ):
        if any(isinstance(one, kind) for one in chain):
            return words
    return "no connection comes about"


def _out_of_time(error: OutOfTime, place: Place) -> ModelFailed:
    seconds = f"{error.seconds:.3g} seconds"
    what = "stopped in mid-answer" if error.begun else f"did not answer within {seconds}"
    return ModelFailed(
        Failure.TIMED_OUT,
        f"{place.model} at {place.host} {what}.",
        "Try again, choose a faster model, or allow more with INTERVIEWER_MODEL_TIMEOUT (seconds).",
    )


def _no_such_address(place: Place) -> ModelFailed:
    return ModelFailed(
        Failure.BAD_REQUEST,
        f"{place.host} has no chat completions at this address (status 404).",
        "Check OPENAI_BASE_URL; it usually ends in /v1.",
    )


def _moved(place: Place) -> ModelFailed:
    return ModelFailed(
        Failure.BAD_REQUEST,
        f"{place.host} sends requests on to another address, which is not followed.",
        "Set OPENAI_BASE_URL to the new address, if you trust it.",
    )


def _no_credit(place: Place) -> ModelFailed:
    return ModelFailed(
        Failure.RATE_LIMITED,
        f"{place.host} takes no requests with this key: its quota is used up (status 429).",
        "Check the account's plan and billing, or give another key with `interviewer keys set`.",
    )


def too_long(place: Place, head: str) -> ModelFailed:
    """The failure of a reply that goes on for ever; `head` is what was read of it."""
    return ModelFailed(
        Failure.BAD_REPLY,
        f"{place.model} at {place.host} answered far more than was asked for; the rest was not read.",
        "Choose another model with INTERVIEWER_MODEL.",
        reply=head,
    )


def empty(place: Place, *, cut: bool) -> ModelFailed:
    """The failure of an empty reply; `cut`: it ended because it had used up its tokens."""
    why = ": it used up its tokens before it came to an answer" if cut else ""
    return ModelFailed(
        Failure.BAD_REPLY,
        f"{place.model} at {place.host} answered nothing{why}.",
        "Choose a model that thinks less, with INTERVIEWER_MODEL." if cut else "Try again, or choose another model.",
    )


def declined(place: Place, words: str) -> ModelFailed:
    """The failure of a model that will not answer; `words` are what it says instead."""
    return ModelFailed(
        Failure.BAD_REPLY,
        f"{place.model} at {place.host} declined to answer.",
        "Choose another model with INTERVIEWER_MODEL.",
        reply=words,
    )


def busy(place: Place) -> ModelFailed:
    """The failure to get a turn in time, because as many calls as are allowed were under way."""
    return ModelFailed(
        Failure.TIMED_OUT,
        f"Other calls to {place.host} were under way for too long.",
        "Try again, or raise INTERVIEWER_MODEL_CONCURRENCY.",
    )


def reason(error: openai.APIStatusError, place: Place) -> str:
    """An endpoint's reason for refusing a request, as the end of a sentence; empty if it gave none."""
    body = error.body
    given = body.get("message") if isinstance(body, dict) else None
    if not isinstance(given, str):
        return ""
    if place.key is not None:
        given = given.replace(place.key.get_secret_value(), "***")
    plain = " ".join(clean(given).split())
    return f": {plain[:MAX_REASON].rstrip('. ')}" if plain else ""


def retry_after(headers: httpx2.Headers) -> float | None:
    """Seconds for which an endpoint wants to be left alone, at most MAX_WAIT; None if it does not say.

    A date counts from the endpoint's own clock, where it tells its time.
    """
    told = headers.get("retry-after", "").strip()
    try:
        seconds = float(told)
    except ValueError:
        then, now = _date(told), _date(headers.get("date", "")) or datetime.now(UTC)
        if then is None:
            return None
        seconds = (then - now).total_seconds()
    return min(max(seconds, 0.0), MAX_WAIT) if seconds == seconds else None


def _date(text: str) -> datetime | None:
    try:
        date = parsedate_to_datetime(text)
    except (TypeError, ValueError):
        return None
    return date if date.tzinfo else date.replace(tzinfo=UTC)
