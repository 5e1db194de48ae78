"""What the office keeps in memory while the server runs: links just made, checks that run, what is public."""

from __future__ import annotations

from interviewer.bootstrap import Program
from interviewer.hosting.checking import Checks
from interviewer.hosting.links import FreshLinks
from interviewer.hosting.public import Packaged


class Desk:
    """Made once a process; nothing of it needs to outlive it."""

    def __init__(self, program: Program) -> None:
        self.links = FreshLinks(program.clock)
        self.checks = Checks(program)
        self.packaged = Packaged()

    def close(self) -> None:
        """Give up what runs."""
        self.checks.close()
