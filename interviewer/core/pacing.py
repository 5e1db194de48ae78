"""Time: what each question may use, and what is left. Only answering counts, never judging or a dead process."""

from __future__ import annotations

from typing import Final

from interviewer.core.scenario import Scenario
from interviewer.core.state import State

TYPED_FACTOR: Final = 2.0
"""Typed answers get twice the minutes of spoken ones."""
OVERTIME: Final = 1.10
"""At this share of the total the interview closes."""


def share_of(scenario: Scenario, question: str) -> float:
    """Seconds that a main question brings to its section: the section's minutes, split evenly."""
    section = scenario.main_of(question).section
    together = sum(one.section == section for one in scenario.questions)
    return scenario.section_minutes(section) * 60 / together


def budget(state: State) -> float | None:
    """Seconds for the whole plan, or None where there is no limit."""
    factor = state.started.time_factor if state.started else None
    return None if factor is None else factor * sum(share_of(state.scenario, one) for one in state.plan)


def spent(state: State) -> float:
    """Seconds of answering so far."""
    return sum(state.spent.values())


def left(state: State) -> float | None:
    """Seconds left in the section of the question at hand (never negative), or None where there is no limit."""
    if state.family is None:
        return budget(state)
    return _left_in_section(state, state.family, whole_section=True)


def _left_in_section(state: State, question: str, *, whole_section: bool) -> float | None:
    factor = state.started.time_factor if state.started else None
    if factor is None:
        return None
    section = state.scenario.main_of(question).section
    planned = [one for one in state.plan if state.scenario.main_of(one).section == section]
    counted = planned if whole_section else planned[: planned.index(question) + 1]
    allowed = factor * sum(share_of(state.scenario, one) for one in counted)
    return max(0.0, allowed - sum(state.spent.get(one, 0.0) for one in planned))


def question_over(state: State, question: str) -> bool:
    """Whether a main question has used its share of the section, and what those before it left over."""
    remaining = _left_in_section(state, question, whole_section=False)
    return remaining is not None and remaining <= 0


def interview_over(state: State) -> bool:
    """Whether more than the total time, and a tenth of it, is used."""
    total = budget(state)
    return total is not None and spent(state) >= round(OVERTIME * total, 3)
