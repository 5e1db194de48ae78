"""A small project to measure: a scenario, labelled cases of it, and a scripted judge; and a way to run the program."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml

from interviewer.cli import app
from interviewer.core.scenario import Scenario
from interviewer.evaluation.composed import measure_composed
from interviewer.evaluation.rehearsal.candidates import EVERYBODY
from interviewer.judging.scripted import ScriptedIntentReader, ScriptedJudge
from interviewer.measuring import benches, evals, golden, measure, pool
from tests.factories import tiny_scenario
from tests.stage import ROOT

PHRASES: Mapping[str, Sequence[str]] = {
    "sends a request": ("request",),
    "comes back": ("response",),
    "GET or POST": ("method",),
    "encrypted": ("tls",),
    "not there": ("not-found",),
    "was made": ("created",),
    "always 200": ("all-200",),
}
"""What the scripted judge goes by."""


class Ran(NamedTuple):
    code: int
    out: str
    err: str


Run = Callable[..., Ran]


def runner(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs the program as from a command line, through its one error boundary."""

    def ran(*arguments: str | Path) -> Ran:
        monkeypatch.setattr(sys, "argv", ["interviewer", *map(str, arguments)])
        capsys.readouterr()
        try:
            app.main()
            code: Any = 0
        except SystemExit as left:
            code = left.code or 0
        out, err = capsys.readouterr()
        assert "Traceback" not in out + err
        return Ran(code, out, err)

    return ran


def plain(name: str, answer: str, covered: Sequence[str] = (), **more: Any) -> dict[str, Any]:
    """A labelled case as a line of a file has it."""
    return {
        "case_id": name,
        "scenario": "tiny",
        "question_id": "http",
        "answer": answer,
        "intent": "answer",
        "covered": list(covered),
        "partial": [],
        "red_flags": [],
        **more,
    }


def lines(path: Path, objects: Iterable[Mapping[str, Any]]) -> Path:
    """Write a file of JSON lines."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(one) + "\n" for one in objects), encoding="utf-8")
    return path


def scenario_file(path: Path, plan: Scenario | None = None) -> Path:
    """Write a scenario as an author would."""
    path.parent.mkdir(parents=True, exist_ok=True)
    data = (plan or tiny_scenario()).model_dump(mode="json", by_alias=True, exclude_none=True)
    path.write_text(yaml.safe_dump(data, sort_keys=False, allow_unicode=True), encoding="utf-8")
    return path


SPLIT = {"split": "test"}
CASES = (
    plain("http-1", "The client sends a request, an answer comes back.", ("request", "response"), **SPLIT),
    plain("http-2", "It sends a request with GET or POST.", ("request", "method"), kind="terse", **SPLIT),
    plain("http-3", "It goes over the wire, encrypted.", ("tls",), **SPLIT),
    plain("http-4", "No idea, honestly.", kind="stuck", **SPLIT),
    plain("codes-1", "404: not there. 201: it was made.", ("not-found", "created"), question_id="codes", **SPLIT),
    plain("codes-2", "I answer always 200.", question_id="codes", red_flags=["all-200"], kind="flag", **SPLIT),
    plain("codes-3", "404 says that it is not there.", ("not-found",), question_id="codes", **SPLIT),
)
"""The scripted judge is right about all of them."""


def judge(phrases: Mapping[str, Sequence[str]] = PHRASES) -> ScriptedJudge:
    return ScriptedJudge(phrases)


def use(monkeypatch: pytest.MonkeyPatch, make: Callable[[], Any]) -> None:
    """From now on `embedded` is another judge, in this process alone, and few interviews are composed."""
    monkeypatch.setattr(benches, "judge_named", lambda name: make())
    monkeypatch.setattr(evals, "PROMPTED", ())
    monkeypatch.setattr(benches, "reader", ScriptedIntentReader)
    monkeypatch.setattr(benches, "embedded_sources", dict)
    monkeypatch.setattr(pool, "processes", lambda: 1)
    monkeypatch.setattr(measure, "measure_composed", partial(measure_composed, count=8))


def project(folder: Path, monkeypatch: pytest.MonkeyPatch, cases: Iterable[Mapping[str, Any]] = CASES) -> Path:
    """Stand a small `evals` folder in for the project's own: cases, bars, no baseline yet."""
    place = folder / "evals"
    lines(place / "golden" / "tiny.jsonl", cases)
    scenario_file(place / "golden" / "scenarios" / "tiny.yaml")
    (place / "baselines").mkdir()
    (place / "bars.toml").write_text('["other_fields.points.accuracy"]\nbar = 0.6\ngoal = 0.9\n', encoding="utf-8")
    shutil.copytree(ROOT / "evals" / "candidates", place / "candidates")
    for module in (golden, evals):
        monkeypatch.setattr(module, "content", lambda name: folder / name)
    monkeypatch.setattr(evals, "REHEARSED", "tiny")
    # Little of what takes long and has tests of its own.
    monkeypatch.setattr(measure, "EVERYBODY", EVERYBODY[:1])
    monkeypatch.setattr(measure, "SAMPLED", 2)
    return place
