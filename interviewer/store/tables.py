"""The rows of the database; they never leave this room.

What can be told from the events is not repeated in columns, apart from what finds and orders the rows.
"""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field, SQLModel

from interviewer.store.columns import Bytes, Moment, Text, Whole


class ScenarioRow(SQLModel, table=True):
    """A scenario as it was when an interview began: its canonical bytes under their hash."""

    __tablename__ = "scenario"

    sha256: str = Field(primary_key=True, sa_type=Text(64))
    body: bytes = Field(sa_type=Bytes)


class InterviewRow(SQLModel, table=True):
    """One interview, and how far its chain of events reached when the last one was stored."""

    __tablename__ = "interview"

    id: str = Field(primary_key=True, sa_type=Text(16))
    scenario: str = Field(foreign_key="scenario.sha256", sa_type=Text(64))
    started_at: datetime = Field(sa_type=Moment)
    length: int = Field(sa_type=Whole)
    head: str = Field(sa_type=Text(64))


class EventRow(SQLModel, table=True):
    """One event: the exact bytes that were hashed, and the hash that chains them to the row before."""

    __tablename__ = "event"

    interview: str = Field(primary_key=True, foreign_key="interview.id", sa_type=Text(16))
    seq: int = Field(primary_key=True, sa_type=Whole)
    kind: str = Field(sa_type=Text(40))
    version: int = Field(sa_type=Whole)
    at: datetime = Field(sa_type=Moment)
    body: bytes = Field(sa_type=Bytes)
    hash: str = Field(sa_type=Text(64))
