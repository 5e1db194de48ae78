"""What is kept of a failure of our own: places in the code and never a value, which might be somebody's words."""

from __future__ import annotations

import traceback
from pathlib import Path

FILE = "last-failure.txt"


def keep(error: BaseException, home: Path | None) -> Path | None:
    """Write the frames of a failure into the home folder; None where that cannot be done."""
    if home is None:
        return None
    place = home / FILE
    try:
        place.write_text("\n".join((type(error).__name__, *frames(error))) + "\n", encoding="utf-8")
    except OSError:
        return None
    return place


def frames(error: BaseException) -> list[str]:
    """The places in the code, outermost first."""
    return [f"{one.filename}:{one.lineno} {one.name}" for one in traceback.extract_tb(error.__traceback__)]


def names(error: BaseException) -> list[str]:
    """The places in short: functions and lines, outermost first."""
    return [f"{one.name}:{one.lineno}" for one in traceback.extract_tb(error.__traceback__)]
