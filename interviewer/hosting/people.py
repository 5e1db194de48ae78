"""Lists of candidates as recruiters have them: one line a candidate, a name and perhaps a mail address."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from pydantic import TypeAdapter, ValidationError

from interviewer.core.values import Line
from interviewer.screening.invite import MAX_INVITES, Mail

MAX_BYTES: Final = 200_000
MAX_NAME: Final = 120
"""Characters of a name."""
PROBLEMS: Final = 20
"""Lines that are told of; more are counted."""

_NAME: Final = TypeAdapter[str](Line)
_MAIL: Final = TypeAdapter[str](Mail)
_DELIMITERS: Final = ",;\t|"
_NAMES: Final = frozenset({"name", "candidate", "full name", "candidate name", "applicant"})
_FIRST: Final = frozenset({"first name", "firstname", "given name", "forename"})
_LAST: Final = frozenset({"last name", "lastname", "surname", "family name"})
_MAILS: Final = frozenset({"mail", "email", "e mail", "mail address", "email address", "e mail address"})


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody to invite."""

    name: str
    mail: str | None = None
    line: int = 0
    """The line of the list; 0: there was none."""


@dataclass(frozen=True, slots=True)
class Wrong:
    """What is wrong with a line of the list; line 0: with the list as a whole."""

    line: int
    what: str

    def __str__(self) -> str:
        return f"Line {self.line}: {self.what}" if self.line else self.what


@dataclass(frozen=True, slots=True)
class People:
    """Who is on a list, and what is wrong with it; nobody is invited while anything is."""

    people: tuple[Person, ...]
    wrong: tuple[Wrong, ...] = ()
    more: int = 0
    """Lines with faults beyond those told."""


@dataclass(frozen=True, slots=True)
class _Columns:
    """Where names and mail addresses stand; without a header, told cell by cell."""

    name: int | None = None
    first: int | None = None
    last: int | None = None
    mail: int | None = None

    @property
    def known(self) -> bool:
        return self.name is not None or (self.first is not None and self.last is not None)


def text_of(data: bytes) -> str | Wrong:
    """A file's text: UTF-8, with or without a byte order mark; else what is wrong with it."""
    if len(data) > MAX_BYTES:
        return Wrong(0, f"The file is too large: {MAX_BYTES // 1000} kB at most.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return Wrong(0, "The file is no UTF-8 text. Save it again as \u201cCSV UTF-8\u201d.")


def people_of(text: str) -> People:
    """Everybody on a list, each line checked; blank lines are passed over, and one header is."""
    if len(text.encode(errors="replace")) > MAX_BYTES:
        return People((), (Wrong(0, f"The list is too long: {MAX_BYTES // 1000} kB at most."),))
    if "\x00" in text:
        return People((), (Wrong(0, "The list is no text."),))
    try:
        rows = list(_rows(text.removeprefix("\ufeff")))
    except csv.Error as error:
        return People((), (Wrong(0, f"The list cannot be read as CSV ({error})."),))
    people: list[Person] = []
    wrong: list[Wrong] = []
    columns = _header(rows[0][1]) if rows else _Columns()
    for line, cells in rows[1:] if columns.known else rows:
        one = _person(line, cells, columns)
        (people if isinstance(one, Person) else wrong).append(one)  # type: ignore[arg-type]
    if not people and not wrong:
        wrong.append(Wrong(0, "There is nobody on the list."))
    if len(people) + len(wrong) > MAX_INVITES:
        return People((), (Wrong(0, f"{len(people) + len(wrong)} lines: {MAX_INVITES} at a time, please."),))
    wrong += _twice(people)
    wrong.sort(key=lambda one: one.line)
    return People(tuple(people), tuple(wrong[:PROBLEMS]), max(0, len(wrong) - PROBLEMS))


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """The lines that hold anything, each with its number in the file."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), skipinitialspace=True, strict=True)
    line = 1
    for row in reader:
        cells = [" ".join(cell.split()) for cell in row]
        if any(cells):
            yield line, cells
        line = reader.line_num + 1


def _delimiter(text: str) -> str:
    """What stands between cells: of the usual signs the one that is most frequent in the first lines, quotes aside."""
    head = re.sub(r'"[^"]*"', "", "\n".join([line for line in text.splitlines() if line.strip()][:5]))
    return max(_DELIMITERS, key=head.count) if any(one in head for one in _DELIMITERS) else ","


def _header(cells: Sequence[str]) -> _Columns:
    words = [re.sub(r"[\W_]+", " ", cell.casefold()).strip() for cell in cells]

    def place(names: Iterable[str]) -> int | None:
        return next((index for index, word in enumerate(words) if word in names), None)

    return _Columns(place(_NAMES), place(_FIRST), place(_LAST), place(_MAILS))


def _person(line: int, cells: Sequence[str], columns: _Columns) -> Person | Wrong:
    name, mail = _told(cells, columns)
    if name is None:
        return Wrong(line, "More than a name and a mail address, and no header that says which is which.")
    return person(name, mail, line)


def _told(cells: Sequence[str], columns: _Columns) -> tuple[str | None, str]:
    """Name and mail address in a line; no name where it cannot be told which cell it is."""

    def at(index: int | None) -> str:
        return cells[index] if index is not None and index < len(cells) else ""

    if columns.known:
        name = at(columns.name) or " ".join(one for one in (at(columns.first), at(columns.last)) if one)
        return name, at(columns.mail)
    filled = [cell for cell in cells if cell]
    mails = [cell for cell in filled if "@" in cell]
    names = [cell for cell in filled if "@" not in cell]
    if len(mails) > 1 or len(names) > 1:
        return None, ""
    return "".join(names), "".join(mails)


def person(name: str, mail: str, line: int = 0) -> Person | Wrong:
    """Somebody by name and mail address (may be empty), or what is wrong with either."""
    name, mail = " ".join(name.split()), mail.strip()
    if not name:
        return Wrong(line, "The name is missing.")
    if len(name) > MAX_NAME:
        return Wrong(line, f"The name is longer than {MAX_NAME} characters.")
    try:
        name = _NAME.validate_python(name)
    except ValidationError:
        return Wrong(line, "The name holds characters that cannot be shown.")
    try:
        return Person(name, _MAIL.validate_python(mail) if mail else None, line)
    except ValidationError:
        return Wrong(line, f"\u201c{mail[:60]}\u201d is no mail address.")


def _twice(people: Iterable[Person]) -> Iterator[Wrong]:
    """Those who stand on the list more than once, by mail address, or by name where there is none."""
    seen: dict[str, int] = {}
    for one in people:
        key = (one.mail or one.name).casefold()
        if key in seen:
            yield Wrong(one.line, f"{one.mail or one.name} stands in line {seen[key]} already.")
        seen.setdefault(key, one.line)
