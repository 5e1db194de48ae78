"""`doctor` on a chat model, against a server that misbehaves; and the trial that says what a model is good for."""

from __future__ import annotations

import io
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from interviewer.bootstrap import Program
from interviewer.cli import app
from interviewer.core.findings import Assessment, Finding, Intent, JudgeVersion, Status, Unscored, UnscoredReason
from interviewer.core.scenario import Scenario
from interviewer.evaluation.cases import Case
from interviewer.evaluation.outcomes import Verdict
from interviewer.judging.replying import PROBABILITIES
from interviewer.judging.scripted import ScriptedJudge
from interviewer.measuring import golden, trial
from interviewer.measuring.golden import LabelledSet
from interviewer.measuring.trial import Advice
from tests.chatting import point, reply
from tests.endpoint import (
    LOOPBACK,
    Endpoint,
    Exchange,
    Reply,
    nobody,
    perform,
    rejects,
    status,
    unauthorised,
    unknown_model,
)

pytestmark = LOOPBACK

KEY = "sk-canary-4f1d9a7c2b8e6053"


def model(shape: Reply, verdict: Reply) -> Reply:
    """A model that talks, answers so when it is asked for a shape, and so when it is asked for a verdict."""

    def answer(exchange: Exchange) -> None:
        if exchange.streams:
            perform(exchange, "I am ready.")
        elif "write the word hello" in exchange.seen.text.lower():
            perform(exchange, shape)
        else:
            perform(exchange, verdict)

    return answer


def quoting(exchange: Exchange) -> None:
    """Credits the first point of API platform's first question with words of its strong answer."""
    scenario = golden.golden().scenarios["api-platform"]
    question = scenario.questions[0]
    words = question.calibration.strong.split(".")[0].strip()
    perform(exchange, reply(*(point(one.id, words) for one in question.points)))


SHAPE = {"colour": "red", "number": 1}


@pytest.fixture
def server() -> Iterator[Endpoint]:
    with Endpoint(model(SHAPE, quoting)) as running:
        yield running


Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], server: Endpoint) -> Run:
    monkeypatch.setattr(Program, "judge", property(lambda _: ScriptedJudge({})))
    monkeypatch.setenv("OPENAI_BASE_URL", server.url)
    monkeypatch.setenv("INTERVIEWER_MODEL", "tiny")
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.setenv("INTERVIEWER_MODEL_RETRIES", "0")

    def ran(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["interviewer", "doctor", *arguments])
        monkeypatch.setattr(sys, "stdin", io.StringIO())
        capsys.readouterr()
        code: Any = 0
        try:
            app.main()
        except SystemExit as left:
            code = left.code or 0
        out, err = capsys.readouterr()
        assert KEY not in out + err and "Traceback" not in out + err
        return code, out, err

    return ran


def test_without_a_model_there_is_one_line(run: Run, monkeypatch: pytest.MonkeyPatch, server: Endpoint) -> None:
    monkeypatch.delenv("INTERVIEWER_MODEL")
    code, out, _ = run()
    assert code == 0
    assert [line for line in out.splitlines() if line[9:].startswith("model ")] == [
        "ok       model         none is set, and none is needed; docs/models.md tells how to use one"
    ]
    assert server.requests == []


def test_a_key_is_not_sent_where_the_folder_that_one_is_in_says(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("OPENAI_BASE_URL")
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").write_text("OPENAI_BASE_URL=https://models.example/v1\n", encoding="utf-8")
    code, out, _ = run()
    assert code == 0
    assert "note     endpoint      models.example was not tried: its address is from " in out
    (tmp_path / ".env").write_text(f"OPENAI_BASE_URL=https://models.example/v1\nOPENAI_API_KEY={KEY}\n", "utf-8")
    monkeypatch.delenv("OPENAI_API_KEY")
    code, out, _ = run()
    assert code == 4
    assert "was not tried" not in out


def test_a_good_model_is_found_well(run: Run, server: Endpoint) -> None:
    code, out, _ = run()
    assert code == 0
    for line in (
        "setting       INTERVIEWER_MODEL = tiny (from the environment)",
        f"model         tiny at {server.host}; not used until you agree",
        "price         tiny: nothing (it runs on this machine or network)",
        f"endpoint      {server.host} answers",
        "key           accepted",
        "model         tiny is known there",
        "speed         tiny: first word after ",
        "schema        tiny: the shape of a reply is enforced",
        "cost          api-platform: It costs nothing here.",
    ):
        assert f"ok       {line}" in out
    assert "found 0 of" not in out and "points of a strong answer" in out
    assert len(server.requests) == 3


@pytest.mark.parametrize(
    ("shape", "found"),
    [
        ("hello", "a schema for the reply is taken, and ignored"),
        (reply(), "a schema for the reply is taken, and ignored"),
        (rejects("response_format", "hello"), "a schema for the reply is not taken"),
    ],
)
def test_a_schema_that_is_not_enforced_is_a_note(run: Run, server: Endpoint, shape: Reply, found: str) -> None:
    server.replies = model(shape, quoting)
    code, out, _ = run()
    assert code == 0
    assert f"note     schema        tiny: {found}\n" in out
    assert "Replies are checked all the same" in out


@pytest.mark.parametrize(
    ("says", "name", "found", "remedy"),
    [
        (unauthorised(), "key", "does not accept the key", "interviewer keys set"),
        (unknown_model(), "model", "does not know the model 'tiny'", "Set INTERVIEWER_MODEL"),
        (status(500), "model", "failed while it ran tiny", "Try again later"),
        (status(429), "model", "takes no more requests", "Wait a little"),
        (status(404, "no such page"), "model", "has no chat completions at this address", "Check OPENAI_BASE_URL"),
    ],
)
def test_each_failure_has_its_name_and_its_remedy(
    run: Run, server: Endpoint, says: Reply, name: str, found: str, remedy: str
) -> None:
    server.replies = says
    code, out, err = run()
    assert code == 4 and err.startswith("1 problem found.")
    problem, advice = out[out.index("PROBLEM") :].splitlines()[:2]
    assert problem.startswith(f"PROBLEM  {name:<14}{server.host}") and found in problem
    assert remedy in advice


def test_an_endpoint_that_is_not_there_is_told(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    with nobody() as url:
        monkeypatch.setenv("OPENAI_BASE_URL", url)
        code, out, _ = run()
    assert code == 4
    assert "PROBLEM  endpoint" in out and "cannot be reached: nobody answers there." in out


def test_settings_that_cannot_be_used_are_told(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", "https://models.example/v1")
    monkeypatch.delenv("OPENAI_API_KEY")
    code, out, _ = run()
    assert code == 4
    assert "PROBLEM  model         There is no key for models.example." in out


def test_a_verdict_that_cannot_be_used_is_a_problem(run: Run, server: Endpoint) -> None:
    server.replies = model(SHAPE, "It is a fine answer.")
    code, out, _ = run()
    assert code == 4
    assert "PROBLEM  verdict       tiny gave none that can be used: the model's reply was malformed twice" in out


# The trial


def test_the_cases_are_balanced_and_nothing_was_tuned_on_them() -> None:
    cases = trial.picked(golden.golden())
    assert len({case.case_id for case in cases}) == trial.CASES == 40
    assert {case.split for case in cases} == {"test"}
    assert set(Counter(case.kind for case in cases).values()) == {4}
    assert set(Counter((case.scenario, case.question_id) for case in cases).values()) <= {1, 2}
    assert cases == trial.picked(golden.golden())
    assert cases != trial.picked(golden.golden(), seed=1)


@pytest.fixture(scope="module")
def labelled() -> LabelledSet:
    return golden.golden()


def verdict(case: Case, scenario: Scenario, wrong: bool) -> Verdict:
    """Right about every point, or about none."""
    version = JudgeVersion(name="made-up", hash="0" * 64)
    question = scenario.question(case.question_id)
    found = []
    for one in question.points:
        is_there = case.label(one.id) is Status.COVERED
        word = Status.COVERED if is_there is not wrong else Status.ABSENT
        found.append(Finding(target=one.id, status=word, probability=PROBABILITIES[word]))
    outcome = Assessment(judge=version, points=tuple(found))
    return Verdict(case_id=case.case_id, outcome=outcome, intent=Intent.ANSWER)


def failed(case: Case, text: str) -> Verdict:
    version = JudgeVersion(name="made-up", hash="0" * 64)
    outcome = Unscored(judge=version, reason=UnscoredReason.JUDGE_FAILED, detail="it broke", prompt="asked", reply=text)
    return Verdict(case_id=case.case_id, outcome=outcome, intent=Intent.ANSWER)


def advised(labelled: LabelledSet, ours: Sequence[bool], theirs: Sequence[bool | str]) -> trial.Trial:
    """A trial of 40 cases in which each judge errs as told; a text: the model replied so, and it was of no use."""
    cases = trial.picked(labelled)
    scenarios = labelled.scenarios
    before = [verdict(case, scenarios[case.scenario], wrong) for case, wrong in zip(cases, ours, strict=True)]
    after = [
        failed(case, how) if isinstance(how, str) else verdict(case, scenarios[case.scenario], how)
        for case, how in zip(cases, theirs, strict=True)
    ]
    return trial.tried(cases, before, after)


def test_a_model_as_good_as_the_embedded_judge_may_judge(labelled: LabelledSet) -> None:
    found = advised(labelled, [True, False] * 20, [False, True] * 20)
    assert found.advice is Advice.JUDGE and found.unscored == 0
    alone = {one.judge: one.accuracy.value for one in found.figures}
    assert alone["embedded judge"] is not None and alone["model alone"] is not None
    assert found.comparison is not None and found.comparison.difference.value is not None
    assert found.comparison.difference.value == pytest.approx(alone["model alone"] - alone["embedded judge"], abs=1e-5)


def test_a_model_that_judges_worse_only_speaks(labelled: LabelledSet) -> None:
    found = advised(labelled, [False] * 40, [True] * 20 + [False] * 20)
    assert found.advice is Advice.SPEAKER and found.replies == 40
    assert found.comparison is not None and found.comparison.dropped_overall


def test_a_model_that_fails_too_often_only_speaks(labelled: LabelledSet) -> None:
    assert advised(labelled, [False] * 40, ["Sure!"] * 4 + [False] * 36).advice is Advice.JUDGE
    found = advised(labelled, [False] * 40, ["Sure!"] * 5 + [False] * 35)
    assert (found.advice, found.unscored, found.replies) == (Advice.SPEAKER, 5, 40)
    assert found.reasons == ("it broke",)


def test_a_model_whose_replies_do_not_come_is_for_nothing(labelled: LabelledSet) -> None:
    assert advised(labelled, [False] * 40, [""] * 4 + ["Sure!"] * 36).advice is Advice.SPEAKER
    assert advised(labelled, [False] * 40, [""] * 5 + ["Sure!"] * 35).advice is Advice.NOTHING
    found = advised(labelled, [False] * 40, [""] * 40)
    assert found.advice is Advice.NOTHING and found.figures == () and found.comparison is None


def test_measuring_tells_what_to_use_the_model_for(run: Run, server: Endpoint, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trial, "CASES", 10)
    server.replies = model(SHAPE, reply())
    code, out, err = run("--measure")
    assert code == 0 and "Model: 10 of 10" in err
    assert f"10 labelled answers to tiny at {server.host}; no candidate's words.\nIt costs nothing here.\n" in out
    assert "embedded judge" in out and "both, in a panel" in out
    assert "The model less the embedded judge: +0.000 (" in out
    assert "0 of 10 answers could not be judged; it cost US$ 0.00." in out
    assert "Use tiny as judge" in out
    assert len(server.requests) == 10


def test_measuring_a_model_that_is_refused_says_why_and_is_soon_given_up(
    run: Run, server: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trial, "CASES", 10)
    monkeypatch.setenv("INTERVIEWER_MODEL_CONCURRENCY", "1")
    server.replies = unauthorised()
    code, out, _ = run("--measure")
    assert code == 0
    assert "10 of 10 answers could not be judged" in out
    assert out.count("does not accept the key") == 1
    assert "Do not use tiny: too many replies did not come." in out
    assert len(server.requests) == 3


def test_nothing_is_spent_without_asking(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_BASE_URL")
    monkeypatch.setenv("INTERVIEWER_MODEL", "gpt-5")
    code, out, err = run("--measure")
    assert code == 2
    assert "40 labelled answers to gpt-5 at api.openai.com" in out and "It costs at most US$ " in out
    assert err == "Nothing was sent: nobody can be asked here.\nAdd --yes to go on.\n"
