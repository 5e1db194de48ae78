"""CSV that a spreadsheet reads as text: what a candidate typed must not become a formula in somebody's sheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Final

_STARTS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""What makes a spreadsheet calculate; the last four are the full-width forms that some of them read alike."""

Cell = str | int | float | None


def neutral(text: str) -> str:
    """The text as a cell: with an apostrophe before it where a spreadsheet would take it for a formula."""
    return f"'{text}" if text.startswith(_STARTS) or text.lstrip().startswith(_STARTS) else text


def csv_text(rows: Iterable[Sequence[Cell]]) -> str:
    """Rows as a CSV file: every text neutral and in quotes, numbers as they are, lines ended by CR LF.

    It begins with a byte order mark, by which spreadsheets know that it is UTF-8.
    """
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n")
    for row in rows:
        writer.writerow([neutral(cell) if isinstance(cell, str) else cell for cell in row])
    return "\ufeff" + out.getvalue()
