"""Positions are made, changed and closed, and everything is recorded; versions of the questions are told apart."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from interviewer.cast import JudgeKind
from interviewer.core.errors import NotFound, SettingsError, UsageError
from interviewer.core.fingerprint import scenario_sha256
from interviewer.hosting.positions import Positions, counts, length, slug, too_early, versions
from interviewer.hosting.public import Packaged
from interviewer.screening.invite import Invite, Status
from interviewer.screening.position import Place, Position, Settings, Timing
from interviewer.screening.records import Deed
from interviewer.web.house import House
from tests import factories as make
from tests.web.conftest import SetClock


def settings(house: House, scenario: str = "junior-backend", **more: Any) -> Settings:
    plan = house.library.get(scenario)
    fields: dict[str, Any] = {
        "title": "Junior developer",
        "company": "A company",
        "contact": "Ada, ada@example.org",
        "questions": tuple(one.id for one in plan.questions),
        "help_allowed": "Your own notes.",
        "places": (Place.ELSEWHERE,),
    }
    return Settings(**{**fields, **more})


def deeds(house: House) -> list[tuple[str, Deed, str, str]]:
    return [(one.who, one.deed, one.subject, one.target) for _, one in reversed(house.office.entries())]


def test_a_position_is_made_with_its_scenario_and_recorded(house: House) -> None:
    office = Positions(house.program)
    made = office.make("junior-backend", settings(house), "ada")
    assert made.id.startswith("junior-developer-")
    assert not made.ours
    assert made.scenario_sha256 == scenario_sha256(house.library.get("junior-backend"))
    assert office.scenario(made).id == "junior-backend"
    assert deeds(house) == [("ada", Deed.POSITION_MADE, made.id, "")]
    again = office.make("junior-backend", settings(house), "ada")
    assert again.id != made.id


def test_an_id_is_made_of_what_a_title_has_of_letters(house: House) -> None:
    assert slug("<img src=x> Senior / C++!") == "img-src-x-senior-c"
    assert slug("\u958b\u767a\u8005") == ""
    made = Positions(house.program).make("junior-backend", settings(house, title="\u958b\u767a\u8005"), "ada")
    assert len(made.id) == 4
    long = Positions(house.program).make("junior-backend", settings(house, title="word " * 60), "ada")
    assert len(long.id) <= 40


def test_questions_that_the_scenario_does_not_have_are_refused(house: House) -> None:
    with pytest.raises(UsageError, match="'none'"):
        Positions(house.program).make("junior-backend", settings(house, questions=("none",)), "ada")
    with pytest.raises(NotFound):
        Positions(house.program).make("nothing", settings(house), "ada")
    assert house.office.positions() == ()
    assert deeds(house) == []


def test_a_model_can_judge_only_where_one_is_set(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    office = Positions(house.program)
    plan = house.library.get("junior-backend")
    assert [bool(one.problem) for one in office.judges(plan)] == [False, True, True]
    with pytest.raises(SettingsError):
        office.make("junior-backend", settings(house, judge=JudgeKind.PANEL), "ada")
    models = house.program.settings.models.model_copy(
        update={"judge_model": "some-model", "base_url": "http://localhost:11434/v1"}
    )
    monkeypatch.setattr(house.program, "settings", house.program.settings.model_copy(update={"models": models}))
    embedded, panel, model = office.judges(plan)
    assert not panel.problem and not model.problem
    for one in (panel, model):
        assert "localhost:11434" in one.words
        assert "some-model" in one.words
        assert "no name" in one.words
    assert "localhost" not in embedded.words
    made = office.make("junior-backend", settings(house, judge=JudgeKind.PANEL), "ada")
    assert made.settings.judge is JudgeKind.PANEL


def test_settings_change_and_a_position_closes_and_opens_again(
    house: House, position: Callable[..., Position], clock: SetClock
) -> None:
    held, office = position(), Positions(house.program)
    office.change(held.id, held.settings.model_copy(update={"retention_days": 30}), "ada")
    assert house.office.position(held.id).settings.retention_days == 30
    closed = office.close(held.id, "ada").closed_at
    clock.go_on(days=1)
    assert office.close(held.id, "ada").closed_at == closed
    assert office.reopen(held.id, "bob").closed_at is None
    assert [(who, deed, target) for who, deed, _, target in deeds(house)] == [
        ("ada", Deed.POSITION_CHANGED, "settings"),
        ("ada", Deed.POSITION_CLOSED, ""),
        ("ada", Deed.POSITION_CLOSED, ""),
        ("bob", Deed.POSITION_CHANGED, "reopened"),
    ]


def test_the_list_tells_how_far_invitations_are_and_shows_closed_positions_last(
    house: House, position: Callable[..., Position], invite: Callable[..., tuple[Invite, str]]
) -> None:
    first, second = position("first"), position("second")
    now = house.clock.now()
    invite("a", first)
    invite("b", first, seen_at=now)
    invite("c", first, interviews=("abcd-efgh",))
    invite("d", first, revoked_at=now)
    invite("looking", first, preview=True)
    Positions(house.program).close(second.id, "ada")
    listed = Positions(house.program).listed()
    assert [one.position.id for one in listed] == ["first", "second"]
    assert listed[0].counts == {
        **dict.fromkeys(Status, 0),
        Status.OPEN: 1,
        Status.SEEN: 1,
        Status.STARTED: 1,
        Status.REVOKED: 1,
    }
    assert listed[0].invited == 3
    assert counts([], now) == dict.fromkeys(Status, 0)


def test_inviting_is_early_only_while_a_waiting_time_runs(position: Callable[..., Position], clock: SetClock) -> None:
    held = position(places=(Place.NEW_YORK_CITY, Place.CALIFORNIA))
    made = clock.now().date()
    assert made == date(2026, 1, 5)
    assert too_early(held, made) == date(2026, 1, 19)
    assert too_early(held, date(2026, 1, 18)) == date(2026, 1, 19)
    assert too_early(held, date(2026, 1, 19)) is None
    assert too_early(position("other", places=(Place.CALIFORNIA,)), made) is None


def test_the_length_follows_the_timing(position: Callable[..., Position]) -> None:
    held = position()
    plan = make.tiny_scenario()
    assert length(plan, held.settings) == 30
    assert length(plan, held.settings, Timing.MORE) == 45
    assert length(plan, held.settings, Timing.UNTIMED) is None


def test_versions_tell_who_was_asked_what() -> None:
    plan = make.tiny_scenario()
    other = plan.model_copy(update={"welcome": "Hello there."})
    same = {"a": make.Log(plan).events, "b": make.Log(plan).events}
    (only,) = versions(same)
    assert only.interviews == ("a", "b")
    found = versions({**same, "c": make.Log(other).events, "d": make.Log(plan, questions=("codes",)).events})
    assert [one.interviews for one in found] == [("a", "b"), ("c",), ("d",)]
    assert found[1].sha256 == scenario_sha256(other)
    assert found[2].questions == ("codes",)
    assert versions({"broken": []}) == ()


def test_a_question_is_public_as_long_as_it_is_asked_in_the_packaged_words(house: House) -> None:
    plan, packaged = house.library.get("junior-backend"), Packaged()
    names = tuple(one.id for one in plan.questions)
    assert len(packaged.of(plan, names)) == len(names)
    assert packaged.of(plan, names[:1]) == plan.questions[:1]
    same = plan.questions[0].model_copy(update={"asks": f"  {plan.questions[0].asks.upper()} "})
    other = plan.questions[0].model_copy(update={"asks": "Something else altogether?"})
    assert packaged.holds(same)
    assert not packaged.holds(other)
    assert not packaged.holds(make.http_question())
