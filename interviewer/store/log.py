"""The durable log of one interview."""

from __future__ import annotations

from dataclasses import asdict

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, update

from interviewer.core.errors import NotFound, StoreBusy
from interviewer.core.events import Event
from interviewer.store.chain import Row, row_of
from interviewer.store.database import Database
from interviewer.store.tables import EventRow, InterviewRow


class StoredLog:
    """Appends events to an interview; knows how many rows there are, and the hash of the last."""

    def __init__(self, database: Database, interview: str, length: int, head: str) -> None:
        self._database = database
        self._interview = interview
        self._length = length
        self._head = head

    @property
    def interview(self) -> str:
        """Id of the interview."""
        return self._interview

    @property
    def length(self) -> int:
        """Number of rows that this log has read or written."""
        return self._length

    @property
    def head(self) -> str:
        """Hash of the last of them, in hex."""
        return self._head

    def append(self, event: Event) -> None:
        """Store one event for good before returning.

        Raises StoreBusy when another process has gone on with this interview, StoreError when the database cannot
        be written; then nothing was stored.
        """
        row = row_of(event, self._interview, self._length + 1, self._head)
        with self._database.writing() as session:
            if not self._is_stored(session, row):
                self._insert(session, row)
        self._length, self._head = row.seq, row.hash

    def _is_stored(self, session: Session, row: Row) -> bool:
        """Whether this very row is there: an earlier try may have been stored although its answer was an error."""
        there = session.get(EventRow, (self._interview, row.seq))
        return there is not None and there.hash == row.hash

    def _insert(self, session: Session, row: Row) -> None:
        # The length is compared in the statement that sets it, so that of two processes only one goes on.
        moved = session.exec(
            update(InterviewRow)
            .where(col(InterviewRow.id) == self._interview, col(InterviewRow.length) == self._length)
            .values(length=row.seq, head=row.hash)
        )
        if moved.rowcount != 1:
            raise self._overtaken(session)
        session.add(EventRow(interview=self._interview, **asdict(row)))
        try:
            session.flush()
        except IntegrityError:
            session.rollback()
            raise self._overtaken(session) from None

    def _overtaken(self, session: Session) -> NotFound | StoreBusy:
        if session.get(InterviewRow, self._interview) is None:
            return NotFound(
                f"Interview {self._interview} was deleted in another window.",
                "Start a new one with `interviewer practice`.",
            )
        return StoreBusy(
            f"Interview {self._interview} is open in another window, which has gone on with it.",
            f"Go on there, or close both and run `interviewer resume {self._interview}`. Nothing stored is lost.",
        )
