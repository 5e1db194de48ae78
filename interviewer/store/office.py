"""Screening's own tables: accounts, positions, invitations, and what was noted beside interviews."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Final

from sqlmodel import Session, col, delete, select

from interviewer.core.errors import NotFound, UsageError
from interviewer.core.scenario import Scenario
from interviewer.screening.accounts import Account
from interviewer.screening.invite import Invite
from interviewer.screening.position import Position
from interviewer.screening.records import BlindReading, Deed, Entry, Request, Trouble
from interviewer.screening.roles import Role
from interviewer.store.database import Database
from interviewer.store.office_rows import body_of, entry_of, invite_row, value_of
from interviewer.store.office_tables import (
    AccountRow,
    AuditRow,
    BlindRow,
    InviteRow,
    PositionRow,
    RequestRow,
    TroubleRow,
)
from interviewer.store.scenarios import drop_unused_scenarios, keep_scenario
from interviewer.store.tables import ScenarioRow

ENTRIES: Final = 200
"""Lines of the record that are read at once."""


class Office:
    """Everything that screening stores, apart from the interviews themselves.

    Every method raises StoreError when the file cannot be used or a row is damaged, and NotFound for an unknown id.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    # Accounts

    def accounts(self) -> tuple[Account, ...]:
        """All accounts, by name."""
        with self._database.reading() as session:
            rows = session.exec(select(AccountRow).order_by(col(AccountRow.name)))
            return tuple(value_of(Account, row) for row in rows)

    def account(self, name: str) -> Account | None:
        """The account of this name."""
        with self._database.reading() as session:
            row = session.get(AccountRow, name)
            return value_of(Account, row) if row else None

    def add_account(self, account: Account) -> None:
        """Store a new account; raises UsageError where the name is taken."""
        with self._database.writing() as session:
            if session.get(AccountRow, account.name) is not None:
                raise UsageError(f"There is an account {account.name!r} already.", "Choose another name.")
            session.add(AccountRow(name=account.name, body=body_of(account)))

    def change_account(self, name: str, change: Callable[[Account], Account]) -> Account:
        """Read, change and store an account, with nobody in between; UsageError where it was the last admin."""
        with self._database.writing() as session:
            row = _found_account(session, name)
            before = value_of(Account, row)
            changed = change(before)
            row.body = body_of(changed)
            if before.role is Role.ADMIN and changed.role is not Role.ADMIN:
                _keep_an_admin(session, name)
        return changed

    def remove_account(self, name: str) -> None:
        """Delete an account; what it did stays in the record under its name. UsageError where it is the last admin."""
        with self._database.writing() as session:
            row = _found_account(session, name)
            if value_of(Account, row).role is Role.ADMIN:
                _keep_an_admin(session, name)
            session.delete(row)

    # Positions

    def positions(self) -> tuple[Position, ...]:
        """All positions, the latest first."""
        with self._database.reading() as session:
            rows = session.exec(select(PositionRow).order_by(col(PositionRow.created_at).desc(), col(PositionRow.id)))
            return tuple(value_of(Position, row) for row in rows)

    def position(self, name: str) -> Position:
        """A position."""
        with self._database.reading() as session:
            return value_of(Position, _position(session, name))

    def scenario(self, sha256: str) -> Scenario:
        """The scenario that is stored under a hash."""
        with self._database.reading() as session:
            row = session.get(ScenarioRow, sha256)
            if row is None:
                raise NotFound(f"There is no scenario {sha256[:12]!r}.", "It may have been deleted with its position.")
            return value_of(Scenario, row)

    def add_position(self, position: Position, scenario: Scenario) -> None:
        """Store a new position with its scenario; raises UsageError where the id is taken."""
        with self._database.writing() as session:
            if session.get(PositionRow, position.id) is not None:
                raise UsageError(f"There is a position {position.id!r} already.", "Choose another name.")
            sha256 = keep_scenario(session, scenario)
            body = body_of(position.model_copy(update={"scenario_sha256": sha256, "scenario_id": scenario.id}))
            session.add(PositionRow(id=position.id, scenario=sha256, created_at=position.created_at, body=body))

    def change_position(
        self, name: str, change: Callable[[Position], Position], scenario: Scenario | None = None
    ) -> Position:
        """Read, change and store a position, with a new scenario where one is given."""
        with self._database.writing() as session:
            row = _position(session, name)
            changed = change(value_of(Position, row))
            if scenario is not None:
                row.scenario = keep_scenario(session, scenario)
                changed = changed.model_copy(update={"scenario_sha256": row.scenario, "scenario_id": scenario.id})
            row.body = body_of(changed)
            session.add(row)
            session.flush()
            drop_unused_scenarios(session)
        return changed

    # Invitations

    def add_invites(self, invites: Iterable[Invite]) -> None:
        """Store new invitations, all or none; NotFound where there is no such position."""
        rows = [invite_row(one) for one in invites]
        with self._database.writing() as session:
            for position in {one.position for one in rows}:
                _position(session, position)
            session.add_all(rows)

    def invites(self, position: str, *, previews: bool = False) -> tuple[Invite, ...]:
        """All invitations for a position, the latest first; with `previews`, a recruiter's own looks at it too."""
        query = select(InviteRow).where(InviteRow.position == position)
        with self._database.reading() as session:
            rows = session.exec(query.order_by(col(InviteRow.created_at).desc(), col(InviteRow.id)))
            found = [value_of(Invite, row) for row in rows]
        return tuple(one for one in found if previews or not one.preview)

    def invite(self, name: str) -> Invite:
        """An invitation by its id."""
        with self._database.reading() as session:
            return value_of(Invite, _invite(session, name))

    def invite_by_token(self, sha256: str) -> Invite | None:
        """The invitation whose token has this hash."""
        with self._database.reading() as session:
            row = session.exec(select(InviteRow).where(InviteRow.token_sha256 == sha256)).first()
            return value_of(Invite, row) if row else None

    def invite_of(self, interview: str) -> Invite | None:
        """The invitation whose interview in force this is."""
        with self._database.reading() as session:
            row = session.exec(select(InviteRow).where(InviteRow.interview == interview)).first()
            return value_of(Invite, row) if row else None

    def change_invite(self, name: str, change: Callable[[Invite], Invite]) -> Invite:
        """Read, change and store an invitation, with nobody in between."""
        with self._database.writing() as session:
            row = _invite(session, name)
            changed = change(value_of(Invite, row))
            row.token_sha256, row.interview, row.body = changed.token_sha256, changed.interview, body_of(changed)
            session.add(row)
        return changed

    def forget_invite(self, name: str) -> None:
        """Delete an invitation, and every word that was noted of it; its interviews are deleted by the store.

        Raises StoreBusy as `Store.delete` does: the rows are gone by then, and the words go at the next start.
        """
        with self._database.writing() as session:
            row = _invite(session, name)
            interviews = value_of(Invite, row).interviews
            session.exec(delete(TroubleRow).where(col(TroubleRow.invite) == name))
            session.exec(delete(RequestRow).where(col(RequestRow.invite) == name))
            session.exec(delete(BlindRow).where(col(BlindRow.interview).in_(interviews)))
            session.delete(row)
        self._database.erase(f"Invitation {name}")

    # What is noted

    def note(self, *entries: Entry) -> None:
        """Add lines to the record of who did what."""
        with self._database.writing() as session:
            session.add_all(AuditRow(**one.model_dump()) for one in entries)

    def entries(
        self,
        *,
        before: int | None = None,
        subjects: Sequence[str] = (),
        deeds: Sequence[Deed] = (),
        who: str = "",
        most: int = ENTRIES,
    ) -> tuple[tuple[int, Entry], ...]:
        """The latest lines of the record with their numbers, the latest first; `before` a number, of some subjects.

        `deeds` and `who` leave out all others, where they are given; at most `most` lines are read.
        """
        query = select(AuditRow).order_by(col(AuditRow.seq).desc()).limit(most)
        if deeds:
            query = query.where(col(AuditRow.deed).in_(deeds))
        if who:
            query = query.where(AuditRow.who == who)
        if before is not None:
            query = query.where(col(AuditRow.seq) < before)
        if subjects:
            query = query.where(col(AuditRow.subject).in_(subjects))
        with self._database.reading() as session:
            return tuple((row.seq or 0, entry_of(row)) for row in session.exec(query))

    def add_blind(self, reading: BlindReading) -> bool:
        """Keep a blind reading; False where this person had read the finding before: the first stands."""
        key = (reading.interview, reading.target, reading.by)
        with self._database.writing() as session:
            if session.get(BlindRow, key) is not None:
                return False
            session.add(BlindRow(interview=key[0], target=key[1], by=key[2], body=body_of(reading)))
        return True

    def blinds(self, interviews: Sequence[str] | None = None) -> tuple[BlindReading, ...]:
        """The blind readings of some interviews, or of all."""
        query = select(BlindRow)
        if interviews is not None:
            query = query.where(col(BlindRow.interview).in_(interviews))
        with self._database.reading() as session:
            rows = session.exec(query)
            return tuple(value_of(BlindReading, row) for row in rows)

    def add_trouble(self, trouble: Trouble) -> None:
        """Keep what broke for a candidate."""
        with self._database.writing() as session:
            session.add(TroubleRow(invite=trouble.invite, body=body_of(trouble)))

    def troubles(self, invite: str) -> tuple[Trouble, ...]:
        """What broke for a candidate, in order."""
        query = select(TroubleRow).where(TroubleRow.invite == invite).order_by(col(TroubleRow.seq))
        with self._database.reading() as session:
            return tuple(value_of(Trouble, row) for row in session.exec(query))

    def troubled(self, invites: Sequence[str]) -> Counter[str]:
        """How often something broke for these candidates, by invitation."""
        query = select(TroubleRow.invite).where(col(TroubleRow.invite).in_(invites))
        with self._database.reading() as session:
            return Counter(session.exec(query))

    def put_request(self, request: Request) -> None:
        """Keep a request to delete, or the answer to it."""
        with self._database.writing() as session:
            session.merge(RequestRow(invite=request.invite, body=body_of(request)))

    def requests(self) -> tuple[Request, ...]:
        """All requests to delete, the latest first."""
        with self._database.reading() as session:
            found = [value_of(Request, row) for row in session.exec(select(RequestRow))]
        return tuple(sorted(found, key=lambda one: one.at, reverse=True))


def _found_account(session: Session, name: str) -> AccountRow:
    row = session.get(AccountRow, name)
    if row is None:
        raise NotFound(f"There is no account {name[:40]!r}.", "`interviewer user list` shows all of them.")
    return row


def _keep_an_admin(session: Session, leaving: str) -> None:
    others = session.exec(select(AccountRow).where(col(AccountRow.name) != leaving))
    if not any(value_of(Account, row).role is Role.ADMIN for row in others):
        raise UsageError(
            f"{leaving!r} is the last admin, and an office needs one.",
            "Make another account an admin first: `interviewer user role NAME admin`.",
        )


def _position(session: Session, name: str) -> PositionRow:
    row = session.get(PositionRow, name)
    if row is None:
        raise NotFound(f"There is no position {name[:40]!r}.", "The list of positions shows all of them.")
    return row


def _invite(session: Session, name: str) -> InviteRow:
    row = session.get(InviteRow, name)
    if row is None:
        raise NotFound(f"There is no invitation {name[:40]!r}.", "It may have been deleted.")
    return row
