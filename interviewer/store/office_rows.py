"""Values of screening to rows and back; a row that holds none is told as damaged."""

from __future__ import annotations

from contextlib import suppress
from typing import TypeVar

from pydantic import ValidationError
from sqlalchemy import inspect
from sqlmodel import Session, select

from interviewer.core.errors import StoreError
from interviewer.core.values import Strict
from interviewer.screening.invite import Invite
from interviewer.screening.records import Entry
from interviewer.store.office_tables import (
    AccountRow,
    AuditRow,
    BlindRow,
    InviteRow,
    PositionRow,
    RequestRow,
    TroubleRow,
)
from interviewer.store.tables import ScenarioRow

V = TypeVar("V", bound=Strict)
Bodied = AccountRow | PositionRow | ScenarioRow | InviteRow | BlindRow | TroubleRow | RequestRow


def body_of(value: Strict) -> bytes:
    """What a row keeps of a value beside its keys."""
    return value.model_dump_json(by_alias=True).encode()


def value_of(kind: type[V], row: Bodied) -> V:
    """The value that a row keeps; raises StoreError, which names the row, for a damaged one."""
    try:
        return kind.model_validate_json(row.body)
    except ValidationError as error:
        raise _damaged(row) from error


def invite_row(one: Invite) -> InviteRow:
    """The row of an invitation."""
    return InviteRow(
        id=one.id,
        position=one.position,
        token_sha256=one.token_sha256,
        interview=one.interview,
        created_at=one.created_at,
        body=body_of(one),
    )


def invited_interviews(session: Session) -> frozenset[str]:
    """The interviews of all invited candidates, those that were set aside too."""
    found: set[str] = set()
    for row in session.exec(select(InviteRow)):
        found.update([row.interview] if row.interview else [])
        # A damaged invitation keeps nobody from an interview of their own.
        with suppress(StoreError):
            found.update(value_of(Invite, row).interviews)
    return frozenset(found)


def entry_of(row: AuditRow) -> Entry:
    """A line of the record; raises StoreError, which names the row, for a damaged one."""
    plain = {"at": row.at, "who": row.who, "deed": row.deed, "subject": row.subject, "target": row.target}
    try:
        return Entry.model_validate(plain)
    except ValidationError as error:
        raise _damaged(row) from error


def _damaged(row: Bodied | AuditRow) -> StoreError:
    key = ", ".join(str(part) for part in inspect(row).identity or ())
    return StoreError(
        f"The row {key!r} of the table {row.__tablename__!r} is damaged.",
        "Restore a backup with `interviewer restore`.",
    )
