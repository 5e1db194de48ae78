"""All five scenarios through a pipe, with the real judge: one turn a line in, exit status 0 and a whole report out."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from interviewer.library import Library
from interviewer.reporting.as_json import SCHEMA, to_json
from interviewer.reporting.model import Report
from tests.simulated import NOTHING_MORE, Simulated, everybody

ROOT = Path(__file__).parents[1]
STRONG = [one for one in everybody() if one.name == "strong"]
LEFT_OVER = 200
"""More lines than any interview reads, so that each of them comes to its end."""


def interviewer(*arguments: str, turns: str = "") -> str:
    ran = subprocess.run(
        [sys.executable, "-m", "interviewer", *arguments],
        input=turns,
        env={**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"},
        capture_output=True,
        encoding="utf-8",
        timeout=300,
    )
    assert (ran.returncode, ran.stderr) == (0, "")
    return ran.stdout


def quotes(report: Report) -> list[Any]:
    points = [point for question in report.questions for point in question.first.points]
    flags = [flag for question in report.questions for flag in question.first.red_flags]
    return [quote for one in (*points, *flags) for quote in one.quotes]


@pytest.mark.slow
@pytest.mark.parametrize("one", STRONG, ids=[one.scenario for one in STRONG])
def test_a_piped_interview_comes_to_its_end_and_has_a_valid_report(one: Simulated) -> None:
    lines = [line for answer in one.answers.values() for line in (answer, NOTHING_MORE)]
    interviewer("practice", one.scenario, turns="\n".join([*lines, *[NOTHING_MORE] * LEFT_OVER]))

    told = json.loads(interviewer("report", "last", "--format", "json"))
    assert told["schema"] == SCHEMA
    report = Report.model_validate_json(json.dumps({key: told[key] for key in told if key != "schema"}))
    assert to_json(report) == told
    scenario = Library(home=Path("/nonexistent")).get(one.scenario)
    assert report.header.ended == "completed"
    assert report.header.planned == report.header.assessed == len(scenario.questions)
    assert [question.id for question in report.questions] == [question.id for question in scenario.all_questions()]
    assert report.log.sound
    said = {turn.number: turn.text for turn in report.transcript}
    assert quotes(report)
    assert all(said[quote.turn][quote.start : quote.end] == quote.text for quote in quotes(report))
