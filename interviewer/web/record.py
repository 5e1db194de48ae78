"""The record: who saw and did what, by ids alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import Response

from interviewer.screening.records import Deed, Entry
from interviewer.store.office import ENTRIES
from interviewer.web.guard import Administering
from interviewer.web.house import Here
from interviewer.web.pages import render

router = APIRouter()
WORDS: Final = {one: one.value.replace("_", " ") for one in Deed}
MOST_CHARS: Final = 90
"""Of an id that is looked for."""
LAST: Final = 2**62
"""No line of the record has a greater number."""


@dataclass(frozen=True, slots=True)
class RecordPage:
    """Lines of the record, the latest first; `older` leads to those before them."""

    lines: tuple[Entry, ...]
    subject: str
    who: str
    deed: str
    older: str
    filtered: bool
    words: dict[Deed, str]


@router.get("/record")
def record(
    request: Request,
    house: Here,
    _account: Administering,
    subject: str = "",
    who: str = "",
    deed: str = "",
    before: int | None = None,
) -> Response:
    """A page of it, of some subject, person or deed where one is asked for."""
    subject, who = subject.strip()[:MOST_CHARS], who.strip()[:MOST_CHARS]
    found = house.office.entries(
        before=None if before is None else max(0, min(before, LAST)),
        subjects=[subject] if subject else [],
        deeds=[Deed(deed)] if deed in set(Deed) else [],
        who=who,
    )
    filters = {"subject": subject, "who": who, "deed": deed if deed in set(Deed) else ""}
    asked = {key: value for key, value in filters.items() if value}
    older = ""
    if len(found) == ENTRIES:
        older = f"/record?{urlencode({**asked, 'before': found[-1][0]})}"
    page = RecordPage(
        lines=tuple(entry for _, entry in found),
        subject=subject,
        who=who,
        deed=filters["deed"],
        older=older,
        filtered=bool(asked),
        words=WORDS,
    )
    return render(request, "office/record.html.j2", page)
