"""What is wrong with a form is told beside the field, in words that its author can use."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from interviewer.core.scenario import MainQuestion
from interviewer.screening.faults import faults
from interviewer.screening.position import Settings
from tests import factories as make


def of(kind: type[Any], plain: dict[str, Any]) -> dict[str, str]:
    with pytest.raises(ValidationError) as caught:
        kind.model_validate(plain)
    return faults(caught.value)


def question(**more: Any) -> dict[str, Any]:
    return {**make.question("http", make.point("request")).model_dump(), **more}


def test_each_field_has_its_sentence() -> None:
    told = of(
        Settings,
        {
            "title": " ",
            "company": "x" * 601,
            "contact": "Ada\u202e",
            "questions": (),
            "help_allowed": "None.",
            "retention_days": "many",
            "judge": "oracle",
            "places": ("mars",),
        },
    )
    assert told["title"] == "Please fill this in."
    assert told["company"] == "At most 600 characters; this has 601."
    assert "control character" in told["contact"]
    assert told["questions"] == "Please choose or write at least one."
    assert told["retention_days"] == "Please give a whole number."
    assert told["judge"] == told["places.0"] == "Please choose one of those offered."
    assert "help_allowed" not in told


def test_numbers_have_their_bounds() -> None:
    good = {
        "title": "t", "company": "c", "contact": "c", "questions": ("a",), "help_allowed": "h",
        "places": ("elsewhere",),
    }  # fmt: skip
    assert of(Settings, {**good, "retention_days": 0}) == {"retention_days": "At least 1."}


def test_a_line_of_a_list_is_told_by_its_number() -> None:
    point = {**make.point("request").model_dump(), "sounds_like": ("fine", "x" * 700)}
    told = of(MainQuestion, question(points=(point,)))
    assert told == {"points.0.sounds_like": "Line 2: At most 600 characters; this has 700."}


def test_a_fault_of_several_fields_is_told_at_what_they_belong_to() -> None:
    point = {**make.point("request").model_dump(), "probe": None}
    assert of(MainQuestion, question(points=(point,))) == {"points.0": "A minimum or core point needs a probe."}
    twice = of(MainQuestion, question(points=(make.point("a").model_dump(), make.point("a").model_dump())))
    assert "used 2 times" in twice[""]
