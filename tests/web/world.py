"""One of everything, and every route that leads to it, with who may use it: a new route needs a line here."""

from __future__ import annotations

import hashlib
import re
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx import Response

from interviewer.hosting.editing import Editing
from interviewer.hosting.inviting import Inviting
from interviewer.hosting.people import Person
from interviewer.hosting.preview import Previews
from interviewer.screening.invite import VALID_FOR
from interviewer.screening.records import Request
from interviewer.screening.roles import Right, Role
from interviewer.web.guard import SAFE
from interviewer.web.house import House
from tests.interviews import held, screened

SEE, REVIEW, INVITE = Right.SEE, Right.REVIEW, Right.INVITE
EXPORT, ADMINISTER = Right.EXPORT, Right.ADMINISTER
OPEN: Final = "open"
"""For everybody, and nothing of anybody's is on it."""
LINK: Final = "link"
"""For whoever has a candidate's link, and for no role."""

WHO: Final[dict[str, Right | str]] = {
    "GET /healthz": OPEN,
    "HEAD /healthz": OPEN,
    "GET /": OPEN,
    "GET /sign-in": OPEN,
    "POST /sign-in": OPEN,
    "POST /sign-out": SEE,
    "POST /sign-out/everywhere": SEE,
    "GET /i/{token}": LINK,
    "POST /i/{token}": LINK,
    "GET /i/{token}/begin": LINK,
    "POST /i/{token}/begin": LINK,
    "GET /i/{token}/talk": LINK,
    "POST /i/{token}/talk": LINK,
    "POST /i/{token}/say": LINK,
    "GET /i/{token}/leave": LINK,
    "POST /i/{token}/leave": LINK,
    "POST /i/{token}/presence": LINK,
    "GET /i/{token}/broke": LINK,
    "POST /i/{token}/broke": LINK,
    "GET /i/{token}/done": LINK,
    "GET /i/{token}/evidence": LINK,
    "POST /i/{token}/contest": LINK,
    "GET /i/{token}/data": LINK,
    "GET /i/{token}/forget": LINK,
    "POST /i/{token}/forget": LINK,
    "GET /positions": SEE,
    "GET /positions/new": INVITE,
    "POST /positions": INVITE,
    "GET /positions/{name}": SEE,
    "GET /positions/{name}/settings": INVITE,
    "POST /positions/{name}/settings": INVITE,
    "POST /positions/{name}/close": INVITE,
    "POST /positions/{name}/reopen": INVITE,
    "GET /positions/{name}/preview": SEE,
    "POST /positions/{name}/preview": INVITE,
    "POST /positions/{name}/preview/{invite}/delete": INVITE,
    "GET /positions/{name}/scenario": SEE,
    "POST /positions/{name}/scenario/ours": INVITE,
    "GET /positions/{name}/scenario/check": SEE,
    "POST /positions/{name}/scenario/check": INVITE,
    "GET /positions/{name}/scenario/questions/{question}": INVITE,
    "POST /positions/{name}/scenario/questions/{question}": INVITE,
    "POST /positions/{name}/scenario/questions/{question}/remove": INVITE,
    "GET /positions/{name}/scenario/new-question": INVITE,
    "POST /positions/{name}/scenario/new-question": INVITE,
    "GET /positions/{name}/scenario/questions/{question}/new-follow-up": INVITE,
    "POST /positions/{name}/scenario/questions/{question}/new-follow-up": INVITE,
    "GET /positions/{name}/scenario/criteria/{kind}": INVITE,
    "POST /positions/{name}/scenario/criteria/{kind}": INVITE,
    "POST /positions/{name}/scenario/criteria/{kind}/remove": INVITE,
    "GET /positions/{name}/scenario/sections": INVITE,
    "POST /positions/{name}/scenario/sections": INVITE,
    "GET /positions/{name}/scenario/texts": INVITE,
    "POST /positions/{name}/scenario/texts": INVITE,
    "GET /positions/{name}/invites": SEE,
    "POST /positions/{name}/invites": INVITE,
    "POST /positions/{name}/invites/list": INVITE,
    "GET /positions/{name}/invites/links/{key}": INVITE,
    "GET /positions/{name}/invites/links/{key}/candidates.csv": INVITE,
    "GET /invites/{name}": SEE,
    "POST /invites/{name}/link": INVITE,
    "POST /invites/{name}/extend": INVITE,
    "POST /invites/{name}/accommodate": INVITE,
    "POST /invites/{name}/revoke": INVITE,
    "POST /invites/{name}/fresh-attempt": REVIEW,
    "GET /positions/{name}/results": SEE,
    "GET /positions/{name}/compare": SEE,
    "GET /positions/{name}/queue": SEE,
    "POST /positions/{name}/queue": REVIEW,
    "POST /positions/{name}/queue/blind": REVIEW,
    "GET /positions/{name}/export.csv": EXPORT,
    "GET /positions/{name}/export.json": EXPORT,
    "GET /interviews/{name}": SEE,
    "POST /interviews/{name}/confirm": REVIEW,
    "POST /interviews/{name}/override": REVIEW,
    "POST /interviews/{name}/comment": REVIEW,
    "POST /interviews/{name}/decide": REVIEW,
    "POST /interviews/{name}/reveal": REVIEW,
    "GET /interviews/{name}/call-sheet": SEE,
    "GET /interviews/{name}/report": SEE,
    "GET /record": ADMINISTER,
    "GET /requests": ADMINISTER,
    "POST /requests/{invite}/grant": ADMINISTER,
    "POST /requests/{invite}/refuse": ADMINISTER,
}
"""Who may use a route: a right of the office, or OPEN, or LINK."""

FORMS: Final[dict[str, dict[str, str]]] = {
    "POST /positions": {"scenario": "junior-backend"},
    "POST /positions/{name}/invites": {"name": "Somebody Else", "until": "2026-01-20"},
    "POST /positions/{name}/invites/list": {"people": "One More, more@example.org", "until": "2026-01-20"},
    "POST /positions/{name}/queue": {"interview": "", "target": "http.request", "answer": "absent", "reason": "No."},
    "POST /positions/{name}/queue/blind": {"interview": "", "target": "http.request", "answer": "absent"},
    "POST /invites/{name}/extend": {"until": "2026-02-20"},
    "POST /interviews/{name}/confirm": {"target": "http.request"},
    "POST /interviews/{name}/override": {"target": "http.request", "status": "absent", "reason": "It is not there."},
    "POST /interviews/{name}/comment": {"text": "A remark"},
    "POST /interviews/{name}/decide": {"decision": "hold", "reason": "Somebody has to read it."},
    "POST /requests/{invite}/refuse": {"reason": "The application is under way."},
}
"""What is sent with a form, so that whoever may do it does change something."""


def routes(app: FastAPI) -> set[str]:
    """Method and path of every route of the application, the files aside."""
    found = set()
    for one in app.routes:
        included = getattr(one, "original_router", None)
        for route in included.routes if included is not None else [one]:
            if route.path != "/static":
                found |= {f"{method} {route.path}" for method in route.methods}
    return found


@dataclass(frozen=True)
class World:
    """One of everything, by the paths that lead to it."""

    house: House
    names: dict[str, str]
    interview: str
    key: str
    token: str

    def path(self, route: str) -> str:
        """The address of a route, with what is in this world."""
        path = route.split(" ")[1]
        prefix = path.split("/")[1]
        given = {
            "name": self.names.get(prefix, ""),
            "invite": self.names["requests" if prefix == "requests" else "previews"],
            "question": "http",
            "kind": "passing",
            "key": self.key,
            "token": self.token,
        }
        return re.sub(r"\{(\w+)\}", lambda match: given[match[1]], path)

    def asked(self, client: TestClient, route: str, **more: Any) -> Response:
        """Ask for a route, with a form that would change something."""
        method = route.split(" ")[0]
        form = dict(FORMS.get(route, {}))
        if "interview" in form:
            form["interview"] = self.interview
        return client.request(method, self.path(route), data=form if method not in SAFE else None, **more)

    def stored(self) -> dict[str, str]:
        """A fingerprint of every table but the record of who did what."""
        with sqlite3.connect(self.house.program.settings.database) as connection:
            tables = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            rows = {one: sorted(map(repr, connection.execute(f'SELECT * FROM "{one}"'))) for one in tables}
        connection.close()
        assert len(rows) > 8, "these are all tables"
        return {
            one: hashlib.sha256("".join(all_of).encode()).hexdigest()
            for one, all_of in rows.items()
            if "audit" not in one
        }


@pytest.fixture
def world(house: House, position: Callable[..., Any], invite: Callable[..., Any], account: Callable[..., Any]) -> World:
    account(Role.ADMIN)
    Editing(house.program).make_ours(position().id, "the-admin")
    made, token = invite("Grace Example")
    interview = held(house, made, screened())
    house.office.put_request(Request(invite=made.id, at=house.clock.now(), words="Please forget me."))
    until = (house.clock.now() + VALID_FOR).date()
    fresh = Inviting(house.program).invite("backend", [Person("Ada Example")], until, "the-admin")
    preview = Previews(house.program, house.hall).begin("backend", "the-admin")
    names = {
        "positions": "backend",
        "invites": made.id,
        "interviews": interview,
        "requests": made.id,
        "previews": preview.invite.id,
    }
    return World(house, names, interview, house.desk.links.keep("backend", "the-admin", fresh), token)


def office() -> Iterator[tuple[str, Right]]:
    """The routes that need a right."""
    for route, who in sorted(WHO.items()):
        if isinstance(who, Right):
            yield route, who


def unsafe() -> Iterator[str]:
    """The routes of the office that change something."""
    return (route for route, _ in office() if route.split(" ")[0] not in SAFE)


LINKS: Final = tuple(route for route, who in WHO.items() if who == LINK)


def posts() -> list[str]:
    """Every route that changes something, of the office and of candidates."""
    return [*unsafe(), *(route for route in LINKS if route.split(" ")[0] not in SAFE)]


# A candidate's way


def agree_and_begin(client: TestClient, token: str) -> None:
    """A candidate's way to the first question."""
    shown = client.get(f"/i/{token}").text
    version = shown.split('name="version" value="')[1].split('"')[0]
    form = {"version": version, "agree": "yes", "keeps_to_help": "yes"}
    assert client.post(f"/i/{token}", data=form).headers["location"] == f"/i/{token}/begin"
    assert client.post(f"/i/{token}/begin", data={"words": "With hot water."}).status_code == 200
    assert client.post(f"/i/{token}/begin", data={"start": "yes"}).headers["location"] == f"/i/{token}/talk"


def turn_of(html: str) -> str:
    """The number of the line that waits for an answer."""
    return html.split('name="turn" value="')[1].split('"')[0]
