"""What the commands that only show things have in common: tables, files, and the newest interview by its name."""

from __future__ import annotations

import io
import json
import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import typer

from interviewer.core.errors import InterviewerError, NotFound, UsageError
from interviewer.core.turns import clean

if TYPE_CHECKING:
    from rich.console import Console

    from interviewer.store import Store

NEWEST: Final = "last"
"""Stands for the id of the newest interview."""
PLAIN_WIDTH: Final = 100
"""Columns of text that goes to a file or a pipe."""


def named(store: Store, name: str) -> str:
    """The id, or the beginning of one, that a user means: `last` is the newest interview. NotFound if there is none."""
    if name.strip().lower() != NEWEST:
        return name
    stored = store.list()
    if not stored:
        raise NotFound("There is no interview yet.", "Begin one with `interviewer practice`.")
    return stored[0].id


def console(*, plain: bool = False, encoding: str = "utf-8") -> Console:
    """The terminal's console; or one that keeps plain text of a fixed width, as far as an encoding can show it."""
    # rich takes 50 ms to load, which `--help` need not wait for.
    from rich.console import Console

    if sys.stdout and sys.stdout.isatty() and not plain:
        return Console(highlight=False)
    nowhere = io.TextIOWrapper(io.BytesIO(), encoding=encoding, errors="replace")
    return Console(
        file=nowhere, record=True, width=PLAIN_WIDTH, color_system=None, force_terminal=False, highlight=False
    )


def kept(out: Console) -> str:
    """What was written to a console that keeps it, without blanks at the ends of lines; else nothing."""
    if not out.record:
        return ""
    return "".join(f"{line.rstrip()}\n" for line in out.export_text(styles=False).split("\n")[:-1])


@contextmanager
def page() -> Iterator[Console]:
    """A console to write to: the terminal's own, or else plain text that is written out at the end."""
    out = console(encoding=sys.stdout.encoding)
    yield out
    sys.stdout.write(kept(out))


def write(out: Console, text: str, margin: int = 0, style: str = "", label: str = "") -> None:
    """Write hostile text as it is, folded, `margin` columns from the left, and its label before it."""
    from rich.padding import Padding
    from rich.table import Table
    from rich.text import Text

    body = Text(clean(text), style="" if label else style, overflow="fold")
    if not label:
        out.print(Padding(body, (0, 0, 0, margin), expand=False))
        return
    table = Table.grid()
    table.add_column(width=margin, no_wrap=True)
    table.add_column(overflow="fold")
    table.add_row(Text(label, style=style), body)
    out.print(table)


def show_rows(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """A table on a terminal; elsewhere aligned columns, as wide as they need to be."""
    safe = [[" ".join(clean(cell).split()) for cell in row] for row in rows]
    if sys.stdout and sys.stdout.isatty():
        _draw(heads, safe)
        return
    widths = [max(len(row[column]) for row in [heads, *safe]) for column in range(len(heads))]
    for row in [heads, *safe]:
        typer.echo("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def _draw(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for column, head in enumerate(heads):
        table.add_column(Text(head), overflow="fold", no_wrap=column == 0)
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    console().print(table)


def json_text(plain: Any) -> str:
    """JSON for people and programs: indented, and in ASCII, so that no text in it can steer a terminal."""
    return json.dumps(plain, indent=2) + "\n"


def deliver(text: str, output: Path | None, what: str) -> None:
    """Write a text to a file, whole or not at all, and say so; without a file (or for `-`) to standard output.

    Documents are UTF-8 wherever they go: HTML says so of itself.
    """
    if output is None or str(output) == "-":
        sys.stdout.flush()
        sys.stdout.buffer.write(text.encode())
        sys.stdout.flush()
        return
    _write(output, text)
    typer.echo(clean(f"Wrote {what} to {output}."))


def _write(path: Path, text: str) -> None:
    """Put a finished file in the place of an old one; raises UsageError or InterviewerError, and the old one stays."""
    if path.is_dir():
        raise UsageError(f"{path} is a folder.", "Give --output the name of a file.")
    if path.exists() and not path.is_file():
        raise UsageError(f"{path} is not a plain file.", "Leave out --output to write to standard output.")
    target = path.resolve()
    temporary = None
    try:
        # In the same folder, because only within one file system can a file take another's place at once.
        descriptor, temporary = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
        with open(descriptor, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        if target.exists():
            Path(temporary).chmod(target.stat().st_mode & 0o777)
        Path(temporary).replace(target)
    except OSError as error:
        if temporary is not None:
            with suppress(OSError):
                Path(temporary).unlink()
        raise InterviewerError(
            f"{path} cannot be written: {error.strerror or error}.",
            "Give --output a file in a folder that exists and that you may write to, with space left.",
        ) from error
