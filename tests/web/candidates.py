"""A candidate without a script in the browser: opens pages, fills the forms that stand in them, reads what is shown."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from html.parser import HTMLParser

from fastapi.testclient import TestClient
from httpx import Response

_VOID = frozenset({"input", "link", "meta", "br", "hr", "img"})

_INLINE = frozenset({"a", "strong", "span", "time", "code", "em", "kbd", "button"})


@dataclass
class Shown(HTMLParser):
    """A page as it is read: its words, fields and links, by name."""

    html: str
    words: str = ""
    fields: dict[str, str] = field(default_factory=dict)
    buttons: list[tuple[str, str, str]] = field(default_factory=list)
    """Name, value and words of each."""
    links: list[str] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    headings: list[tuple[int, str]] = field(default_factory=list)
    current: list[str] = field(default_factory=list)
    """The lines that are marked as waiting for an answer."""

    def __post_init__(self) -> None:
        super().__init__()
        self._stack: list[tuple[str, dict[str, str]]] = []
        self._area = ""
        self.feed(self.html)
        self.words = " ".join(self.words.split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if "id" in values:
            self.ids.append(values["id"])
        if tag == "input":
            self.fields[values.get("name", "")] = values.get("value", "")
        if tag == "textarea":
            self._area = values.get("name", "")
            self.fields[self._area] = ""
        if tag == "a":
            self.links.append(values.get("href", ""))
        if tag == "button":
            self.buttons.append((values.get("name", ""), values.get("value", ""), ""))
        if re.fullmatch("h[1-6]", tag):
            self.headings.append((int(tag[1]), ""))
        if tag == "li" and "now" in values.get("class", "").split():
            self.current.append("")
        if tag not in _VOID:
            self._stack.append((tag, values))

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self.fields[self._area] = self.fields[self._area].removeprefix("\n")
            self._area = ""
        while self._stack and self._stack.pop()[0] != tag:
            pass
        self.words += "" if tag in _INLINE else " "

    def handle_data(self, data: str) -> None:
        tags = [tag for tag, _ in self._stack]
        if self._area:
            self.fields[self._area] += data
            return
        if tags and tags[-1] in ("script", "style", "title"):
            return
        self.words += data
        if "button" in tags:
            name, value, words = self.buttons[-1]
            self.buttons[-1] = (name, value, (words + data).strip())
        if tags and re.fullmatch("h[1-6]", tags[-1]):
            level, words = self.headings[-1]
            self.headings[-1] = (level, (words + data).strip())
        if any(tag == "li" and "now" in values.get("class", "").split() for tag, values in self._stack):
            self.current[-1] += data

    def offers(self, words: str) -> bool:
        """Whether there is a button with these words."""
        return any(words == one[2] for one in self.buttons)


@dataclass
class Candidate:
    """Somebody with a link."""

    client: TestClient
    token: str

    def get(self, page: str = "") -> Response:
        """A page, with redirects not followed."""
        return self.client.get(f"/i/{self.token}{page}")

    def post(self, path: str = "", /, **fields: str | int) -> Response:
        """Send a form."""
        return self.client.post(f"/i/{self.token}{path}", data={name: str(one) for name, one in fields.items()})

    def see(self, page: str = "") -> Shown:
        """A page that is there."""
        answer = self.get(page)
        assert answer.status_code == 200, (answer.status_code, answer.headers.get("location"))
        return Shown(answer.text)

    def agree(self) -> Response:
        """Tick both boxes and go on."""
        return self.post(version=self.see().fields["version"], agree="yes", keeps_to_help="yes")

    def begin(self) -> Shown:
        """Agree, leave the warm-up out, and see the first question."""
        assert self.agree().headers["location"] == f"/i/{self.token}/begin"
        assert self.post("/begin", start="yes").headers["location"] == f"/i/{self.token}/talk"
        return self.see("/talk")

    def say(self, words: str, **fields: str | int) -> Response:
        """Answer the line at hand."""
        turn = fields.pop("turn", None) or self.see("/talk").fields["turn"]
        return self.post("/say", turn=turn, words=words, **fields)

    def hold(self, answers: Iterable[str]) -> None:
        """Answer until the end."""
        for one in answers:
            if self.get("/talk").status_code == 200:
                assert self.say(one).status_code == 303
