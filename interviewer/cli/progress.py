"""How far a long measurement is: a bar on a terminal, a line at each quarter elsewhere; on standard error."""

from __future__ import annotations

import sys
from types import TracebackType
from typing import TYPE_CHECKING, Final, Self

import typer

if TYPE_CHECKING:
    from rich.progress import Progress as Bars
    from rich.progress import TaskID

QUARTERS: Final = 4


class Progress:
    """Tells steps of several tasks, each by its name."""

    def __init__(self) -> None:
        self._bars: Bars | None = None
        self._tasks: dict[str, TaskID] = {}
        self._told: dict[str, int] = {}

    def __enter__(self) -> Self:
        """Draw bars where somebody watches."""
        if sys.stderr and sys.stderr.isatty():
            from rich.console import Console
            from rich.progress import Progress as Bars

            self._bars = Bars(console=Console(stderr=True), transient=True)
            self._bars.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Leave the terminal as it was."""
        if self._bars:
            self._bars.stop()

    def say(self, line: str) -> None:
        """Tell something once."""
        typer.echo(line, err=True)

    def step(self, task: str, done: int, total: int) -> None:
        """So many of a task's steps are done."""
        if self._bars:
            if task not in self._tasks:
                self._tasks[task] = self._bars.add_task(task, total=total)
            self._bars.update(self._tasks[task], completed=done)
            return
        quarter = QUARTERS * done // max(total, 1)
        if quarter > self._told.get(task, 0):
            self._told[task] = quarter
            typer.echo(f"{task}: {done} of {total}", err=True)
