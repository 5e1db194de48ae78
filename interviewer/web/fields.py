"""What a form sent, for endpoints that look at many fields; and a form's words as they are shown again."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Annotated, Final, Self

from fastapi import Depends, Request
from starlette.datastructures import UploadFile

MAX_FIELDS: Final = 1000
"""Fields of a form; the rest of a larger one is an error."""


class Fields:
    """The fields of a form by name, each perhaps several times; line ends are plain."""

    def __init__(self, values: Mapping[str, tuple[str, ...]], files: Mapping[str, bytes] | None = None) -> None:
        self._values = values
        self._files = files or {}

    def one(self, name: str, otherwise: str = "") -> str:
        """The first value of a field."""
        return next(iter(self._values.get(name, ())), otherwise)

    def many(self, name: str) -> tuple[str, ...]:
        """All values of a field, as of a group of boxes."""
        return self._values.get(name, ())

    def file(self, name: str) -> bytes:
        """The bytes of an uploaded file, or of its text where that was kept for sending; empty where there is none."""
        return self._files.get(name) or self.one(name).encode(errors="replace")

    def __contains__(self, name: str) -> bool:
        """Whether the form has the field."""
        return name in self._values


async def fields_of(request: Request) -> Fields:
    """The form that was sent; the guard may have read it before."""
    sent = await request.form(max_fields=MAX_FIELDS)
    values: dict[str, tuple[str, ...]] = {}
    files: dict[str, bytes] = {}
    for name, value in sent.multi_items():
        if isinstance(value, UploadFile):
            files[name] = await value.read()
            await value.close()
        else:
            plain = value.replace("\r\n", "\n").replace("\r", "\n")
            values[name] = (*values.get(name, ()), plain)
    return Fields(values, files)


Given = Annotated[Fields, Depends(fields_of)]


@dataclass(frozen=True, slots=True)
class Draft:
    """A form as it stands: words, boxes that are ticked, numbers of rows, and what is wrong with a field."""

    values: Mapping[str, str] = field(default_factory=dict)
    picked: Mapping[str, Collection[str]] = field(default_factory=dict)
    rows: Mapping[str, int] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)

    def value(self, name: str) -> str:
        """The words of a field."""
        return self.values.get(name, "")

    def has(self, name: str, value: str) -> bool:
        """Whether this box of a group is ticked."""
        return value in self.picked.get(name, ())

    def error(self, name: str) -> str:
        """What is wrong with a field; empty: nothing."""
        return self.errors.get(name, "")

    def below(self, name: str) -> bool:
        """Whether anything is wrong with a field or with a part of it."""
        return any(one == name or one.startswith(f"{name}.") for one in self.errors)

    def refused(self, errors: Mapping[str, str]) -> Self:
        """The same words, with what is wrong with them."""
        return replace(self, errors=errors)
