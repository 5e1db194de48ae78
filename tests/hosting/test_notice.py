"""The notice: says all that it must, gives no point away, and is another one when a word changes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from interviewer.library import Library
from interviewer.screening.invite import Accommodation, Invite
from interviewer.screening.notice import Notice, Provider, notice
from interviewer.screening.position import Position, Sharing, Timing
from tests.factories import tiny_scenario

Positions = Callable[..., Position]
Invites = Callable[..., tuple[Invite, str]]


@pytest.fixture
def told(position: Positions, invite: Invites) -> Callable[..., Notice]:
    """The notice for a position with these settings."""
    count = 0

    def make(accommodation: Accommodation | None = None, provider: Provider | None = None, **more: Any) -> Notice:
        nonlocal count
        count += 1
        where = position(f"backend-{count}", **more)
        guest, _ = invite(to=where, accommodation=accommodation or Accommodation())
        return notice(where, tiny_scenario(), guest, provider)

    return make


def test_it_says_what_a_candidate_must_know(told: Callable[..., Notice]) -> None:
    text = told(retention_days=90, help_allowed="Your own notes.").text
    for words in (
        "You write with an AI, not with a person",
        "asks the questions, reads your answers and assesses them",
        "Main part (2 questions)",
        "curiosity",
        "about 30 minutes",
        "Your own notes.",
        "kept for 90 days",
        "Nobody: everything stays on A company's own server",
        "A person decides",
        "contest a finding",
        "Ada Example, ada@example.org",
        "more time",
        "ask for its deletion",
    ):
        assert words in text, words


def test_no_packaged_scenario_gives_a_point_away_in_its_notice(position: Positions, invite: Invites) -> None:
    library = Library()
    for listed in library.list():
        plan = library.get(listed.id)
        where = position(plan.id, scenario=plan)
        text = notice(where, plan, invite(to=where)[0]).text.casefold()
        for question in plan.all_questions():
            assert question.title.casefold() not in text
            for one in (*question.points, *question.red_flags):
                assert one.says.casefold() not in text


def test_time_is_what_was_agreed(told: Callable[..., Notice]) -> None:
    assert "about 30 minutes" in told(timing=Timing.USUAL).text
    assert "about 45 minutes" in told(timing=Timing.MORE).text
    assert "There is no time limit." in told(timing=Timing.UNTIMED).text
    more = told(Accommodation(timing=Timing.MORE)).text
    assert "With the extra time that was agreed with you, you have about 45 minutes" in more
    assert "There is no time limit." in told(Accommodation(timing=Timing.UNTIMED)).text


def test_a_model_is_named_with_its_place(told: Callable[..., Notice]) -> None:
    text = told(provider=Provider("some-model-3", "api.models.example")).text
    assert "the AI model some-model-3 at api.models.example" in text
    assert "Your name and your mail address are not sent" in text
    assert "Nobody" not in text


def test_what_is_not_shared_is_not_promised(told: Callable[..., Notice]) -> None:
    assert "contest" not in told(sharing=Sharing.NOTHING).text


@pytest.mark.parametrize(
    "more",
    [
        {"retention_days": 91},
        {"help_allowed": "Anything."},
        {"timing": Timing.UNTIMED},
        {"contact": "Somebody else"},
        {"provider": Provider("m", "p")},
        {"sharing": Sharing.NOTHING},
        {"questions": ("http",)},
    ],
)
def test_any_change_makes_another_version(told: Callable[..., Notice], more: dict[str, Any]) -> None:
    assert told().version == told().version
    assert told(**more).version != told().version


def test_the_name_of_a_candidate_is_not_in_it(position: Positions, invite: Invites) -> None:
    where = position()
    one, _ = invite("Grace Example", to=where)
    other, _ = invite("Somebody Else", to=where)
    assert notice(where, tiny_scenario(), one).version == notice(where, tiny_scenario(), other).version
