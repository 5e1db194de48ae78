"""Rows and events: the bytes that are stored, the hashes that chain them, and the reading of old versions."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, get_args

from interviewer.core.errors import StoreTooNew
from interviewer.core.events import EVENT, Event

GENESIS: Final = "0" * 64
"""Stands for the hash before the first row."""

KINDS: Final = frozenset(one.model_fields["kind"].default for one in get_args(get_args(Event)[0]))
"""The kinds of event that this program knows."""

VERSIONS: Final[Mapping[str, int]] = {}
"""The present version of each kind of event, where it is not 1."""

Upcast = Callable[[dict[str, Any]], dict[str, Any]]
UPCASTS: Final[Mapping[tuple[str, int], Upcast]] = {}
"""How an event of a kind and version becomes one of the next version; rows are never rewritten."""


@dataclass(frozen=True, slots=True)
class Row:
    """What the chain of an interview holds of one event."""

    seq: int
    kind: str
    version: int
    at: datetime
    body: bytes
    hash: str


@dataclass(frozen=True, slots=True)
class Chain:
    """How far the rows of an interview hold together, and what is wrong with the first that does not."""

    length: int
    head: str
    problem: str


def link(previous: str, interview: str, seq: int, kind: str, version: int, body: bytes) -> str:
    """The hash of a row: SHA-256, in hex, over six netstrings (so that no field can pass for its neighbour).

    They are the hash of the row before (`GENESIS` for the first), the interview's id, the row's number, the event's
    kind and version, and the body.
    """
    digest = hashlib.sha256()
    for field in (previous.encode(), interview.encode(), str(seq).encode(), kind.encode(), str(version).encode(), body):
        digest.update(b"%d:%s," % (len(field), field))
    return digest.hexdigest()


def row_of(event: Event, interview: str, seq: int, previous: str) -> Row:
    """The row that stores an event as number `seq` after the hash `previous`."""
    body = EVENT.dump_json(event)
    version = VERSIONS.get(event.kind, 1)
    return Row(seq, event.kind, version, event.at, body, link(previous, interview, seq, event.kind, version, body))


def event_of(
    row: Row, versions: Mapping[str, int] = VERSIONS, upcasts: Mapping[tuple[str, int], Upcast] = UPCASTS
) -> Event:
    """The event that a row holds, brought to the present version.

    Raises StoreTooNew for a version (or kind) that this program does not know yet, ValueError for a body that is
    not such an event.
    """
    present = versions.get(row.kind, 1)
    if row.version > present or row.kind not in KINDS:
        raise StoreTooNew(
            f"Row {row.seq} was written by a newer version of this program ({row.kind}, version {row.version}).",
            "Upgrade with `pip install --upgrade quoted-interviewer`.",
        )
    if row.version == present:
        event = EVENT.validate_json(row.body)
    else:
        plain = json.loads(row.body)
        for version in range(row.version, present):
            plain = upcasts[row.kind, version](plain)
        event = EVENT.validate_python(plain)
    if event.kind != row.kind or event.at != row.at:
        raise ValueError("its columns are not those of its event")
    return event


def follow(interview: str, rows: Iterable[Row]) -> Chain:
    """Walk the chain of an interview; stops at the first row that does not hold."""
    length, head = 0, GENESIS
    for row in rows:
        if row.seq != length + 1:
            return Chain(length, head, f"row {length + 1} is missing: after row {length} comes row {row.seq}")
        if link(head, interview, row.seq, row.kind, row.version, row.body) != row.hash:
            return Chain(length, head, f"row {row.seq} was changed, or stands where another row was")
        length, head = row.seq, row.hash
    return Chain(length, head, "" if length else "row 1 is missing: there are no rows")
