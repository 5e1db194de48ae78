"""How the database came to its present form: named steps, applied once each, in this order.

A step describes the tables as they were then, in tables of its own, because `tables.py` moves on. A step that was
released is never changed: what comes later is a new step at the end of `STEPS`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy import Connection

Step = tuple[str, Callable[[Connection], None]]


def _first_release(connection: Connection) -> None:
    metadata = sa.MetaData()
    sa.Table(
        "scenario",
        metadata,
        sa.Column("sha256", sa.String(64), primary_key=True),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )
    sa.Table(
        "interview",
        metadata,
        sa.Column("id", sa.String(16), primary_key=True),
        sa.Column("scenario", sa.String(64), sa.ForeignKey("scenario.sha256"), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("length", sa.Integer, nullable=False),
        sa.Column("head", sa.String(64), nullable=False),
    )
    sa.Table(
        "event",
        metadata,
        sa.Column("interview", sa.String(16), sa.ForeignKey("interview.id"), primary_key=True),
        sa.Column("seq", sa.Integer, primary_key=True),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
    )
    metadata.create_all(connection, checkfirst=False)


def _body() -> sa.Column[bytes]:
    return sa.Column("body", sa.LargeBinary, nullable=False)


def _screening(connection: Connection) -> None:
    metadata = sa.MetaData()
    sa.Table("scenario", metadata, sa.Column("sha256", sa.String(64), primary_key=True))
    sa.Table("account", metadata, sa.Column("name", sa.String(40), primary_key=True), _body())
    sa.Table(
        "position",
        metadata,
        sa.Column("id", sa.String(40), primary_key=True),
        sa.Column("scenario", sa.String(64), sa.ForeignKey("scenario.sha256"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        _body(),
    )
    sa.Table(
        "invite",
        metadata,
        sa.Column("id", sa.String(40), primary_key=True),
        sa.Column("position", sa.String(40), sa.ForeignKey("position.id"), nullable=False, index=True),
        sa.Column("token_sha256", sa.String(64), nullable=False, unique=True),
        sa.Column("interview", sa.String(16), nullable=True, index=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        _body(),
    )
    sa.Table(
        "audit",
        metadata,
        sa.Column("seq", sa.Integer, primary_key=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("who", sa.String(40), nullable=False),
        sa.Column("deed", sa.String(40), nullable=False),
        sa.Column("subject", sa.String(40), nullable=False, index=True),
        sa.Column("target", sa.String(90), nullable=False),
    )
    sa.Table(
        "blind",
        metadata,
        sa.Column("interview", sa.String(16), primary_key=True),
        sa.Column("target", sa.String(90), primary_key=True),
        sa.Column("by", sa.String(40), primary_key=True),
        _body(),
    )
    invite = sa.Column("invite", sa.String(40), nullable=False, index=True)
    sa.Table("trouble", metadata, sa.Column("seq", sa.Integer, primary_key=True), invite, _body())
    sa.Table("request", metadata, sa.Column("invite", sa.String(40), primary_key=True), _body())
    metadata.create_all(connection, checkfirst=True)


STEPS: Final[tuple[Step, ...]] = (("0001_first_release", _first_release), ("0002_screening", _screening))

_APPLIED = sa.Table(
    "migration",
    sa.MetaData(),
    sa.Column("name", sa.String(80), primary_key=True),
    sa.Column("applied_at", sa.DateTime(timezone=True), nullable=False),
)


def applied(connection: Connection) -> frozenset[str]:
    """The names of the steps that this database has had."""
    if not sa.inspect(connection).has_table(_APPLIED.name):
        return frozenset()
    return frozenset(connection.execute(sa.select(_APPLIED.c.name)).scalars())


def migrate(connection: Connection, steps: Sequence[Step] = STEPS) -> None:
    """Apply the steps that are missing, in order, within the caller's transaction."""
    _APPLIED.create(connection, checkfirst=True)
    done = applied(connection)
    for name, step in steps:
        if name not in done:
            step(connection)
            connection.execute(sa.insert(_APPLIED).values(name=name, applied_at=datetime.now(UTC)))
