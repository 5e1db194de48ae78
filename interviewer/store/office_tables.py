"""The rows of screening; they never leave this room. What is not looked up by is in `body`, as JSON."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field, SQLModel

from interviewer.store.columns import Bytes, Moment, Text


class AccountRow(SQLModel, table=True):
    """Somebody who may sign in."""

    __tablename__ = "account"

    name: str = Field(primary_key=True, sa_type=Text(40))
    body: bytes = Field(sa_type=Bytes)


class PositionRow(SQLModel, table=True):
    """A position; its scenario lies where those of interviews lie."""

    __tablename__ = "position"

    id: str = Field(primary_key=True, sa_type=Text(40))
    scenario: str = Field(foreign_key="scenario.sha256", sa_type=Text(64))
    created_at: datetime = Field(sa_type=Moment)
    body: bytes = Field(sa_type=Bytes)


class InviteRow(SQLModel, table=True):
    """An invitation, found by the hash of its token or by the interview in force."""

    __tablename__ = "invite"

    id: str = Field(primary_key=True, sa_type=Text(40))
    position: str = Field(foreign_key="position.id", index=True, sa_type=Text(40))
    token_sha256: str = Field(unique=True, sa_type=Text(64))
    interview: str | None = Field(default=None, index=True, sa_type=Text(16))
    created_at: datetime = Field(sa_type=Moment)
    body: bytes = Field(sa_type=Bytes)


class AuditRow(SQLModel, table=True):
    """One line of the record of who did what."""

    __tablename__ = "audit"

    seq: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(sa_type=Moment)
    who: str = Field(sa_type=Text(40))
    deed: str = Field(sa_type=Text(40))
    subject: str = Field(default="", index=True, sa_type=Text(40))
    target: str = Field(default="", sa_type=Text(90))


class BlindRow(SQLModel, table=True):
    """A reading before the machine's verdict was seen: one for each person and finding."""

    __tablename__ = "blind"

    interview: str = Field(primary_key=True, sa_type=Text(16))
    target: str = Field(primary_key=True, sa_type=Text(90))
    by: str = Field(primary_key=True, sa_type=Text(40))
    body: bytes = Field(sa_type=Bytes)


class TroubleRow(SQLModel, table=True):
    """Something broke for a candidate."""

    __tablename__ = "trouble"

    seq: int | None = Field(default=None, primary_key=True)
    invite: str = Field(index=True, sa_type=Text(40))
    body: bytes = Field(sa_type=Bytes)


class RequestRow(SQLModel, table=True):
    """A request to delete everything of a candidate: one for each invitation."""

    __tablename__ = "request"

    invite: str = Field(primary_key=True, sa_type=Text(40))
    body: bytes = Field(sa_type=Bytes)
