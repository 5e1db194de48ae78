"""Forms as a browser fills them in and sends them: what a page offers, what was changed, from one of our pages."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any, Final

from fastapi.testclient import TestClient
from httpx import Response

from tests.web.conftest import PASSWORD

OURS: Final = {"Sec-Fetch-Site": "same-origin", "Origin": "null"}
"""What a browser says of a form of our own pages, whose policy is to send no address."""
PART: Final = {"HX-Request": "true", "HX-Request-Type": "partial"}


class Form:
    """A form of a page: where it goes, and its fields in their order."""

    def __init__(self, action: str, enctype: str) -> None:
        self.action = action
        self.enctype = enctype
        self.fields: list[tuple[str, str]] = []

    def filled(self, **more: str) -> dict[str, list[str]]:
        """What is sent, with some fields filled in otherwise."""
        found: dict[str, list[str]] = {}
        for name, value in self.fields:
            found.setdefault(name, []).append(value)
        return found | {name: [value] for name, value in more.items()}


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._open: Form | None = None
        self._area: str | None = None
        self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        name, form = values.get("name", ""), self._open
        if tag == "form" and values.get("method") == "post":
            self._open = Form(values["action"], values.get("enctype", ""))
            self.forms.append(self._open)
        elif tag == "select":
            self._select = name
        elif form is None or "disabled" in values:
            return
        elif tag == "textarea":
            self._area = name
            form.fields.append((name, ""))
        elif tag == "option" and "selected" in values:
            form.fields.append((self._select, values["value"]))
        elif tag == "input" and values.get("type") not in ("checkbox", "radio", "file"):
            form.fields.append((name, values.get("value", "")))
        elif tag == "input" and "checked" in values:
            form.fields.append((name, values["value"]))

    def handle_data(self, data: str) -> None:
        if self._area is not None and self._open is not None:
            name, before = self._open.fields[-1]
            # A line end right after the tag is none of the text's.
            self._open.fields[-1] = (name, before + (data if before else data.removeprefix("\n")))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = None
        if tag == "textarea":
            self._area = None


def forms(html: str) -> list[Form]:
    """All forms of a page that are sent."""
    found = _Forms()
    found.feed(html)
    found.close()
    return found.forms


def form(html: str, action: str) -> Form:
    """The first form of a page that goes there."""
    return next(one for one in forms(html) if one.action.split("#")[0] == action)


def send(client: TestClient, path: str, data: dict[str, Any], **more: Any) -> Response:
    """Send a form as from one of our pages; `headers` are added."""
    headers = OURS | more.pop("headers", {})
    return client.post(path, data=data, headers=headers, **more)


def sign_in_with(client: TestClient, shown: Response, name: str, password: str = PASSWORD) -> Response:
    """Fill in the sign-in form of a page, and send all that it carries."""
    return send(client, "/sign-in", form(shown.text, "/sign-in").filled(name=name, password=password))


def send_now(client: TestClient, shown: Response) -> Response:
    """Press the button of what was not sent yet."""
    made = next(one for one in forms(shown.text) if not one.action.startswith("/sign-out"))
    data = made.filled()
    files = {"nothing": ("", b"")} if made.enctype == "multipart/form-data" else None
    return send(client, made.action, data, files=files)
