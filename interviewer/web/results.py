"""Results of a position: its candidates as a list to sort and filter."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import Response

from interviewer.core.criteria import Recommendation
from interviewer.hosting.exports import agreement_words
from interviewer.hosting.results import MOST_COMPARED, Order, Readings, Row, Wanted, chosen
from interviewer.hosting.reviewing import Queue, queue
from interviewer.screening.invite import Status
from interviewer.screening.position import Position
from interviewer.web.guard import Seen
from interviewer.web.house import Here
from interviewer.web.pages import render

router = APIRouter()
DECISIONS: Final = {"open": "not decided", "advance": "advances", "hold": "on hold", "reject": "rejected"}
RECOMMENDATIONS: Final = {
    Recommendation.STRONG_PASS: "strong pass",
    Recommendation.PASS: "pass",
    Recommendation.NOT_ENOUGH: "not enough evidence",
    Recommendation.FAIL: "fail",
}
STATUSES: Final = {
    Status.DONE: "done",
    Status.STARTED: "answering",
    Status.SEEN: "opened",
    Status.OPEN: "not opened yet",
    Status.EXPIRED: "expired",
    Status.REVOKED: "revoked",
}
COLUMNS: Final = {
    Order.CANDIDATE: "Candidate",
    Order.FINISHED: "Finished",
    Order.RECOMMENDATION: "Recommendation",
    Order.LEVELS: "Levels",
    Order.DOUBTS: "To check",
    Order.DECISION: "Decision",
}
FIRST_UP: Final = (Order.CANDIDATE,)
"""These are sorted upwards when they are first asked for, all others downwards."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column that the list can be sorted by: where its heading leads, and how it is sorted now."""

    key: str
    label: str
    path: str
    sorted: str


@dataclass(frozen=True, slots=True)
class ResultsPage:
    """All candidates of a position, as they are wanted."""

    position: Position
    rows: tuple[Row, ...]
    all: int
    finished: int
    wanted: Wanted
    columns: Mapping[str, Column]
    queue: Queue
    readings: Readings
    agreement: str
    flag_agreement: str
    versions: tuple[tuple[str, int], ...]
    """Hashes of the scenarios that candidates were asked, with their number, where there is more than one."""
    most: int = MOST_COMPARED
    statuses: Mapping[Status, str] = field(default_factory=lambda: STATUSES)
    recommendations: Mapping[Recommendation, str] = field(default_factory=lambda: RECOMMENDATIONS)
    decisions: Mapping[str, str] = field(default_factory=lambda: DECISIONS)


@router.get("/positions/{name}/results")
def results(
    request: Request,
    house: Here,
    account: Seen,
    name: str,
    status: str = "",
    recommendation: str = "",
    decision: str = "",
    sort: str = "",
    up: str = "",
) -> Response:
    """The list; what it cannot be filtered or sorted by is ignored."""
    position = house.office.position(name)
    order = Order(sort) if sort in set(Order) else Order.FINISHED
    wanted = Wanted(
        status=status if status in set(STATUSES) else "",
        recommendation=recommendation if recommendation in set(RECOMMENDATIONS) else "",
        decision=decision if decision in DECISIONS else "",
        order=order,
        descending=not up if sort else order not in FIRST_UP,
    )
    rows = house.results.rows(position, account.name)
    house.results.note_seen(position, account.name)
    readings = house.results.readings(rows)
    page = ResultsPage(
        position=position,
        rows=chosen(rows, wanted),
        all=len(rows),
        finished=sum(one.status is Status.DONE for one in rows),
        wanted=wanted,
        columns={one.value: _column(name, one, wanted) for one in COLUMNS},
        queue=queue(house.program, rows, account.name),
        readings=readings,
        agreement=agreement_words(readings.points),
        flag_agreement=agreement_words(readings.flags),
        versions=_versions(rows),
    )
    return render(request, "office/results.html.j2", page)


def _column(position: str, order: Order, wanted: Wanted) -> Column:
    """A heading leads to the list sorted by it, or the other way round where it is sorted by it already."""
    mine = wanted.order is order
    up = wanted.descending if mine else order in FIRST_UP
    filters = {"status": wanted.status, "recommendation": wanted.recommendation, "decision": wanted.decision}
    asked = {
        **{key: value for key, value in filters.items() if value},
        "sort": order.value,
        **({"up": "1"} if up else {}),
    }
    now = ("descending" if wanted.descending else "ascending") if mine else ""
    return Column(order.value, COLUMNS[order], f"/positions/{position}/results?{urlencode(asked)}", now)


def _versions(rows: Iterable[Row]) -> tuple[tuple[str, int], ...]:
    counted = Counter(one.digest.scenario_sha256 for one in rows if one.digest)
    return tuple((sha256[:12], count) for sha256, count in counted.most_common()) if len(counted) > 1 else ()
