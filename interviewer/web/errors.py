"""Errors as pages: what happened and what to do next, for people who asked with a browser."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

from fastapi import FastAPI, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.exceptions import RequestValidationError
from fastapi.responses import PlainTextResponse, RedirectResponse, Response
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from interviewer import failures
from interviewer.core.errors import InterviewerError, NotFound, ScenarioError, StoreBusy, UsageError
from interviewer.web import sessions
from interviewer.web.guard import SAFE, Refused, SignInFirst, Stale
from interviewer.web.house import house_of
from interviewer.web.kept import kept_of
from interviewer.web.not_sent import ask, not_sent
from interviewer.web.pages import by_script, partial, render

WORDS: Final[Mapping[int, tuple[str, str]]] = {
    400: ("This request could not be understood.", "Go back, load the page again, and try once more."),
    401: ("You were signed out.", "What you typed is still here: send it, and you are asked to sign in."),
    403: ("You may not do this.", "Ask an administrator."),
    404: ("There is no such page.", "The address may be incomplete: compare it with the one that you were given."),
    405: ("This page cannot be used in this way.", "Go back and use its buttons and links."),
    408: ("What you sent took too long to arrive.", "Your connection may be slow. Go back and send it once more."),
    413: ("What you sent is too large.", "Up to one mebibyte is accepted: send less, or in parts."),
    500: ("Something failed on our side.", "Nothing that was stored is lost. Load the page again, or try later."),
    503: ("There is too much to do at this moment.", "Load the page again in a few seconds."),
}
TITLES: Final = {
    400: "Not understood",
    401: "Signed out",
    403: "Not allowed",
    404: "Not found",
    405: "Not possible here",
    408: "Too slow",
    413: "Too large",
    500: "Something failed",
    503: "One moment, please",
}
ASKED_AGAIN: Final = "/scenario/check"
"""What a page asks for by itself, beside a form: it must not lead away from what is typed there."""
RETRY_AFTER: Final = "3"
"""Seconds."""


@dataclass(frozen=True, slots=True)
class ErrorPage:
    """What happened and what to do next."""

    status: int
    title: str
    message: str
    remedy: str
    office: bool
    """Whether a way to the office is offered; a candidate's page has none."""


def error_page(
    request: Request, status: int, message: str = "", remedy: str = "", headers: Mapping[str, str] | None = None
) -> Response:
    """A page that tells of an error; for htmx its words only, for the message area: what was typed stays."""
    usual = WORDS.get(status) or (HTTPStatus(status).phrase + ".", "")
    office = not request.url.path.startswith("/i/")
    title = TITLES.get(status, "This did not work")
    page = ErrorPage(status, title, message or usual[0], (remedy if message else usual[1]), office)
    more = dict(headers or {})
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        more["Retry-After"] = RETRY_AFTER
    if by_script(request):
        more |= {"HX-Retarget": "#message", "HX-Reselect": ".notice", "HX-Reswap": "innerHTML"}
        return render(request, "errors/part.html.j2", page, status=status, headers=more)
    return render(request, "errors/page.html.j2", page, status=status, headers=more)


def status_of(error: InterviewerError) -> int:
    """The HTTP status of one of our own errors."""
    match error:
        case NotFound():
            return 404
        case UsageError() | ScenarioError():
            return 400
        case StoreBusy():
            return 503
    return 500


def register(app: FastAPI) -> None:
    """Make pages of all errors that are expected."""
    app.add_exception_handler(InterviewerError, _told)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _not_understood)
    app.add_exception_handler(SignInFirst, _sign_in)
    app.add_exception_handler(Refused, _refused)


def _told(request: Request, error: Exception) -> Response:
    assert isinstance(error, InterviewerError)
    status = status_of(error)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR and request.url.path.startswith("/i/"):
        # What is wrong with our files, and where they are, is nothing for a candidate.
        return error_page(request, status)
    return error_page(request, status, error.message, error.remedy)


def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return error_page(request, error.status_code, headers=error.headers)


def _not_understood(request: Request, _error: Exception) -> Response:
    # What exactly was wrong quotes what was sent; the forms' own pages tell it field by field.
    return error_page(request, 400)


async def _sign_in(request: Request, error: Exception) -> Response:
    assert isinstance(error, SignInFirst)
    kept = await kept_of(request)
    if kept:
        return await ask(request, kept)
    if partial(request) and request.method in SAFE and request.url.path.endswith(ASKED_AGAIN):
        return error_page(request, 401)
    if by_script(request):
        return Response(headers={"HX-Redirect": error.place})
    return RedirectResponse(error.place, 303)


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, Refused)
    kept = await kept_of(request)
    if kept:
        # A form of the sign-in page's may come from a tab in which nobody knew of another one's signing in.
        request.state.account = account = await run_in_threadpool(sessions.account_of, request)
        if account is None:
            return await ask(request, kept, error="This page was too old. Please sign in now.", status=403)
        remedy = "" if isinstance(error, Stale) else error.remedy
        return not_sent(request, kept, error=error.message, remedy=remedy, status=403)
    return error_page(request, 403, error.message, error.remedy)


class Failures:
    """Makes a plain page of every failure of our own; its frames are kept, its values are not."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, whatever happens."""
        begun = False

        async def watched(message: Message) -> None:
            nonlocal begun
            begun = begun or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._app(scope, receive, watched)
        except Exception as error:
            if scope["type"] != "http":
                raise
            request = Request(scope)
            failures.keep(error, house_of(request).program.settings.home)
            if not begun:
                await _plain_page(request)(scope, receive, send)


def _plain_page(request: Request) -> Response:
    """The page of a failure; in mere words where it is pages that fail."""
    try:
        return error_page(request, 500)
    except Exception:  # noqa: BLE001 - it was told already what failed first
        return PlainTextResponse("\n".join(WORDS[500]), 500)
