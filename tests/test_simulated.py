"""Whole interviews by simulated candidates: strong, middling, weak, perfect, and one who takes the other road."""

from __future__ import annotations

from pathlib import Path

import pytest

from interviewer.core.events import EndReason, Mode
from interviewer.core.hiring import Recommendation, summarise
from interviewer.core.ports import IntentReader, Judge
from interviewer.core.scoring import grade
from interviewer.core.state import State
from interviewer.judging.embedded import EmbeddedJudge
from interviewer.judging.intent import EmbeddedIntentReader
from interviewer.judging.scripted import ScriptedIntentReader
from interviewer.library import Library
from interviewer.session import Result, Session, Team
from interviewer.speaking.authored import AuthoredSpeaker
from tests.factories import started
from tests.simulated import LabelJudge, Simulated, Simulation, everybody
from tests.stage import LINES, ListLog, StillClock

EVERYBODY = list(everybody())
NAMES = [f"{one.scenario}-{one.name}" for one in EVERYBODY]


def interview(one: Simulated, judge: Judge, reader: IntentReader) -> tuple[State, Simulation]:
    scenario = Library(home=Path("/nonexistent")).get(one.scenario)
    log = ListLog([started(scenario, judge=judge.version, mode=Mode.SCREEN)])
    candidate = Simulation(one)
    session = Session(scenario, log, list(log.events), Team(judge, reader, AuthoredSpeaker(LINES), StillClock()))
    assert session.run(candidate) is Result.ENDED
    assert session.state.ended is EndReason.COMPLETED
    return session.state, candidate


def test_every_scenario_has_its_five_candidates() -> None:
    scenarios = {entry.id for entry in Library(home=Path("/nonexistent")).list()}
    names = {"perfect", "strong", "middling", "weak", "other_road"}
    assert {one.scenario for one in EVERYBODY} == scenarios
    assert all({one.name for one in EVERYBODY if one.scenario == name} == names for name in scenarios)


@pytest.mark.parametrize("one", EVERYBODY, ids=NAMES)
def test_labels_lead_to_the_expected_levels_and_recommendation(one: Simulated) -> None:
    state, _ = interview(one, LabelJudge(one), ScriptedIntentReader())
    levels = {name: grade(state, name).low for name in one.answers}
    assert levels == dict(one.expected.levels)
    assert summarise(state).recommendation == one.expected.recommendation


@pytest.mark.slow
@pytest.mark.parametrize("one", EVERYBODY, ids=NAMES)
def test_the_real_judge_holds_the_interview_and_does_not_fail_the_good(one: Simulated) -> None:
    state, _ = interview(one, EmbeddedJudge(), EmbeddedIntentReader())
    summary = summarise(state)
    assert summary.assessed == summary.planned
    good = (Recommendation.PASS, Recommendation.STRONG_PASS)
    if one.name == "perfect":
        assert summary.recommendation is Recommendation.STRONG_PASS
    if one.name in ("strong", "other_road") and summary.recommendation not in good:
        # The judge may leave a point to a person; it never fails a good candidate, and says what would settle it.
        assert summary.recommendation is Recommendation.NOT_ENOUGH
        assert any(favour in good for _, favour in (doubt.recommendations for doubt in summary.doubts))
    if one.name == "weak":
        assert summary.recommendation not in good
