"""A judge with a model behind it is measured, passes through the gate, and judges again what is over."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from interviewer.evaluation.record import Baseline
from interviewer.measuring import chats, evals, golden
from tests import evalbench
from tests.chatting import point, reply
from tests.endpoint import LOOPBACK, Endpoint, Exchange, status
from tests.evalbench import CASES, Run, project

pytestmark = LOOPBACK

PROVEN = {
    "sends a request": "request",
    "answer comes back": "response",
    "request with GET or POST": "method",
    "encrypted": "tls",
    "404: not there": "not-found",
    "201: it was made": "created",
    "404 says that it is not there": "not-found",
}


def judging(exchange: Exchange) -> None:
    """A model that finds each phrase of `PROVEN` that was said, and quotes it."""
    said = exchange.seen.text
    found: dict[str, list[str]] = {}
    for phrase, name in PROVEN.items():
        if phrase in said:
            found.setdefault(name, []).append(phrase)
    text = json.dumps(reply(*(point(name, *quotes) for name, quotes in found.items())))
    message = {"role": "assistant", "content": text}
    body = {
        "id": "1",
        "object": "chat.completion",
        "created": 0,
        "model": exchange.model,
        "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120},
    }
    exchange.send(200, json.dumps(body).encode())


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    return evalbench.runner(monkeypatch, capsys)


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    with Endpoint(judging) as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.url)
        monkeypatch.setenv("INTERVIEWER_MODEL", "tiny-model")
        evalbench.use(monkeypatch, evalbench.judge)
        yield project(tmp_path, monkeypatch)


def baseline(place: Path, kind: str) -> Baseline:
    return golden.baselines(place / "baselines")[kind]


def test_a_model_is_measured_on_a_sample_and_its_baseline_tells_the_command(run: Run, place: Path) -> None:
    ran = run("eval", "run", "--judge", "llm", "--sample", "40", "--save-baseline", "--format", "json")
    assert ran.code == 0, ran.err
    result: dict[str, Any] = json.loads(ran.out)
    assert result["judge"]["name"] == "llm:tiny-model"
    # What is quoted without a word of the point in its sentence is left to a person.
    assert result["points"]["accuracy"] > 0.8
    assert result["points"]["precision"] == 1.0
    kept = baseline(place, "llm")
    assert kept.command == f"interviewer eval run --judge llm --sample {len(CASES)} --save-baseline"
    assert {"prompts/judge.md", "interviewer/judging/llm.py", "interviewer/core/fence.py"} <= kept.sources.keys()
    assert run("eval", "run", "--judge", "llm", "--sample", "40", "--gate").code == 0


def test_a_prompt_that_nobody_measured_fails_the_gate_without_any_model(
    run: Run, place: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert run("eval", "run", "--save-baseline").code == 0
    monkeypatch.setattr(evals, "PROMPTED", ("llm",))
    ran = run("eval", "run", "--gate")
    assert ran.code == 4
    assert (
        "  - Not measured: prompts/judge.md. `interviewer eval run --judge llm --sample 40 --save-baseline`" in ran.out
    )
    assert run("eval", "run", "--judge", "llm", "--save-baseline").code == 0
    monkeypatch.delenv("OPENAI_BASE_URL")
    assert run("eval", "run", "--gate").code == 0
    prompt = tmp_path / "judge.md"
    prompt.write_text("another prompt", encoding="utf-8")
    monkeypatch.setattr(chats, "content", lambda name: tmp_path)
    ran = run("eval", "run", "--gate")
    assert ran.code == 4
    told = "  - Not measured: prompts/judge.md has changed since the baseline of "
    line = next(one for one in ran.out.splitlines() if one.startswith(told))
    assert line.endswith("--save-baseline` measures it (it cost nothing when it was last measured).")


def test_a_model_that_fails_leaves_cases_unscored(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Endpoint(status(401, "no")) as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.url)
        monkeypatch.setenv("INTERVIEWER_MODEL", "tiny-model")
        evalbench.use(monkeypatch, evalbench.judge)
        project(tmp_path, monkeypatch)
        ran = run("eval", "run", "--judge", "llm", "--format", "json")
    assert ran.code == 0
    assert json.loads(ran.out)["unscored"] == len(CASES)
