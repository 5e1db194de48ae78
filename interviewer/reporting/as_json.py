"""The report as JSON; docs/report-json.md tells each field."""

from __future__ import annotations

from typing import Any

from interviewer.reporting.model import SCHEMA, Report


def to_json(report: Report) -> dict[str, Any]:
    """Plain data, ready for `json.dumps`: the report's fields under `schema`; times are ISO 8601 in UTC."""
    return {"schema": SCHEMA, **report.model_dump(mode="json")}
