"""The long forms of the office as a browser sends them."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any


class Form(HTMLParser):
    """The fields of the form with this id, or of the first one with `was` in it, as a browser would send them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.fields: list[tuple[str, str]] = []
        self._area = self._select = ""
        self._inside = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._inside = "sections" in given.get("class", "")
        if not self._inside or ("name" not in given and tag != "option"):
            return
        name, value = given.get("name", ""), given.get("value", "")
        if tag == "textarea":
            self._area = name
            self.fields.append((name, ""))
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select and "selected" in given:
            self.fields.append((self._select, value))
        elif tag == "input" and (given.get("type") not in ("checkbox", "radio") or "checked" in given):
            self.fields.append((name, value))

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._area = ""
        if tag == "select":
            self._select = ""
        if tag == "form":
            self._inside = False

    def handle_data(self, data: str) -> None:
        if self._area:
            name, value = self.fields.pop()
            # A browser leaves out the first line end.
            self.fields.append((name, value + (data.removeprefix("\n") if not value else data)))

    def data(self, **more: Any) -> dict[str, Any]:
        """The fields, with others in their place (a dot is written `__`); None leaves a field out."""
        sent: dict[str, Any] = {}
        for name, value in self.fields:
            sent.setdefault(name, []).append(value)
        for name, value in more.items():
            name = name.replace("__", ".")
            if value is None:
                sent.pop(name, None)
            else:
                sent[name] = value
        return sent
