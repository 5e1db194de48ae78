"""Templates: a page is one typed context and one template, escaped always."""

from __future__ import annotations

import hashlib
import json
import re
from datetime import UTC, date, datetime
from functools import cache
from importlib.resources import files
from typing import Any, Final

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape
from starlette.types import Receive, Scope, Send

from interviewer.core.turns import clean
from interviewer.screening.roles import Right, may
from interviewer.web import cookies
from interviewer.web.guard import FIELD, HEADER
from interviewer.web.house import house_of
from interviewer.web.security import Seal, local
from interviewer.web.sessions import csrf_token

SAID: Final = "said"
"""The cookie of a message that is shown once."""
SAID_SECONDS: Final = 120
MAX_SAID: Final = 600
"""Characters of a message."""
_STEERING: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
"""Characters that show nothing and change how others are shown."""


def render(
    request: Request, template: str, page: object, *, status: int = 200, headers: dict[str, str] | None = None
) -> HTMLResponse:
    """A page; `page` is its context, which the template knows by that name."""
    account = getattr(request.state, "account", None)
    token = _Once(request)
    html = (
        _templates()
        .get_template(template)
        .render(
            page=page,
            account=account,
            may=lambda right: account is not None and may(account.role, Right(right)),
            csrf=token.field,
            csrf_headers=token.headers,
            message=_message(request),
            here=request.url.path,
            url=lambda path: house_of(request).serving.public_url + path,
        )
    )
    return HTMLResponse(html, status, headers)


def by_script(request: Request) -> bool:
    """Whether htmx asks, for a part of a page or for a page that it takes a part of."""
    return "HX-Request" in request.headers


def partial(request: Request) -> bool:
    """Whether htmx asks for a part of a page, and not a browser for all of it."""
    return by_script(request) and request.headers.get("HX-Request-Type") != "full"


class back(RedirectResponse):
    """Go to another page of ours after a form (303), where `said` or `error` is shown once."""

    def __init__(self, path: str, said: str = "", *, error: str = "") -> None:
        super().__init__(local(path), status_code=303)
        self._message = {"said": said[:MAX_SAID], "error": error[:MAX_SAID]} if said or error else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it; only now is it known whose secrets sign the message."""
        if self._message:
            request = Request(scope)
            sealed = Seal(house_of(request).serving, SAID).sealed(self._message)
            cookies.set_cookie(request, SAID, sealed, seconds=SAID_SECONDS)
        await super().__call__(scope, receive, send)


class _Once:
    """The CSRF token of a page, made when the first form needs it."""

    def __init__(self, request: Request) -> None:
        self._request = request
        self._token = ""

    @property
    def token(self) -> str:
        self._token = self._token or csrf_token(self._request)
        return self._token

    def field(self) -> Markup:
        """The hidden field of a form."""
        return Markup('<input type="hidden" name="{}" value="{}">').format(FIELD, self.token)

    def headers(self) -> str:
        """The headers of requests that htmx makes."""
        return json.dumps({HEADER: self.token})


def _message(request: Request) -> dict[str, str]:
    """What the last page had to say; it is said once."""
    sealed = cookies.read_cookie(request, SAID)
    found = Seal(house_of(request).serving, SAID).opened(sealed) if sealed and not partial(request) else None
    if found:
        cookies.drop_cookie(request, SAID)
    return found or {"said": "", "error": ""}


@cache
def _templates() -> Environment:
    made = Environment(
        autoescape=True,
        loader=PackageLoader("interviewer.web"),
        undefined=StrictUndefined,
        finalize=_shown,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(when=when, plain=clean)
    made.globals.update(asset=asset, exact=exact)
    return made


def _shown(value: Any) -> Any:
    """Texts without what steers terminals or turns the direction of writing; HTML was made of such texts."""
    return _STEERING.sub("", value) if isinstance(value, str) and not isinstance(value, Markup) else value


def exact(value: str) -> Markup:
    """A text for a hidden field that is sent again as it was: what steers, and is no control, is written by number."""
    return Markup(_STEERING.sub(lambda found: _number(found[0]), str(escape(value))))


def _number(char: str) -> str:
    # HTML has no number for control characters: those are left out, as on every page.
    return f"&#{ord(char)};" if char > "\x9f" else ""


def when(value: datetime | date | None) -> Markup:
    """A time in UTC, readable, and for machines too; nothing for no time."""
    if value is None:
        return Markup("")
    if not isinstance(value, datetime):
        return Markup('<time datetime="{}">{}</time>').format(value.isoformat(), f"{value.day} {value:%B %Y}")
    at = value.astimezone(UTC)
    words = f"{at.day} {at:%b %Y, %H:%M} UTC"
    return Markup('<time datetime="{}">{}</time>').format(f"{at:%Y-%m-%dT%H:%M:%SZ}", words)


@cache
def asset(name: str) -> str:
    """Where a static file is; a changed file has another address, so that browsers may keep it."""
    data = files("interviewer.web").joinpath("static", name).read_bytes()
    return f"/static/{name}?v={hashlib.sha256(data).hexdigest()[:12]}"
