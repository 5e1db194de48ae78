"""Reading an interview back: its rows, its scenario, and the first thing about them that does not hold."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from typing import Final

from pydantic import ValidationError
from sqlmodel import Session, col, select

from interviewer.core.errors import StoreTooNew
from interviewer.core.events import Event, Started
from interviewer.core.scenario import Scenario
from interviewer.store.chain import Chain, Row, event_of, follow
from interviewer.store.records import Summary
from interviewer.store.tables import EventRow, InterviewRow, ScenarioRow

_SCENARIOS: Final = 16
"""So many scenarios that were read are kept; reading one takes longer than reading the log of an interview."""
_CHANGED_COPY: Final = "its copy of the scenario was changed or is missing"


@dataclass(frozen=True, slots=True)
class Examined:
    """Everything that is stored of one interview; `problem` is empty when all of it holds together."""

    chain: Chain
    rows: tuple[Row, ...]
    events: tuple[Event, ...]
    scenario: Scenario | None
    scenario_body: bytes
    problem: str


def _row(stored: EventRow) -> Row:
    return Row(stored.seq, stored.kind, stored.version, stored.at, stored.body, stored.hash)


def rows_of(session: Session, interview: str) -> tuple[Row, ...]:
    """The rows of an interview, in order."""
    query = select(EventRow).where(col(EventRow.interview) == interview).order_by(col(EventRow.seq))
    return tuple(_row(stored) for stored in session.exec(query))


def _all_rows(session: Session) -> Iterator[tuple[str, Row]]:
    query = select(EventRow).order_by(col(EventRow.interview), col(EventRow.seq))
    for stored in session.exec(query.execution_options(yield_per=500)):
        yield stored.interview, _row(stored)


def _events(rows: Sequence[Row]) -> tuple[tuple[Event, ...], str]:
    """The events of rows whose hashes hold, up to the first that is none, and what is wrong with that one."""
    events: list[Event] = []
    for row in rows:
        try:
            events.append(event_of(row))
        except ValidationError as error:
            return tuple(events), f"row {row.seq} is not a valid event ({error.errors()[0]['msg']})"
        except (ValueError, KeyError) as error:
            return tuple(events), f"row {row.seq} is not a valid event ({error})"
    return tuple(events), ""


@lru_cache(maxsize=_SCENARIOS)
def _scenario(body: bytes, sha256: str) -> tuple[Scenario | None, str]:
    """The copy of a scenario, read once for all interviews that hold the same bytes."""
    if hashlib.sha256(body).hexdigest() != sha256:
        return None, _CHANGED_COPY
    try:
        return Scenario.model_validate_json(body), ""
    except ValidationError as error:
        return None, f"its copy of the scenario cannot be read ({error.errors()[0]['msg']})"


def _cut(stored: InterviewRow, chain: Chain) -> str:
    """What is wrong when all rows hold, and yet are not those that were counted when the last one was stored."""
    if chain.length < stored.length:
        return f"row {chain.length + 1} is missing: {stored.length} rows were stored, {chain.length} are there"
    if chain.length > stored.length:
        return f"row {stored.length + 1} was added: {stored.length} rows were stored, {chain.length} are there"
    if chain.head != stored.head:
        return f"row {chain.length} is not the one that was stored last"
    return ""


def _started(events: Sequence[Event], stored: InterviewRow) -> str:
    if not isinstance(events[0], Started):
        return "row 1 does not start an interview"
    if events[0].scenario_sha256 != stored.scenario:
        return "it is tied to another scenario than the one that it began with"
    if events[0].at != stored.started_at:
        return "it is said to have started at another time than it did"
    return ""


def examine(session: Session, stored: InterviewRow) -> Examined:
    """Read an interview whole; raises StoreTooNew when a newer version of the program wrote its rows."""
    rows = rows_of(session, stored.id)
    chain = follow(stored.id, rows)
    events, unreadable = _events(rows[: chain.length])
    copy = session.get(ScenarioRow, stored.scenario)
    body = copy.body if copy else b""
    scenario, unusable = _scenario(body, stored.scenario)
    problem = chain.problem or unreadable or _cut(stored, chain) or _started(events, stored) or unusable
    return Examined(chain, rows, events, scenario, body, problem)


def unfinished(session: Session) -> Sequence[InterviewRow]:
    """The interviews whose last row is there and that have not ended, the last spoken in first."""
    ended = select(EventRow.interview).where(EventRow.kind == "ended")
    last = (col(EventRow.interview) == col(InterviewRow.id)) & (col(EventRow.seq) == col(InterviewRow.length))
    query = select(InterviewRow).join(EventRow, last).where(col(InterviewRow.id).not_in(ended))
    return session.exec(query.order_by(col(EventRow.at).desc())).all()


def summaries(session: Session) -> Iterator[Summary]:
    """One summary for each interview: every hash is checked, but only what the list shows is read."""
    stored = {one.id: one for one in session.exec(select(InterviewRow))}
    titles: dict[str, str] = {}
    for interview, group in groupby(_all_rows(session), key=itemgetter(0)):
        row = stored.pop(interview, None)
        if row is not None:
            yield _summary(session, row, tuple(one for _, one in group), titles)
    for row in stored.values():
        yield Summary(row.id, row.started_at, row.started_at, problem=follow(row.id, ()).problem)


def _summary(session: Session, stored: InterviewRow, rows: tuple[Row, ...], titles: dict[str, str]) -> Summary:
    chain = follow(stored.id, rows)
    problem = chain.problem or _cut(stored, chain)
    known = Summary(
        stored.id, stored.started_at, rows[-1].at, ended=any(row.kind == "ended" for row in rows), problem=problem
    )
    try:
        started = event_of(rows[0])
    except (StoreTooNew, ValueError, KeyError) as error:
        return replace(known, problem=problem or f"row 1 cannot be read ({error})".replace("\n", " "))
    problem = problem or _started((started,), stored)
    if not isinstance(started, Started):
        return replace(known, problem=problem)
    if stored.scenario not in titles:
        copy = session.get(ScenarioRow, stored.scenario)
        titles[stored.scenario] = _title(copy.body if copy else b"", stored.scenario)
    return replace(
        known,
        scenario_id=started.scenario_id,
        title=titles[stored.scenario],
        mode=started.mode,
        questions=started.questions,
        problem=problem or ("" if titles[stored.scenario] else _CHANGED_COPY),
    )


def _title(body: bytes, sha256: str) -> str:
    """The title in a copy of a scenario; empty for a copy that was changed."""
    if hashlib.sha256(body).hexdigest() != sha256:
        return ""
    return str(json.loads(body)["title"])
