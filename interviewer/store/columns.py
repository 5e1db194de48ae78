"""Column types that read whatever stands in a damaged row, so that it can be told as damaged.

SQLite keeps any value in any column. What is not of the column's type is read as something that no sound row holds
(`UNTOLD`, -1, `NEVER`), or, for bytes, as the bytes that are there: the hashes tell the rest.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import Dialect, Integer, LargeBinary, String
from sqlalchemy.types import TypeDecorator
from sqlmodel.sql.sqltypes import UTCDateTime

UNTOLD: Final = "(not text)"
NEVER: Final = datetime.min.replace(tzinfo=UTC)


def _text(value: object) -> str:
    return value if isinstance(value, str) else UNTOLD


def _whole(value: object) -> int:
    return value if isinstance(value, int) else -1


def _bytes(value: object) -> bytes:
    return bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode(errors="replace")


def _moment(value: object) -> datetime:
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            return NEVER
    if not isinstance(value, datetime):
        return NEVER
    return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)


class Text(TypeDecorator[str]):
    """Text of a bounded length."""

    impl = String
    cache_ok = True

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], str]:
        """Reads anything as text."""
        return _text


class Whole(TypeDecorator[int]):
    """A whole number."""

    impl = Integer
    cache_ok = True

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], int]:
        """Reads anything as a whole number."""
        return _whole


class Bytes(TypeDecorator[bytes]):
    """Bytes, exactly as they were written."""

    impl = LargeBinary
    cache_ok = True

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], bytes]:
        """Reads anything as bytes."""
        return _bytes


class Moment(TypeDecorator[datetime]):
    """An aware time in UTC."""

    impl = UTCDateTime
    cache_ok = True

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], datetime]:
        """Reads anything as a time."""
        return _moment
