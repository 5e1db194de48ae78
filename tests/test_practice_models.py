"""Whole interviews with a model behind them, against a scripted server: who takes part, and what a failure costs."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from interviewer.bootstrap import program
from interviewer.cast import Cast, JudgeKind, SpeakerKind
from interviewer.cli import app
from interviewer.consent import Consent
from interviewer.core.events import Consented, Event, Judged, Said, Started, Who
from interviewer.core.findings import Assessment, Unscored
from tests.chatting import point, reply
from tests.endpoint import LOOPBACK, Endpoint, Exchange, Reply, drops, perform, says, status, unauthorised
from tests.test_start_up import TELL

pytestmark = LOOPBACK

KEY = "sk-canary-4f1d9a7c2b8e6053"
QUESTION = ("junior-backend", "--question", "api-call")
SAID = (
    "it finds out where the other one lives, then my side speaks up and the server replies, "
    "and they both talk in the web's own language"
)
MORE = "no idea about the rest"
REACTION = "Okay, so one side speaks and the other one replies."
VERDICT = reply(
    point("dns", "it finds out where the other one lives"),
    point("req-resp", "my side speaks up and the server replies"),
    point("http", "they both talk in the web's own language", "HTTP, the protocol of the web"),
)


class Ran(NamedTuple):
    code: int
    out: str
    err: str


Run = Callable[..., Ran]


def model(exchange: Exchange) -> None:
    """A good model: it reacts in a plain sentence, and quotes what it credits."""
    perform(exchange, REACTION if exchange.streams else VERDICT)


def judging(verdict: Reply) -> Reply:
    """The good model, but for its verdicts."""
    return lambda exchange: perform(exchange, REACTION if exchange.streams else verdict)


@pytest.fixture
def server() -> Iterator[Endpoint]:
    with Endpoint(model) as running:
        yield running


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], server: Endpoint) -> Run:
    """Run the program in a pipe, with the server, a model and a key configured."""
    monkeypatch.setenv("OPENAI_BASE_URL", server.url)
    monkeypatch.setenv("INTERVIEWER_MODEL", "tiny")
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.setenv("INTERVIEWER_MODEL_RETRIES", "0")

    def ran(*arguments: str, said: str = "") -> Ran:
        monkeypatch.setattr(sys, "argv", ["interviewer", *arguments])
        monkeypatch.setattr(sys, "stdin", io.StringIO(said))
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


def events(name: str = "") -> tuple[Event, ...]:
    store = program().store
    stored = store.open(name or store.list()[0].id)
    store.close()
    return stored.events


def started() -> Started:
    first = events()[0]
    assert isinstance(first, Started)
    return first


def judged() -> list[Judged]:
    return [one for one in events() if isinstance(one, Judged)]


def report(run: Run) -> dict[str, Any]:
    ran = run("report", "last", "--format", "json")
    assert ran.code == 0
    return dict(json.loads(ran.out))


# Without an agreement


def test_a_key_alone_changes_nothing(run: Run, server: Endpoint, home: Path) -> None:
    ran = run("practice", *QUESTION, said=f"{SAID}\n")
    assert (ran.code, ran.err) == (0, "")
    assert "judged by the embedded judge on this machine · authored interviewer" in ran.out
    assert server.requests == []
    assert (started().judge.name, started().speaker) == ("embedded", "authored")
    assert not any(isinstance(one, Consented) for one in events())
    assert not (home / "model.json").exists()


def test_a_key_alone_loads_nothing_of_models(tmp_path: Path, server: Endpoint) -> None:
    settings = {"OPENAI_BASE_URL": server.url, "INTERVIEWER_MODEL": "tiny", "OPENAI_API_KEY": KEY}
    root = Path(__file__).parents[1]
    done = subprocess.run(
        [sys.executable, "-c", TELL, "practice", *QUESTION],
        input=f"{SAID}\n",
        cwd=tmp_path,
        env={**os.environ, **settings, "PYTHONPATH": str(root)},
        capture_output=True,
        encoding="utf-8",
        timeout=60,
    )
    told = json.loads(done.stdout.splitlines()[-1])
    assert told["status"] in (0, None), done.stderr
    assert "onnxruntime" in told["loaded"]
    assert not {"langchain_core", "langchain_openai", "openai", "tiktoken", "langsmith"} & set(told["loaded"])


def test_a_model_without_a_part_is_a_wrong_use_that_says_what_to_add(run: Run) -> None:
    ran = run("practice", *QUESTION, "--model", "other")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == (
        "--model other is for nobody: no model judges or speaks.\nAdd --judge panel (or llm), --speaker llm, or both.\n"
    )


def test_an_option_without_any_model_set_says_how_to_name_one(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("INTERVIEWER_MODEL")
    ran = run("practice", *QUESTION, "--judge", "panel")
    assert ran.code == 2
    assert ran.err.startswith("No model is chosen.\nName one with --model, or set INTERVIEWER_MODEL")
    assert run("interviews", "list").out.startswith("There are no interviews yet.")


def test_options_take_only_what_there_is(run: Run) -> None:
    assert run("practice", *QUESTION, "--judge", "oracle").code == 2
    assert run("practice", *QUESTION, "--speaker", "panel").code == 2


# A model at work


def test_panel_and_speaker_take_part_when_they_are_asked_for(run: Run, server: Endpoint) -> None:
    ran = run("practice", *QUESTION, "--judge", "panel", "--speaker", "llm", said=f"{SAID}\n{MORE}\n")
    assert ran.code == 0
    assert "judged by the model tiny and the embedded judge · spoken by the model tiny\n" in ran.out
    assert f"Interviewer: {REACTION} " in ran.out
    assert (started().judge.name, started().speaker) == ("panel:tiny", "llm:tiny")
    assert [one.outcome.judge.name for one in judged()] == ["panel:tiny", "panel:tiny"]
    reacted = [one for one in events() if isinstance(one, Said) and one.who is Who.INTERVIEWER and one.more]
    assert [one.text for one in reacted] == [REACTION] * len(reacted) and reacted
    assert any(seen.body.get("stream") for seen in server.requests)
    assert any("response_format" in seen.body for seen in server.requests)


def test_the_notice_goes_to_standard_error_and_into_the_log(run: Run, server: Endpoint, home: Path) -> None:
    ran = run("practice", *QUESTION, "--judge", "panel", "--speaker", "llm", said=f"{SAID}\n")
    assert f"The model tiny would judge your answers and react to them, at {server.host}" in ran.err
    assert "the points that are looked for" in ran.err and "It costs nothing here." in ran.err
    assert "--judge embedded --speaker authored" in ran.err
    assert "would judge" not in ran.out
    first, second = events()[:2]
    assert isinstance(first, Started)
    assert isinstance(second, Consented)
    assert second.notice == f"model/1 {server.host} judge=tiny speaker=tiny"
    # An option in a pipe is an agreement for this interview alone.
    assert not (home / "model.json").exists()


def test_quotes_that_hold_change_a_level(run: Run) -> None:
    run("practice", *QUESTION, said=f"{SAID}\n{MORE}\n")
    before = report(run)["questions"][0]["first"]["level"]
    run("practice", *QUESTION, "--judge", "llm", said=f"{SAID}\n{MORE}\n")
    after = report(run)["questions"][0]["first"]["level"]
    assert before["low"] == 1
    assert (after["low"], after["high"]) == (2, 2)
    outcome = judged()[-1].outcome
    assert isinstance(outcome, Assessment)
    assert [span.text for span in outcome.finding("http").evidence] == ["they both talk in the web's own language"]


def test_one_part_alone_leaves_the_other_as_it_was(run: Run, server: Endpoint) -> None:
    run("practice", *QUESTION, "--speaker", "llm", said=f"{SAID}\n")
    assert (started().judge.name, started().speaker) == ("embedded", "llm:tiny")
    assert server.requests and all(seen.body.get("stream") for seen in server.requests)
    rubric = program().library.get("junior-backend").question("api-call").points
    assert not any(one.says in seen.text for one in rubric for seen in server.requests)


def test_a_model_can_be_named_for_once(run: Run, server: Endpoint) -> None:
    run("practice", *QUESTION, "--judge", "llm", "--model", "bigger", said=f"{SAID}\n")
    assert started().judge.name == "llm:bigger"
    assert {seen.body["model"] for seen in server.requests} == {"bigger"}


def test_judge_and_speaker_may_be_two_models(run: Run, server: Endpoint, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INTERVIEWER_SPEAKER_MODEL", "small")
    ran = run("practice", *QUESTION, "--judge", "panel", "--speaker", "llm", said=f"{SAID}\n")
    assert "The model tiny would judge your answers and the model small would react to them" in ran.err
    assert {(seen.body["model"], bool(seen.body.get("stream"))) for seen in server.requests} == {
        ("tiny", False),
        ("small", True),
    }
    assert [one["model"] for one in report(run)["models"]] == ["tiny", "small"]


def test_a_langchain_model_by_its_import_path_can_judge(
    run: Run, server: Endpoint, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = tmp_path / "models_of_mine.py"
    module.write_text(
        "from langchain_core.language_models.fake_chat_models import FakeListChatModel\n"
        f"judge = FakeListChatModel(responses=[{json.dumps(VERDICT)!r}])\n",
        encoding="utf-8",
    )
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delenv("INTERVIEWER_MODEL")
    monkeypatch.setenv("INTERVIEWER_CHAT_MODEL", "models_of_mine:judge")
    ran = run("practice", *QUESTION, "--judge", "llm", said=f"{SAID}\n")
    assert ran.code == 0
    assert "The model FakeListChatModel would judge your answers, at models_of_mine:judge." in ran.err
    assert started().judge.name == "llm:FakeListChatModel"
    outcome = judged()[-1].outcome
    assert isinstance(outcome, Assessment) and outcome.usage is not None and outcome.usage.estimated
    assert server.requests == []


def test_a_model_by_import_path_is_not_even_loaded_before_anybody_agreed(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "somebodys_model.py").write_text("raise AssertionError('it was loaded')\n", encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setenv("INTERVIEWER_CHAT_MODEL", "somebodys_model:judge")
    assert run("practice", *QUESTION, said=f"{SAID}\n").code == 0
    assert "somebodys_model" not in sys.modules
    refused = run("practice", *QUESTION, "--judge", "llm", said=f"{SAID}\n")
    assert refused.code == 2 and "importing it raised AssertionError" in refused.err


# A model that fails


def test_a_server_that_goes_away_costs_the_candidate_nothing(run: Run, server: Endpoint) -> None:
    asked: list[bool] = []

    def leaving(exchange: Exchange) -> None:
        asked.append(exchange.streams)
        perform(exchange, model if len(asked) <= 2 else drops())

    server.replies = leaving
    turns = f"{SAID}\n{MORE}\nit is HTTP, the protocol of the web\n"
    ran = run("practice", *QUESTION, "--judge", "panel", "--speaker", "llm", said=turns)
    assert ran.code == 0
    assert "Your report:" in ran.out and len(asked) > 2
    names = {(one.turn, one.outcome.judge.name): one.outcome for one in judged()}
    own = [turn for turn, name in names if name == "panel:tiny"]
    stood_in = [turn for turn, name in names if name == "embedded"]
    assert own and stood_in and min(own) < min(stood_in)
    failed = [one for (_, name), one in names.items() if isinstance(one, Unscored)]
    assert failed and all("cannot be reached" in one.detail and one.prompt for one in failed)
    told = run("report", "last").out
    assert "Another judge stood in where the model tiny did not judge an answer" in " ".join(told.split())
    assert "judged by embedded" in told and "not judged by panel:tiny" in " ".join(told.split())


def test_a_screen_whose_judge_fails_is_unscored_and_says_so(run: Run, server: Endpoint) -> None:
    server.replies = judging(status(500))
    ran = run("practice", *QUESTION, "--screen", "--judge", "llm", said=f"{SAID}\n{MORE}\n")
    assert ran.code == 0
    made = report(run)
    first = made["questions"][0]["first"]
    assert first["level"] is None and first["standing"] == "unscored"
    assert {one["role"] for one in first["judgements"]} == {"own", "steering"}
    assert "no verdict" in run("report", "last").out or "not judged by llm:tiny" in run("report", "last").out


def test_the_same_judge_does_later_what_it_could_not_do_whatever_model_is_set_by_then(
    run: Run, server: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.replies = judging(status(500))
    run("practice", *QUESTION, "--screen", "--judge", "panel", "--model", "large", said=f"{SAID}\n{MORE}\n")
    (line,) = (one for one in report(run)["judging"] if "The same judge can still do it" in one)
    command = line.rpartition("`interviewer ")[2].partition("`")[0].split()
    server.replies = model
    monkeypatch.setenv("INTERVIEWER_MODEL", "tiny")
    assert run(*command, "--yes").code == 0
    assert {seen.body["model"] for seen in server.requests} == {"large"}
    made = report(run)["questions"][0]["first"]
    assert made["standing"] == "scored"
    assert made["judgements"][-1]["judge"]["name"] == "panel:large"
    assert run("interviews", "rejudge", "--model", "large").err.startswith("--model large is for nobody")


def test_the_key_is_nowhere(run: Run, server: Endpoint, home: Path, tmp_path: Path) -> None:
    server.replies = unauthorised()
    turns = f"{SAID}\n{MORE}\n"
    shown = [run("practice", *QUESTION, "--judge", "panel", "--speaker", "llm", said=turns)]
    assert shown[0].code == 0
    sent = [{name.lower(): value for name, value in seen.headers.items()} for seen in server.requests]
    assert {one["authorization"] for one in sent} == {f"Bearer {KEY}"}
    for arguments in (
        ("report", "last"),
        ("report", "last", "--format", "json"),
        ("report", "last", "--format", "html"),
        ("interviews", "show", "last", "--why"),
        ("interviews", "export", "last"),
        ("doctor",),
    ):
        shown.append(run(*arguments))
    assert any("does not accept the key" in one.out for one in shown)
    assert not any(KEY in one.out + one.err for one in shown)
    files = [path for path in (*home.rglob("*"), *tmp_path.rglob("*")) if path.is_file()]
    assert home / "interviews.db" in files
    assert not any(KEY.encode() in path.read_bytes() for path in files)


# Going on


def paused(run: Run, *options: str) -> str:
    """An interview with a model that was left after one answer; its id."""
    ran = run("practice", *QUESTION, "--judge", "panel", "--speaker", "llm", *options, said=f"{SAID}\n/pause\n")
    assert ran.code == 3
    return program().store.list()[0].id


def test_a_resumed_interview_keeps_its_judge_and_speaker(run: Run, server: Endpoint) -> None:
    paused(run)
    before = len(server.requests)
    ran = run("resume", said=f"{MORE}\n")
    assert (ran.code, ran.err) == (0, "")
    assert "judged by the model tiny" in ran.out and "does not take part" not in ran.out
    assert len(server.requests) > before
    assert {one.outcome.judge.name for one in judged()} == {"panel:tiny"}


def test_words_go_to_no_other_place_than_was_agreed_to(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    paused(run)
    with Endpoint(model) as other:
        monkeypatch.setenv("OPENAI_BASE_URL", other.url)
        ran = run("resume", said=f"{MORE}\n")
        assert other.requests == []
    assert ran.code == 0
    first = ran.out.splitlines()[0]
    assert first.startswith(f"tiny does not take part now: {other.host} is not the place that was agreed to; the menu")
    assert "The embedded judge stands in for it.\nThe lines are the author's.\n" in ran.out
    assert ran.out.count("does not take part") == 1
    assert "and the embedded judge · spoken by the model tiny · now without the model\n" in ran.out
    assert judged()[-1].outcome.judge.name == "embedded"


def test_a_screen_goes_on_unscored_where_its_model_is_gone(
    run: Run, server: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    paused(run, "--screen")
    monkeypatch.setenv("OPENAI_BASE_URL", "https://models.example/v1")
    monkeypatch.delenv("OPENAI_API_KEY")
    ran = run("resume", said=f"{MORE}\n")
    assert ran.code == 0
    assert ran.out.startswith("tiny does not take part now: There is no key for models.example.\n")
    assert "what it finds does not count" in ran.out
    assert report(run)["questions"][0]["first"]["standing"] == "unscored"


def test_somebody_elses_folder_agrees_to_nothing(
    run: Run, server: Endpoint, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine, theirs = tmp_path / "mine", tmp_path / "theirs"
    theirs.mkdir()
    (theirs / ".env").write_text("INTERVIEWER_HOME=home\n", encoding="utf-8")
    monkeypatch.setattr("platformdirs.user_data_dir", lambda *_, **__: str(mine))
    monkeypatch.delenv("INTERVIEWER_HOME")
    monkeypatch.chdir(theirs)
    ours = program()
    agreed = Cast(JudgeKind.PANEL, SpeakerKind.LLM, "tiny", "tiny")
    Consent(ours.settings.prepare_home()).remember(server.host, agreed, agreed=True, at=ours.clock.now())
    assert run("practice", *QUESTION, said=f"{SAID}\n").code == 0
    assert server.requests == []
    ours.settings.prepare_agreements()
    ours.consent.remember(server.host, agreed, agreed=True, at=ours.clock.now())
    assert (mine / "model.json").exists()
    assert run("practice", *QUESTION, said=f"{SAID}\n").code == 0
    assert server.requests != []


def test_the_budget_counts_what_was_taken_before(run: Run, server: Endpoint, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INTERVIEWER_TOKEN_BUDGET", "12000")
    server.usage = (9_000, 10)
    run("practice", *QUESTION, "--judge", "llm", said=f"{SAID}\n/pause\n")
    assert len(server.requests) == 1
    run("resume", said=f"{MORE}\n")
    assert len(server.requests) == 1
    failed = judged()[-1].outcome
    assert isinstance(failed, Unscored) and "over its budget (12,000 tokens or 2.00 US dollars)" in failed.detail


# Names


@pytest.mark.parametrize(
    ("judge", "speaker", "cast"),
    [
        ("embedded", "authored", Cast()),
        ("llm:a/b:c", "authored", Cast(JudgeKind.LLM, judge_model="a/b:c")),
        ("panel:a", "llm:b", Cast(JudgeKind.PANEL, SpeakerKind.LLM, "a", "b")),
        ("scripted", "simple", Cast()),
        ("llm:", "llm:", Cast()),
        ("embedded:x", "authored:x", Cast()),
    ],
)
def test_the_cast_is_read_from_the_log(run: Run, judge: str, speaker: str, cast: Cast) -> None:
    run("practice", *QUESTION, said=f"{SAID}\n")
    first = started()
    named = first.model_copy(update={"judge": first.judge.model_copy(update={"name": judge}), "speaker": speaker})
    assert Cast.of(named) == cast


def test_a_model_that_only_chats_is_asked_twice_and_not_believed(run: Run, server: Endpoint) -> None:
    server.replies = judging(says("I would say that this is fine."))
    assert run("practice", *QUESTION, "--judge", "llm", said=f"{SAID}\n").code == 0
    assert len(server.requests) == 2
    failed = judged()[-1].outcome
    assert isinstance(failed, Unscored) and "malformed twice" in failed.detail
