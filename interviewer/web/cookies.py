"""Cookies that go out with the answer, whoever makes it: set on the request, added to the headers at the end."""

from __future__ import annotations

from http.cookies import SimpleCookie

from starlette.requests import HTTPConnection

from interviewer.web.config import Serving


def set_cookie(request: HTTPConnection, name: str, value: str, *, seconds: int | None = None) -> None:
    """Set a cookie with the answer to this request; without `seconds` it ends with the browser's session."""
    serving: Serving = request.app.state.house.serving
    going = getattr(request.state, "cookies", None)
    if going is None:
        going = request.state.cookies = {}
    going[name] = header(serving, name, value, seconds)


def drop_cookie(request: HTTPConnection, name: str) -> None:
    """Remove a cookie with the answer to this request, where there is one."""
    serving: Serving = request.app.state.house.serving
    if serving.cookie(name) in request.cookies:
        set_cookie(request, name, "", seconds=0)


def read_cookie(request: HTTPConnection, name: str) -> str:
    """The cookie's value as it came in; empty where there is none."""
    serving: Serving = request.app.state.house.serving
    return request.cookies.get(serving.cookie(name), "")


def header(serving: Serving, name: str, value: str, seconds: int | None) -> str:
    """The value of a Set-Cookie header."""
    made: SimpleCookie = SimpleCookie()
    made[serving.cookie(name)] = value
    morsel = made[serving.cookie(name)]
    morsel["path"] = "/"
    morsel["httponly"] = True
    morsel["samesite"] = "Lax"
    if serving.secure:
        morsel["secure"] = True
    if seconds is not None:
        morsel["max-age"] = str(seconds)
    return morsel.OutputString()
