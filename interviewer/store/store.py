"""Every interview on this machine: begun, opened, listed, verified, exported and deleted here."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final

from sqlmodel import Session, col, delete, select

from interviewer.core.errors import DamagedLog, IllegalEvent, NotFound, StoreTooNew
from interviewer.core.events import Event, Started
from interviewer.core.fingerprint import scenario_sha256
from interviewer.core.scenario import Scenario
from interviewer.store.chain import GENESIS, Row, row_of
from interviewer.store.database import BUSY_SECONDS, Database
from interviewer.store.examine import Examined, examine, summaries, unfinished
from interviewer.store.log import StoredLog
from interviewer.store.migrations import STEPS, Step
from interviewer.store.office_rows import invited_interviews
from interviewer.store.records import StoredInterview, Summary, Verification
from interviewer.store.scenarios import drop_unused_scenarios, keep_scenario
from interviewer.store.tables import EventRow, InterviewRow

EXPORT_SCHEMA: Final = "interviewer.export/1"
MIN_HEAD: Final = 8
"""A head may be given short, with at least so many hex digits."""

_LETTERS: Final = "23456789abcdefghjkmnpqrstuvwxyz"
"""Digits and letters that nobody mistakes for one another."""


class Store:
    """The interviews in one database file; opened, and brought up to date, at the first use.

    Every method raises StoreError (StoreBusy, StoreTooNew) when the file cannot be used, and NotFound when no
    interview, or more than one, has the id or the beginning of an id that was given.
    """

    def __init__(self, path: Path, *, busy_seconds: float = BUSY_SECONDS, steps: Sequence[Step] = STEPS) -> None:
        self._database = Database(path, busy_seconds=busy_seconds, steps=steps)

    @property
    def database(self) -> Database:
        """The file, for the other tables in it."""
        return self._database

    def begin(self, scenario: Scenario, started: Started, *further: Event) -> StoredLog:
        """Store a new interview with its first events and its copy of the scenario, all or nothing."""
        sha256 = scenario_sha256(scenario)
        if started.scenario_sha256 != sha256:
            raise IllegalEvent("the interview starts with another scenario than the one that was given")
        with self._database.writing() as session:
            keep_scenario(session, scenario)
            interview = _new_id(session)
            rows = _chained(interview, (started, *further))
            length, head = rows[-1].seq, rows[-1].hash
            session.add(InterviewRow(id=interview, scenario=sha256, started_at=started.at, length=length, head=head))
            session.flush()
            session.add_all(EventRow(interview=interview, **asdict(row)) for row in rows)
        return StoredLog(self._database, interview, length, head)

    def open(self, name: str) -> StoredInterview:
        """Read an interview by its id or the beginning of it; raises DamagedLog when its chain does not hold."""
        with self._reading(name) as session:
            stored = _find(session, name)
            found = examine(session, stored)
        if found.problem or found.scenario is None:
            raise DamagedLog(
                f"The log of interview {stored.id} is damaged: {found.problem}.",
                f"`interviewer interviews export {stored.id}` saves what is left of it.",
            )
        chain = found.chain
        log = StoredLog(self._database, stored.id, chain.length, chain.head)
        return StoredInterview(stored.id, found.scenario, found.events, log, chain.length, chain.head)

    def tip(self, interview: str) -> tuple[int, str]:
        """How long the log of an interview is, by its whole id, and the hash of its last row; nothing else is read."""
        with self._reading(interview) as session:
            row = session.get(InterviewRow, interview)
            if row is None:
                raise _unknown(interview)
            return row.length, row.head

    def tips(self, interviews: Sequence[str]) -> dict[str, tuple[int, str]]:
        """The same of many interviews at once; those that there are not are left out."""
        if not self._database.exists():
            return {}
        query = select(InterviewRow).where(col(InterviewRow.id).in_(interviews))
        with self._database.reading() as session:
            return {row.id: (row.length, row.head) for row in session.exec(query)}

    def list(self) -> tuple[Summary, ...]:
        """All interviews, the latest first; a damaged one says so and hides no other."""
        if not self._database.exists():
            return ()
        with self._database.reading() as session:
            return tuple(sorted(summaries(session), key=lambda one: one.started_at, reverse=True))

    def latest_unfinished(self) -> str | None:
        """Id of the sound interview that was spoken in last and has not ended; never one of an invited candidate."""
        if not self._database.exists():
            return None
        with self._database.reading() as session:
            invited = invited_interviews(session)
            for stored in unfinished(session):
                if stored.id in invited:
                    continue
                with suppress(StoreTooNew):
                    if not examine(session, stored).problem:
                        return stored.id
        return None

    def verify(self, name: str, head: str | None = None) -> Verification:
        """Whether the rows of an interview are those that were stored.

        With `head`, the hash printed on a receipt, a report or an export (or its first digits): whether the rows up
        to that one are still what they were then. Rows that were appended since are no fault.
        """
        with self._reading(name) as session:
            found = examine(session, _find(session, name))
        verdict = Verification(not found.problem, found.chain.length, found.chain.head, found.problem)
        if head is None or found.problem:
            return verdict
        wanted = head.strip().lower()
        for row in reversed(found.rows):
            if len(wanted) >= MIN_HEAD and row.hash.startswith(wanted):
                return replace(verdict, matched=row.seq)
        problem = f"no row has the head {head[:64]!r}: rows were cut, or written anew, since it was printed"
        return replace(verdict, ok=False, problem=problem)

    def export(self, name: str) -> dict[str, Any]:
        """Everything that is stored of an interview, as plain data for JSON; of a damaged one, what is left."""
        with self._reading(name) as session:
            stored = _find(session, name)
            found = examine(session, stored)
        return {
            "schema": EXPORT_SCHEMA,
            "interview": stored.id,
            "sound": not found.problem,
            "problem": found.problem,
            "length": found.chain.length,
            "head": found.chain.head,
            "scenario_sha256": stored.scenario,
            "scenario": json.loads(found.scenario_body) if found.scenario else None,
            "events": [_exported(found, number, row) for number, row in enumerate(found.rows)],
        }

    def delete(self, name: str) -> str:
        """Delete an interview for good, and its copy of the scenario unless another interview needs it.

        Returns the interview's id. Raises StoreBusy when another process keeps the words in the write-ahead log;
        the rows are gone by then, and the words go when the store is next opened.
        """
        with self._reading(name) as session:
            interview = _find(session, name).id
        with self._database.writing() as session:
            _find(session, interview)
            session.exec(delete(EventRow).where(col(EventRow.interview) == interview))
            session.exec(delete(InterviewRow).where(col(InterviewRow.id) == interview))
            session.flush()
            drop_unused_scenarios(session)
        self._database.erase(f"Interview {interview}")
        return interview

    @contextmanager
    def _reading(self, name: str) -> Iterator[Session]:
        if not self._database.exists():
            raise _unknown(name)
        with self._database.reading() as session:
            yield session

    def close(self) -> None:
        """Let go of the file; the next use opens it again."""
        self._database.close()


def _chained(interview: str, events: Iterable[Event]) -> list[Row]:
    """The rows of an interview's first events."""
    rows: list[Row] = []
    for event in events:
        rows.append(row_of(event, interview, len(rows) + 1, rows[-1].hash if rows else GENESIS))
    return rows


def _plain(name: str) -> str:
    """An id as it is compared: people leave out the hyphen, and use capitals."""
    return name.strip().lower().replace("-", "")


def _find(session: Session, name: str) -> InterviewRow:
    exact = session.get(InterviewRow, name)
    if exact is not None:
        return exact
    interviews = {one.id: one for one in session.exec(select(InterviewRow))}
    wanted = _plain(name)
    fitting = [one for one in interviews if wanted and _plain(one).startswith(wanted)]
    if len(fitting) == 1:
        return interviews[fitting[0]]
    if fitting:
        raise NotFound(f"{name!r} is the beginning of several interviews: {_some(fitting)}.", "Give more of the id.")
    raise _unknown(name, interviews)


def _unknown(name: str, known: Iterable[str] = ()) -> NotFound:
    near = get_close_matches(name, list(known), n=3, cutoff=0.5)
    hint = f" Near it: {_some(near)}." if near else ""
    return NotFound(f"There is no interview {name[:40]!r}.{hint}", "`interviewer interviews list` shows all of them.")


def _some(names: Sequence[str]) -> str:
    return ", ".join(sorted(names)[:5]) + (", ..." if len(names) > 5 else "")


def _new_id(session: Session) -> str:
    while True:
        letters = "".join(secrets.choice(_LETTERS) for _ in range(8))
        name = f"{letters[:4]}-{letters[4:]}"
        if session.get(InterviewRow, name) is None:
            return name


def _exported(found: Examined, number: int, row: Row) -> dict[str, Any]:
    event = found.events[number].model_dump(mode="json") if number < len(found.events) else None
    return {
        "seq": row.seq,
        "kind": row.kind,
        "version": row.version,
        "body": row.body.decode(errors="replace"),
        "hash": row.hash,
        "event": event,
    }
