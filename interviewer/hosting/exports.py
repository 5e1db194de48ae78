"""Results as files: CSV for a spreadsheet and JSON for programs; a hidden name or verdict is in neither."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, Final

from interviewer.core.events import Decided
from interviewer.core.scenario import Scenario
from interviewer.hosting.digests import Digest, QuestionLevel
from interviewer.hosting.results import Readings, Row
from interviewer.reporting.words import level_range
from interviewer.screening.agreement import Agreement
from interviewer.screening.csv_cells import Cell, csv_text
from interviewer.screening.position import Position

SCHEMA: Final = "interviewer.results/1"
COLUMNS: Final = (
    "candidate",
    "status",
    "recommendation",
    "decision",
    "decision_reason",
    "decided_by",
    "decided_at",
    "to_check",
    "decisive_doubts",
    "questions_assessed",
    "questions_planned",
    "comments",
    "notes",
    "troubles",
    "accommodated",
    "simulated",
    "started_at",
    "ended_at",
    "interview",
    "log_rows",
    "log_head",
)
"""Before them nothing, and after them the levels: two columns a question, at worst and at best."""


def to_csv(rows: Sequence[Row], scenario: Scenario) -> str:
    """One line a candidate; no cell is taken for a formula."""
    names = [one.id for one in scenario.all_questions()]
    head = [*COLUMNS, *(f"level_{name}_{side}" for name in names for side in ("low", "high"))]
    return csv_text([head, *([*_cells(row), *_level_cells(row, names)] for row in rows)])


def _cells(row: Row) -> Iterator[Cell]:
    found = row.digest
    decision = found.decision if found else None
    yield row.shown
    yield row.status.value
    yield _recommendation(found)
    yield from _decision_cells(decision)
    yield row.to_check if found else None
    yield found.doubts if found else None
    yield found.assessed if found else None
    yield found.planned if found else None
    yield found.comments if found else None
    yield "; ".join(found.notes) if found else row.problem
    yield row.troubles
    yield "yes" if row.accommodated else "no"
    yield "yes" if row.simulated else "no"
    yield _time(found.started_at if found else None)
    yield _time(found.ended_at if found else None)
    yield row.interview or ""
    yield found.length if found else None
    yield found.head if found else ""


def _decision_cells(decision: Decided | None) -> tuple[Cell, ...]:
    if decision is None:
        return ("", "", "", "")
    return (decision.decision, decision.reason, decision.by, _time(decision.at))


def _level_cells(row: Row, names: Sequence[str]) -> Iterator[Cell]:
    levels = {one.id: one for one in row.digest.levels} if row.digest else {}
    for name in names:
        known = levels.get(name)
        yield known.low if known else None
        yield known.high if known else None


def _time(at: datetime | None) -> str:
    return at.isoformat().replace("+00:00", "Z") if at else ""


def _recommendation(found: Digest | None) -> str:
    return found.recommendation.value if found and found.ended and found.recommendation else ""


def to_json(rows: Sequence[Row], position: Position, readings: Readings, now: datetime) -> dict[str, Any]:
    """All that the results tell, under `schema`; docs/results-json.md tells each field."""
    return {
        "schema": SCHEMA,
        "exported_at": _time(now),
        "position": {
            "id": position.id,
            "title": position.settings.title,
            "company": position.settings.company,
            "scenario": position.scenario_id,
            "scenario_sha256": position.scenario_sha256,
            "questions": list(position.settings.questions),
        },
        "agreement": {"points": _agreement(readings.points), "red_flags": _agreement(readings.flags)},
        "candidates": [_candidate(row) for row in rows],
    }


def _agreement(found: Agreement) -> dict[str, Any]:
    return {
        "read": found.read,
        "same": found.same,
        "share": found.share,
        "interval": [found.low, found.high] if found.read else None,
        "kappa": found.kappa,
        "unsure": found.unsure,
    }


def _candidate(row: Row) -> dict[str, Any]:
    return {
        "candidate": row.shown,
        "name_hidden": row.name is None,
        "status": row.status.value,
        "simulated": row.simulated,
        "attempts": row.attempts,
        "accommodated": row.accommodated,
        "troubles": row.troubles,
        "problem": row.problem,
        "interview": _interview(row, row.digest) if row.digest else None,
    }


def _interview(row: Row, found: Digest) -> dict[str, Any]:
    decision = found.decision
    return {
        "id": found.interview,
        "started_at": _time(found.started_at),
        "ended_at": _time(found.ended_at) or None,
        "ended": found.ended.value if found.ended else None,
        "scenario_sha256": found.scenario_sha256,
        "recommendation": _recommendation(found) or None,
        "reasons": list(found.grounds.told(row.unread)) if found.ended else [],
        "questions": [_level(one) for one in found.levels],
        "assessed": found.assessed,
        "planned": found.planned,
        "decisive_doubts": found.doubts,
        "to_check": row.to_check,
        "to_read_blind": len(row.unread),
        "comments": found.comments,
        "notes": list(found.notes),
        "decision": decision.model_dump(mode="json", include={"decision", "by", "at", "reason"}) if decision else None,
        "log": {"length": found.length, "head": found.head},
    }


def _level(one: QuestionLevel) -> dict[str, Any]:
    return {
        "id": one.id,
        "title": one.title,
        "parent": one.parent,
        "standing": one.standing.value,
        "level": None if one.low is None or one.high is None else {"low": one.low, "high": one.high},
    }


def agreement_words(found: Agreement) -> str:
    """The agreement as a sentence: "41 of 45 the same (91 %, 95 % interval 79 to 96 %), kappa 0.81"."""
    if found.share is None:
        return "nothing was read blind yet"
    percent = f"{found.share:.0%}".replace("%", " %")
    interval = f"{round(100 * found.low)} to {round(100 * found.high)} %"
    words = f"{found.same} of {found.read} the same ({percent}, 95 % interval {interval})"
    kappa = f", kappa {found.kappa:.2f}" if found.kappa is not None else ""
    unsure = f"; on {found.unsure} more the judge was not sure" if found.unsure else ""
    return f"{words}{kappa}{unsure}"


def levels_words(found: Digest) -> str:
    """The main questions' levels in short, in order: "3, 2 or 3, 4, –"."""
    mains = [one for one in found.levels if one.parent is None]
    return ", ".join(level_range(one.low, one.high) if one.low and one.high else "–" for one in mains)
