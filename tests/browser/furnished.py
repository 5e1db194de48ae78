"""Home folders with something on every page: a quick one for tests, and the demo for pictures."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import yaml

from interviewer.bootstrap import Program
from interviewer.core.events import Commented, Contested, Decided, Event
from interviewer.core.ports import Utterance
from interviewer.core.scenario import Scenario
from interviewer.hosting import demo, own_data
from interviewer.hosting.editing import Editing
from interviewer.hosting.reception import Reception
from interviewer.screening.invite import Accommodation, Invite, Presentation, token_sha256
from interviewer.screening.position import Place, Position, Settings
from interviewer.screening.records import Request
from interviewer.screening.roles import Role
from interviewer.settings import Settings as ProgramSettings
from interviewer.web.app import create_app
from interviewer.web.config import Serving
from interviewer.web.house import House
from tests.factories import CONTRADICTED, PARTIAL, UNCLEAR, Log, tiny_scenario
from tests.interviews import held, screened
from tests.web.conftest import CHEAP, PASSWORD, SECRET, Account

ADMIN, REVIEWER, VIEWER = "ada", "ruth", "vera"
"""The accounts; the password of all is PASSWORD."""
ROLES: Final = {ADMIN: Role.ADMIN, REVIEWER: Role.REVIEWER, VIEWER: Role.VIEWER}
OWN: Final = "our-own"
"""The position whose scenario can be changed."""
ANSWER: Final = "The client sends a request to the server, and the server sends back a response with a status code."


@dataclass(frozen=True)
class Furnished:
    """What is in a home folder; `tokens` are links of candidates by how far they are."""

    home: Path
    position: str
    question: str
    criterion: str
    invite: str
    asks_deletion: str
    interviews: tuple[str, ...]
    advanced: str
    blind: str
    """A finding that is to be read blind, as `interview/question.point`."""
    tokens: dict[str, str] = field(default_factory=dict)


def scenario_file(home: Path, scenario: Scenario) -> None:
    """Put a scenario into a home folder, where positions can be made from it."""
    folder = home / "scenarios"
    folder.mkdir(parents=True, exist_ok=True)
    plain = scenario.model_dump(mode="json", by_alias=True)
    (folder / f"{scenario.id}.yaml").write_text(yaml.safe_dump(plain, sort_keys=False), encoding="utf-8")


def opened(home: Path) -> House:
    """The house over a home folder, with the real judge; close it before it is served."""
    program = Program(ProgramSettings.load(environ={"INTERVIEWER_HOME": str(home)}))
    program.settings.prepare_home()
    house: House = create_app(program, Serving("http://127.0.0.1", (SECRET,)), passwords=CHEAP).state.house
    return house


def closed(house: House) -> None:
    """Let go of the folder."""
    house.desk.close()
    house.program.store.database.close()


def accounts(house: House) -> None:
    """One of each role."""
    now = house.clock.now()
    for name, role in ROLES.items():
        house.office.add_account(Account(name=name, role=role, password=CHEAP.hash(PASSWORD), created_at=now))


def invited(house: House, position: str, name: str, **more: Any) -> tuple[Invite, str]:
    """An invitation, and its token."""
    token, now = secrets.token_urlsafe(24), house.clock.now()
    fields: dict[str, Any] = {
        "id": f"i-{secrets.token_hex(5)}",
        "position": position,
        "name": name,
        "mail": f"{name.split()[0].lower()}@example.org",
        "token_sha256": token_sha256(token),
        "created_at": now,
        "created_by": ADMIN,
        "expires_at": now + timedelta(days=20),
        **more,
    }
    invite = Invite(**fields)
    house.office.add_invites([invite])
    return invite, token


def agreed(house: House, position: str, name: str, **more: Any) -> str:
    """A candidate who has agreed and not begun; the token."""
    _, token = invited(house, position, name, **more)
    reception = Reception(house.program, house.hall)
    guest = reception.guest(token)
    assert guest and reception.agree(guest, reception.notice(guest).version)
    return token


def begun(house: House, position: str, name: str, *answers: str, **more: Any) -> str:
    """A candidate whose interview has begun, and who has answered so far; the token."""
    token = agreed(house, position, name, **more)
    reception = Reception(house.program, house.hall)
    guest = reception.guest(token)
    assert guest
    interview = reception.begin(guest)
    for words in answers:
        visit = house.hall.come_back(interview)
        house.hall.say(interview, len(visit.kept.state.turns), Utterance(words))
    return token


def position(house: House, name: str, scenario: Scenario, **more: Any) -> Position:
    """A position with a scenario."""
    settings: dict[str, Any] = {
        "title": "Backend developer",
        "company": "Example Company",
        "contact": "Ada Example, ada@example.org",
        "questions": tuple(one.id for one in scenario.questions),
        "help_allowed": "Your own notes. No other person and no AI.",
        "places": (Place.NEW_YORK_CITY, Place.EUROPEAN_UNION),
        **more,
    }
    made = Position(
        id=name,
        settings=Settings(**settings),
        scenario_id=scenario.id,
        scenario_sha256="",
        created_at=house.clock.now() - timedelta(days=30),
        created_by=ADMIN,
    )
    house.office.add_position(made, scenario)
    return house.office.position(name)


def small(home: Path) -> Furnished:
    """Candidates of every kind, whose finished interviews were written and not held."""
    house = opened(home)
    scenario_file(home, tiny_scenario())
    accounts(house)
    position(house, "backend", tiny_scenario())
    marks: tuple[dict[str, Any], ...] = (
        {"http": {"method": UNCLEAR, "response": PARTIAL, "no-server": UNCLEAR}},
        {"http": {"tls": UNCLEAR, "request": CONTRADICTED}, "codes": {"created": UNCLEAR}},
        {},
    )
    interviews, tokens = [], []
    for name, more in zip(("Grace Example", "Otto Example", "Linh Example"), marks, strict=True):
        invite, token = invited(house, "backend", name)
        interviews.append(held(house, invite, _lately(house, screened(**more))))
        tokens.append(token)
    advanced, _ = invited(house, "backend", "Amara Example")
    interviews.append(held(house, advanced, _lately(house, screened({"method": PARTIAL}))))
    return _finished(house, "backend", interviews, tokens)


def _lately(house: House, log: Log) -> Log:
    """The same log as of yesterday, so that its time of keeping is not over."""
    later = house.clock.now() - timedelta(days=1) - log.events[0].at
    log.events = [one.model_copy(update={"at": one.at + later}) for one in log.events]
    return log


def of_the_demo(home: Path, tell: Callable[[str], None]) -> Furnished:
    """The demo's twelve simulated candidates; takes a minute."""
    house = opened(home)
    accounts(house)
    made = demo.seed(house.program, tell)
    invites = [one for one in house.office.invites(made.id) if one.ended_at]
    tokens = [secrets.token_urlsafe(24) for _ in invites]
    for invite, token in zip(invites, tokens, strict=True):
        change = {"token_sha256": token_sha256(token)}
        house.office.change_invite(invite.id, lambda one, change=change: one.model_copy(update=change))
    interviews = [one.interview for one in invites if one.interview]
    return _finished(house, made.id, interviews, tokens)


def _finished(house: House, name: str, interviews: list[str], tokens: list[str]) -> Furnished:
    """What both have: people's words on some, candidates at every step, and a position that can be changed."""
    scenario = house.office.scenario(house.office.position(name).scenario_sha256)
    first = scenario.questions[0]
    now = house.clock.now()
    contests, reason = f"{first.id}.{first.points[0].id}", "I said so in my second answer: please read it again."
    events: list[tuple[str, Event]] = [
        (interviews[0], Contested(at=now, target=contests, reason=reason)),
        (interviews[0], Commented(at=now, by=REVIEWER, text="Clear about the cycle, brief on the rest.")),
        (interviews[-1], Decided(at=now, by=REVIEWER, decision="advance", reason="Knows the basics and asks well.")),
    ]
    for interview, event in events:
        house.hall.append(interview, event)
    position(house, OWN, scenario, title="Backend developer, our own questions", places=(Place.ELSEWHERE,))
    Editing(house.program).make_ours(OWN, ADMIN)
    owner = house.office.invite_of(interviews[0])
    asking = house.office.invite_of(interviews[1])
    assert owner and asking
    house.office.put_request(Request(invite=asking.id, at=now, words="I have taken another position."))
    refused = house.office.invite_of(interviews[2])
    assert refused
    house.office.put_request(Request(invite=refused.id, at=now, words="Please delete it."))
    own_data.refuse(house.program, refused.id, ADMIN, "Your application is under way; write to us to withdraw it.")
    steps = {
        "fresh": invited(house, name, "Noor Example")[1],
        "agreed": agreed(house, name, "Bo Example"),
        "talking": begun(house, name, "Chiara Example", ANSWER),
        "large": begun(house, name, "Dmitri Example", accommodation=Accommodation(presentation=Presentation.LARGE)),
        "left": begun(house, name, "Farid Example"),
        "done": tokens[0],
        "asked": tokens[1],
        "refused": tokens[2],
        "revoked": invited(house, name, "Iker Example", revoked_at=now)[1],
        "expired": invited(house, name, "Kavya Example", expires_at=now - timedelta(days=1))[1],
    }
    Reception(house.program, house.hall).trouble(_guest(house, steps["talking"]), "The page stood still for a minute.")
    criterion = scenario.criteria.passing[0].id
    found = Furnished(
        home=house.program.settings.home,
        position=name,
        question=first.id,
        criterion=criterion,
        invite=owner.id,
        asks_deletion=asking.id,
        interviews=tuple(interviews),
        advanced=interviews[-1],
        blind=next(
            f"{row.interview}/{item.target}"
            for row in house.results.rows(house.office.position(name), ADMIN)
            for item in reversed(row.waiting)
            if item.blind
        ),
        tokens=steps,
    )
    closed(house)
    return found


def _guest(house: House, token: str) -> Any:
    return Reception(house.program, house.hall).guest(token)
