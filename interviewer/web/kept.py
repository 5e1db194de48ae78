"""A form that came when nobody was signed in: its words, sealed, travel with the sign-in form and are stored nowhere.

Only forms of our own pages are kept: what another site's page sends must never wait for somebody to sign in.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final

from fastapi import Request
from fastapi.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile

from interviewer.web import sessions
from interviewer.web.config import LOOPBACK, Serving
from interviewer.web.guard import FIELD, HEADER, is_form
from interviewer.web.house import house_of
from interviewer.web.kept_words import deed_of
from interviewer.web.security import Seal

SEALED: Final = "kept"
"""The field of the sign-in form, and the kind of the seal."""
SIGN_IN: Final = "/sign-in"
ROOM: Final = 16 * 1024
"""Bytes of a body that are left for the other fields of the sign-in form."""
_NAME: Final = re.compile(r"[A-Za-z0-9_.-]{1,200}")
_SECRET: Final = re.compile("passw|csrf", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Kept:
    """Where it was sent, and its fields in their order, those that were files as text."""

    to: str
    fields: tuple[tuple[str, str], ...]
    owner: str = ""
    """Who was signed in when it was opened; empty where that is not known."""
    parts: bool = False
    """Whether it is sent in parts (multipart), as forms with files are."""
    left_out: tuple[str, ...] = ()
    """Names of files that are no text, and have to be chosen again."""


def from_our_page(request: Request) -> bool:
    """Whether a browser says that one of our own pages sent this. Our pages send no address of their own
    (`Origin: null`, for their policy is `no-referrer`), so that in most browsers it is Sec-Fetch-Site that tells."""
    origin = request.headers.get("origin", "")
    site = request.headers.get("sec-fetch-site", "")
    if origin in ("", "null"):
        return site == "same-origin"
    host = request.headers.get("host", "").lower()
    local = request.url.hostname in LOOPBACK and origin == f"http://{host}"
    return (local or origin == house_of(request).serving.public_url) and site in ("same-origin", "")


async def kept_of(request: Request) -> Kept | None:
    """The form that this request sends, or that its sign-in form carries; None where it is none to be kept."""
    if request.method != "POST" or not from_our_page(request):
        return None
    if request.url.path == SIGN_IN:
        carried = (await request.form()).get(SEALED) if is_form(request) else None
        return await run_in_threadpool(opened, house_of(request).serving, carried)
    to = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    if deed_of(to) is None or not (is_form(request) or "content-type" not in request.headers):
        return None
    sent = await request.form()
    fields, left_out = await _read(sent)
    token = request.headers.get(HEADER) or sent.get(FIELD)
    owner = sessions.owner_of(request, token) if isinstance(token, str) else ""
    parts = any(isinstance(value, UploadFile) for value in sent.values())
    await sent.close()
    return Kept(to, tuple(fields), owner, parts, tuple(left_out))


async def _read(sent: FormData) -> tuple[list[tuple[str, str]], list[str]]:
    fields, left_out = [], []
    for name, value in sent.multi_items():
        if not _NAME.fullmatch(name) or _SECRET.search(name):
            continue
        if isinstance(value, str):
            fields.append((name, _plain(value)))
        elif value.size:
            try:
                fields.append((name, _plain((await value.read()).decode("utf-8-sig"))))
            except UnicodeDecodeError:
                left_out.append((value.filename or name)[:200])
    return fields, left_out


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def sealed(serving: Serving, kept: Kept) -> str:
    """What goes into the sign-in form; empty where it is too much to be sent with that."""
    made = Seal(serving, SEALED).sealed([kept.to, kept.fields, kept.owner, kept.parts, kept.left_out])
    return made if len(made) <= serving.limits.body - ROOM else ""


def opened(serving: Serving, carried: object) -> Kept | None:
    """What was sealed here; None for anything else, and for forms that are no more."""
    value = Seal(serving, SEALED).opened(carried, serving.limits.body) if isinstance(carried, str) else None
    return _kept(value) if isinstance(value, list) and len(value) == 5 else None


def _kept(value: list[Any]) -> Kept | None:
    to, fields, owner, parts, left_out = value
    if deed_of(to) is None:
        return None
    return Kept(to, tuple((name, text) for name, text in fields), owner, parts, tuple(left_out))
