"""The report as JSON; docs/report-json.md tells each field."""

from __future__ import annotations

from typing import Any, Final

from interviewer.reporting.model import SCHEMA, Report
from interviewer.reporting.who import is_model

OF_MODELS: Final[dict[str, Any]] = {
    "judging": True,
    "models": True,
    "total": True,
    "questions": {"__all__": {"first": {"judgements": True}, "later": {"__all__": {"judgements": True}}}},
}
"""Fields that are left out where no model took part: the one judge's name is then all that there is to say."""


def to_json(report: Report) -> dict[str, Any]:
    """Plain data, ready for `json.dumps`: the report's fields under `schema`; times are ISO 8601 in UTC."""
    return {"schema": SCHEMA, **report.model_dump(mode="json", exclude=None if _modelled(report) else OF_MODELS)}


def _modelled(report: Report) -> bool:
    """Whether a chat model took part, or should have."""
    made = [one for question in report.questions for attempt in question.attempts for one in attempt.judgements]
    names = (report.header.judge.name, report.header.speaker, *(one.judge.name for one in made))
    return bool(report.models) or any(one.instead_of for one in made) or any(is_model(name) for name in names)
