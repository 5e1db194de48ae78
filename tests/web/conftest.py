"""A house for tests: a temporary home, a scripted judge, a clock that moves only when told to, and ways in."""

from __future__ import annotations

import secrets
import traceback
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from fastapi import FastAPI
from fastapi.testclient import TestClient

from interviewer import failures
from interviewer.bootstrap import Program
from interviewer.core.fingerprint import scenario_sha256
from interviewer.core.scenario import Scenario
from interviewer.hosting.passwords import Passwords
from interviewer.judging.scripted import ScriptedIntentReader, ScriptedJudge
from interviewer.screening.accounts import Account
from interviewer.screening.invite import VALID_FOR, Invite, token_sha256
from interviewer.screening.position import Place, Position, Settings
from interviewer.screening.roles import Role
from interviewer.settings import Settings as ProgramSettings
from interviewer.web.app import create_app
from interviewer.web.config import Limits, Serving
from interviewer.web.house import House
from tests.factories import BEGIN, tiny_scenario

PUBLIC_URL = "https://testserver"
SECRET = "a secret of at least thirty-two characters"
PASSWORD = "correct horse battery"
SERVING = Serving(PUBLIC_URL, (SECRET,), Limits(refusal_seconds=0.0))
CHEAP = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
"""Hashes that cost nothing."""

SAYS: dict[str, tuple[str, ...]] = {
    "sends a request": ("request",),
    "sends back a response": ("response",),
    "get or post": ("method",),
    "status code": ("status",),
    "headers": ("headers",),
    "with tls": ("tls",),
    "no server": ("no-server",),
    "how long to keep it": ("cache-header",),
    "an etag": ("etag",),
    "404 is not found": ("not-found",),
    "201 is created": ("created",),
    "everything is 200": ("all-200",),
}
"""What the scripted judge hears in which words (see tests/factories.py for the scenario)."""


class SetClock:
    """Moves only when it is told to."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def now(self) -> datetime:
        return BEGIN + timedelta(seconds=self.seconds)

    def monotonic(self) -> float:
        return self.seconds

    def go_on(self, **more: float) -> None:
        """Let time pass: `go_on(minutes=5)`."""
        self.seconds += timedelta(**more).total_seconds()


@pytest.fixture(autouse=True)
def tell_failures(monkeypatch: pytest.MonkeyPatch) -> None:
    """A failure that became a page (500) is printed whole, so that a test that fails shows why."""
    kept = failures.keep

    def keep(error: BaseException, home: Path | None) -> Path | None:
        traceback.print_exception(error)
        return kept(error, home)

    monkeypatch.setattr(failures, "keep", keep)


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def program(home: Path, clock: SetClock) -> Iterator[Program]:
    """A program whose judge and reader follow a script."""
    made = Program(ProgramSettings.load(), clock=clock)
    made.__dict__["judge"] = ScriptedJudge(SAYS)
    made.__dict__["reader"] = ScriptedIntentReader()
    yield made
    made.store.database.close()


@pytest.fixture
def app(program: Program) -> Iterator[FastAPI]:
    made = create_app(program, SERVING, passwords=CHEAP)
    yield made
    made.state.house.desk.close()


@pytest.fixture
def house(app: FastAPI) -> House:
    made: House = app.state.house
    return made


@pytest.fixture
def browser(app: FastAPI) -> Iterator[Callable[[], TestClient]]:
    """Makes browsers: each has its own cookies, follows no redirects, and shows what fails as a page."""
    made: list[TestClient] = []

    def make() -> TestClient:
        made.append(TestClient(app, PUBLIC_URL, follow_redirects=False))
        return made[-1]

    yield make
    for one in made:
        one.close()


@pytest.fixture
def client(browser: Callable[[], TestClient]) -> TestClient:
    """A browser in which nobody is signed in."""
    return browser()


@pytest.fixture
def account(house: House) -> Callable[..., Account]:
    """Makes accounts; the password is PASSWORD."""

    def make(role: Role = Role.ADMIN, name: str = "") -> Account:
        made = Account(
            name=name or f"the-{role}", role=role, password=CHEAP.hash(PASSWORD), created_at=house.clock.now()
        )
        if house.office.account(made.name) is None:
            house.office.add_account(made)
        return made

    return make


@pytest.fixture
def signed_in(browser: Callable[[], TestClient], account: Callable[..., Account]) -> Callable[..., TestClient]:
    """A browser in which an account of this role has signed in; every request carries its CSRF token as a header."""

    def make(role: Role | str = Role.ADMIN, name: str = "") -> TestClient:
        made, client = account(Role(role), name), browser()
        shown = client.get("/sign-in")
        form = {"name": made.name, "password": PASSWORD, "csrf": csrf_in(shown.text)}
        assert client.post("/sign-in", data=form).status_code == 303
        # The sign-out form of any page of the office carries the session's token.
        client.headers["X-CSRF-Token"] = csrf_of(client)
        return client

    return make


def csrf_in(html: str) -> str:
    """The token in a page's first form."""
    return html.split('name="csrf" value="')[1].split('"')[0]


def csrf_of(client: TestClient) -> str:
    """A token for the session of this browser."""
    from starlette.requests import Request

    from interviewer.web.sessions import csrf_token

    cookies = "; ".join(f"{one.name}={one.value}" for one in client.cookies.jar)
    scope = {
        "type": "http",
        "method": "GET",
        "path": "/",
        "headers": [(b"cookie", cookies.encode())],
        "app": client.app,
    }
    return csrf_token(Request(scope))


@pytest.fixture
def position(house: House) -> Callable[..., Position]:
    """Makes positions; `more` are fields of Settings, `fields` of Position."""

    def make(
        name: str = "backend", scenario: Scenario | None = None, fields: dict[str, Any] | None = None, **more: Any
    ) -> Position:
        plan = scenario or tiny_scenario()
        settings = Settings(
            **{
                "title": "Backend developer",
                "company": "A company",
                "contact": "Ada Example, ada@example.org",
                "questions": tuple(one.id for one in plan.questions),
                "help_allowed": "Your own notes. No other person and no AI.",
                "places": (Place.ELSEWHERE,),
                **more,
            }
        )
        made = Position(
            **{
                "id": name,
                "settings": settings,
                "scenario_id": plan.id,
                "scenario_sha256": scenario_sha256(plan),
                "created_at": house.clock.now(),
                "created_by": "the-admin",
                **(fields or {}),
            }
        )
        house.office.add_position(made, plan)
        return house.office.position(made.id)

    return make


@pytest.fixture
def invite(house: House, position: Callable[..., Position]) -> Callable[..., tuple[Invite, str]]:
    """Makes invitations, each with its token; for the position `backend`, which is made where there is none."""

    def make(name: str = "Grace Example", to: Position | None = None, **more: Any) -> tuple[Invite, str]:
        known = [one for one in house.office.positions() if one.id == "backend"]
        to = to or (known[0] if known else position())
        token = secrets.token_urlsafe(24)
        now = house.clock.now()
        made = Invite(
            **{
                "id": f"invite-{secrets.token_hex(4)}",
                "position": to.id,
                "name": name,
                "token_sha256": token_sha256(token),
                "created_at": now,
                "created_by": "the-admin",
                "expires_at": now + VALID_FOR,
                **more,
            }
        )
        house.office.add_invites([made])
        return made, token

    return make
