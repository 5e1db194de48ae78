"""The demo: one position with twelve simulated candidates, marked as such, so that the pages have something to show.

It is made once. A later start finds what is there, makes what an interrupted one left out, and leaves alone whatever
people have changed or deleted since.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Final

from interviewer.bootstrap import Program
from interviewer.core.events import Ended, Event, Started
from interviewer.core.fingerprint import scenario_sha256
from interviewer.evaluation.cases import digest
from interviewer.evaluation.rehearsal import candidates as manner
from interviewer.evaluation.rehearsal.candidates import Character
from interviewer.evaluation.rehearsal.material import Material
from interviewer.hosting.inviting import fresh_link
from interviewer.hosting.passwords import Passwords
from interviewer.hosting.people import Person
from interviewer.hosting.simulated import Setting, Simulated, hold, started
from interviewer.library import Library, content
from interviewer.library.casefiles import read_cases, read_manners
from interviewer.screening.accounts import Account
from interviewer.screening.invite import VALID_FOR, Invite
from interviewer.screening.notice import Notice, notice, time_factor
from interviewer.screening.position import Place, Position, Settings
from interviewer.screening.records import PROGRAM, Deed, Entry
from interviewer.screening.roles import Role

Tell = Callable[[str], None]
"""Is told each line for the terminal."""

NAME: Final = "demo"
"""Id of the position, and name of the account."""
SCENARIO: Final = "junior-backend"
AGO: Final = timedelta(days=10)
"""The position was made so long ago, to all appearance."""
INVITED_AFTER: Final = timedelta(minutes=40)
OPENED_BEFORE: Final = timedelta(minutes=6)
AGREED_BEFORE: Final = timedelta(minutes=2)
"""The link is opened, and the notice agreed to, so long before the interview begins."""
SETTINGS: Final = {
    "title": "Junior backend developer (demo)",
    "company": "Example Company",
    "contact": "Ada Example, ada@example.org",
    "help_allowed": "Your own notes and the documentation of your language. No other person and no AI.",
    "retention_days": 365,
    "places": (Place.ELSEWHERE,),
}

PEOPLE: Final = (
    Simulated("Amara N.", manner.HintSeeker, 1, time(9, 12)),
    Simulated("Bo L.", manner.Quitter, 1, time(17, 41)),
    Simulated("Chiara D.", manner.OffTopic, 2, time(8, 3)),
    Simulated(
        "Dmitri V.",
        manner.EverythingAtOnce,
        2,
        time(18, 30),
        advance="Simulated decision: the answers hold up in review.",
    ),
    Simulated("Eun-ji K.", manner.EndlessClarifier, 9, time(19, 5), leaves_after=12),
    Simulated(
        "Farid H.",
        manner.SelfContradicting,
        3,
        time(12, 26),
        contests="Simulated reason: I took something back and then put it right. Please read my last words on it.",
    ),
    Simulated("Greta S.", manner.Injector, 4, time(20, 17), pastes=True),
    Simulated(
        "Hinemoa T.",
        manner.Rambling,
        4,
        time(7, 48),
        leaves_after=9,
        away=timedelta(hours=5, minutes=22),
        comment="Simulated comment: much beside the question, but the answers are in there. Read before deciding.",
    ),
    Simulated("Iker Z.", manner.Argumentative, 5, time(10, 9)),
    Simulated("Jamila O.", manner.Strong, 6, time(16, 54)),
    Simulated("Kavya R.", None, 7, time(9, 30)),
    Simulated("Linh P.", manner.Thin, 8, time(13, 37)),
)
"""All twelve, by name; one has not begun, and one has left in the middle and not come back yet."""


def seed(program: Program, tell: Tell) -> Position:
    """The demo's position with its candidates, made as far as it is not there.

    Whoever stops it loses nothing: each interview is stored whole, and the next start makes those that are missing.
    Raises StoreError, and what keeps a judge from judging.
    """
    position = next((one for one in program.office.positions() if one.demo), None) or _make(program)
    _invite(program, position)
    there = {one.id: one for one in program.office.invites(position.id) if one.simulated}
    waiting = [
        (number, person, there[_id(number)])
        for number, person in enumerate(PEOPLE, 1)
        if _id(number) in there and _waits(there[_id(number)])
    ]
    missing = any(person.character for _, person, _ in waiting)
    # Other questions than the packaged ones have no answers that could be given.
    if not missing or position.scenario_sha256 != scenario_sha256(Library().get(SCENARIO)):
        tell(f"The demo is there: {len(there)} simulated candidates.")
        return position
    tell(f"Making the demo: {len(PEOPLE)} simulated candidates are interviewed, which takes about a minute.")
    tell("Stopping it (Ctrl+C) loses nothing: the next start goes on with it.")
    making = _Making(program, position)
    for number, person, invite in waiting:
        tell(f"{number} of {len(PEOPLE)}: {invite.name}{'' if person.character else ', who is only invited'}")
        if person.character:
            making.interview(person, person.character, invite)
    tell("The demo is made; everybody in it is marked as simulated.")
    return position


def _waits(invite: Invite) -> bool:
    """Whether nobody has begun an interview with it, nor revoked it."""
    return not invite.interviews and invite.revoked_at is None


def _id(number: int) -> str:
    """Ids tell nothing of who it is: they are seen where names are not."""
    return f"{NAME}-{number:02}"


def _make(program: Program) -> Position:
    scenario = Library().get(SCENARIO)
    questions = tuple(one.id for one in scenario.questions)
    now = program.clock.now()
    position = Position(
        id=NAME,
        settings=Settings.model_validate({**SETTINGS, "questions": questions}),
        scenario_id=scenario.id,
        scenario_sha256=scenario_sha256(scenario),
        demo=True,
        created_at=now - AGO,
        created_by=PROGRAM,
    )
    program.office.add_position(position, scenario)
    program.office.note(Entry(at=now, who=PROGRAM, deed=Deed.POSITION_MADE, subject=NAME))
    return program.office.position(NAME)


def _invite(program: Program, position: Position) -> None:
    """Invite those who are missing; whoever was deleted, by a person or because time was up, stays deleted."""
    ids = [_id(number) for number, _ in enumerate(PEOPLE, 1)]
    there = {one.id for one in program.office.invites(position.id)}
    gone = program.office.entries(subjects=ids, deeds=(Deed.DELETED, Deed.RETENTION_ENDED))
    known = there | {entry.subject for _, entry in gone}
    missing = [
        _invitation(position, name, person) for name, person in zip(ids, PEOPLE, strict=True) if name not in known
    ]
    if missing:
        now = program.clock.now()
        program.office.add_invites(missing)
        program.office.note(
            *(Entry(at=now, who=PROGRAM, deed=Deed.INVITED, subject=one.id, target=position.id) for one in missing)
        )


def _invitation(position: Position, name: str, person: Simulated) -> Invite:
    """An invitation to which nobody has the link."""
    # Whoever has not begun was invited late, so that the link is still good for a while.
    after = timedelta(days=0 if person.character else person.day)
    at = position.created_at + after + INVITED_AFTER
    expires = datetime.combine((at + VALID_FOR).date() + timedelta(days=1), time(0), UTC)
    called = Person(f"Simulated: {person.name}")
    return fresh_link(position, called, expires, at, PROGRAM, id=name, simulated=True).invite


class _Making:
    """Makes the interviews that are missing."""

    def __init__(self, program: Program, position: Position) -> None:
        self._program = program
        self._position = position
        team = program.team()
        team.judge.check()
        team.reader.check()
        scenario = program.office.scenario(position.scenario_sha256)
        folder = content("evals")
        cases = read_cases([folder / "golden" / f"{SCENARIO}.jsonl"], {scenario.id: scenario})
        manners = read_manners(folder / "candidates" / "lines.yaml")
        self._setting = Setting(team, scenario, Material(scenario, cases), manners)
        self._stored = {one.started_at: one.id for one in program.store.list()}

    def interview(self, person: Simulated, character: type[Character], invite: Invite) -> None:
        """Hold and store a whole interview, and only then let the invitation have it."""
        told = notice(self._position, self._setting.scenario, invite)
        begin = self._begin(person, invite)
        # One that was stored just before an earlier start was stopped.
        name = self._stored.get(begin.at)
        if name:
            events: Sequence[Event] = self._program.store.open(name).events
        else:
            events = hold(person, character, self._setting, begin, told.version)
            name = self._program.store.begin(self._setting.scenario, begin, *events[1:]).interview
        self._link(invite, name, events, told)

    def _begin(self, person: Simulated, invite: Invite) -> Started:
        made = self._position.created_at
        at = datetime.combine(made.date() + timedelta(days=person.day), person.at, UTC)
        # To the microsecond, so that no other interview began at the same time.
        at = at.replace(second=made.second, microsecond=made.microsecond)
        factor = time_factor(self._position, invite)
        salt = digest([self._position.scenario_sha256, invite.name])[:16]
        return started(self._setting, at, self._position.settings.questions, factor, salt)

    def _link(self, invite: Invite, name: str, events: Sequence[Event], told: Notice) -> None:
        begun = events[0].at
        has = {
            "interviews": (name,),
            "seen_at": begun - OPENED_BEFORE,
            "notice": told.version,
            "notice_text": told.text,
            "consented_at": begun - AGREED_BEFORE,
            "ended_at": next((one.at for one in events if isinstance(one, Ended)), None),
        }
        self._program.office.change_invite(invite.id, lambda one: one.model_copy(update=has))


def account(program: Program, passwords: Passwords, tell: Tell, *, local: bool) -> None:
    """An account to look around with, where only this machine can reach the pages (`local`); its password is told once.

    Raises StoreError.
    """
    if not local:
        tell("There is no account for the demo, because other machines can reach these pages.")
        return
    if program.office.account(NAME) is not None:
        tell(f"Sign in as {NAME}; `interviewer user password {NAME}` sets another password.")
        return
    password, now = secrets.token_urlsafe(12), program.clock.now()
    program.office.add_account(
        Account(
            name=NAME,
            role=Role.REVIEWER,
            password=passwords.hash(password),
            created_at=now,
            # Not zero: a session of a removed account must not come alive again with a new one of the same name.
            epoch=int(now.timestamp()),
        )
    )
    program.office.note(Entry(at=now, who=PROGRAM, deed=Deed.ACCOUNT_ADDED, target=NAME))
    tell(f"Sign in as {NAME} with the password {password} (told only now).")
    tell("For an account of your own: interviewer user add NAME --role admin")
