"""Results taken away: CSV, JSON, and an interview's report for print. Hidden names are in none of them."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from typing import Final

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response

from interviewer.hosting.exports import agreement_words, to_csv, to_json
from interviewer.reporting.html import to_html
from interviewer.screening.records import Deed, Entry
from interviewer.web.guard import Exporting, Seen
from interviewer.web.house import Here, House
from interviewer.web.interview import found

router = APIRouter()
_STYLE: Final = re.compile(r"<style>(.*?)</style>", re.DOTALL)


@router.get("/positions/{name}/export.csv")
def table(house: Here, account: Exporting, name: str) -> Response:
    """All candidates as a table; cells that a spreadsheet would calculate with are made text."""
    position = house.office.position(name)
    rows = house.results.rows(position, account.name)
    _note(house, account.name, name, "csv")
    text = to_csv(rows, house.office.scenario(position.scenario_sha256))
    return Response(text, media_type="text/csv; charset=utf-8", headers=_as_file(name, "csv"))


@router.get("/positions/{name}/export.json")
def data(house: Here, account: Exporting, name: str) -> Response:
    """All candidates as data, with how far blind readings agree with the judge."""
    position = house.office.position(name)
    rows = house.results.rows(position, account.name)
    _note(house, account.name, name, "json")
    found_ = to_json(rows, position, house.results.readings(rows), house.clock.now())
    text = json.dumps(found_, ensure_ascii=False, indent=2) + "\n"
    return Response(text, media_type="application/json", headers=_as_file(name, "json"))


@router.get("/interviews/{name}/report")
def report(house: Here, account: Seen, name: str) -> Response:
    """The report as one page for print, with its own style and nothing else."""
    one = found(house, name, account)
    made = one.report(account, sound=house.program.store.verify(name).ok)
    rows = house.results.rows(one.position, account.name)
    beside = [
        ("Candidate", f"{one.row.shown} (simulated)" if one.row.simulated else one.row.shown),
        ("Position", f"{one.position.settings.title}, {one.position.settings.company}"),
        ("Read blind", f"In this position: {agreement_words(house.results.readings(rows).points)}"),
    ]
    _note(house, account.name, name, "report")
    html = to_html(made, beside=beside, reading=one.reading)
    return HTMLResponse(html, headers={"Content-Security-Policy": _csp(html)})


def _csp(html: str) -> str:
    """Only the page's own style, known by its hash."""
    hashes = [base64.b64encode(hashlib.sha256(one.encode()).digest()).decode() for one in _STYLE.findall(html)]
    styles = " ".join(f"'sha256-{one}'" for one in hashes)
    return f"default-src 'none'; style-src {styles}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"


def _as_file(name: str, kind: str) -> dict[str, str]:
    """The file's name is the position's id, which is made of plain letters, digits and hyphens."""
    return {"Content-Disposition": f'attachment; filename="{name}-results.{kind}"'}


def _note(house: House, who: str, subject: str, kind: str) -> None:
    house.office.note(Entry(at=house.clock.now(), who=who, deed=Deed.EXPORTED, subject=subject, target=kind))
