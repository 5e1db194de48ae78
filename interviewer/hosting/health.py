"""Whether interviews can be held: the database answers, and the judge's files are the right ones."""

from __future__ import annotations

from typing import Final

from interviewer.bootstrap import Program
from interviewer.core.errors import InterviewerError

JUDGE_SECONDS: Final = 60.0
"""How long the judge's files are trusted before they are read again: that takes a processor, and anybody may ask."""


class Health:
    """Asked by whoever watches over the server."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._judge: tuple[float, bool] | None = None

    def well(self) -> bool:
        """Whether interviews can be held."""
        return self._database() and self._judge_of_late()

    def _database(self) -> bool:
        try:
            self._program.office.accounts()
        except InterviewerError:
            return False
        return True

    def _judge_of_late(self) -> bool:
        now = self._program.clock.monotonic()
        if self._judge is None or now - self._judge[0] >= JUDGE_SECONDS:
            self._judge = (now, self._check())
        return self._judge[1]

    def _check(self) -> bool:
        try:
            self._program.judge.check()
            self._program.reader.check()
        except InterviewerError:
            return False
        return True
