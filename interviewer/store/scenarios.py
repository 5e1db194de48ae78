"""Scenarios are stored once each, under their hash, as long as an interview or a position needs them."""

from __future__ import annotations

from sqlmodel import Session, col, delete, select

from interviewer.core.fingerprint import canonical_bytes, scenario_sha256
from interviewer.core.scenario import Scenario
from interviewer.store.office_tables import PositionRow
from interviewer.store.tables import InterviewRow, ScenarioRow


def keep_scenario(session: Session, scenario: Scenario) -> str:
    """Store a scenario unless it is there; returns its hash."""
    sha256 = scenario_sha256(scenario)
    if session.get(ScenarioRow, sha256) is None:
        session.add(ScenarioRow(sha256=sha256, body=canonical_bytes(scenario)))
        session.flush()
    return sha256


def drop_unused_scenarios(session: Session) -> None:
    """Delete the scenarios that neither an interview nor a position needs any more."""
    needed = select(InterviewRow.scenario).union(select(PositionRow.scenario))
    session.exec(delete(ScenarioRow).where(col(ScenarioRow.sha256).not_in(needed)))
