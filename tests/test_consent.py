"""Consent to a model: said once, asked once, remembered for that place and those models, and taken back."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from interviewer.bootstrap import Program, program
from interviewer.cast import Cast, JudgeKind, SpeakerKind
from interviewer.cli import app, menu, modelling, practice
from interviewer.cli.pipe import PipeCandidate
from interviewer.consent import Consent, notice, stamp
from interviewer.core.errors import SettingsError
from interviewer.core.scenario import Scenario
from tests.chatting import reply
from tests.endpoint import LOOPBACK, Endpoint, Exchange, perform

pytestmark = LOOPBACK

AT = datetime(2026, 1, 5, 9, tzinfo=UTC)
BOTH = Cast(JudgeKind.PANEL, SpeakerKind.LLM, "tiny", "tiny")
JUDGE = Cast(JudgeKind.LLM, judge_model="tiny")
SPEAKER = Cast(speaker=SpeakerKind.LLM, speaker_model="tiny")
SAID = "it asks dns for the ip, then the client sends a http request and the server answers\n"


def model(exchange: Exchange) -> None:
    perform(exchange, "Okay, thank you." if exchange.streams else reply())


# What is kept


@pytest.fixture
def consent(tmp_path: Path) -> Consent:
    return Consent(tmp_path)


def answered(consent: Consent, place: str, cast: Cast) -> bool | None:
    found = consent.latest(place, cast)
    return found.agreed if found else None


def test_nobody_was_asked_at_first(consent: Consent) -> None:
    assert consent.latest("there", BOTH) is None
    assert consent.standing("there", "tiny", "tiny") is None
    assert not consent.path.exists()


def test_an_answer_holds_for_its_place_and_its_models(consent: Consent) -> None:
    consent.remember("there", BOTH, agreed=True, at=AT)
    assert [answered(consent, "there", one) for one in (BOTH, JUDGE, SPEAKER)] == [True, True, True]
    assert answered(consent, "elsewhere", BOTH) is None
    assert answered(consent, "there", Cast(JudgeKind.LLM, judge_model="other")) is None
    standing = consent.standing("there", "tiny", "tiny")
    assert standing and standing.cast == BOTH
    assert consent.standing("there", "tiny", "other") is None


def test_agreeing_to_a_part_is_not_agreeing_to_the_whole(consent: Consent) -> None:
    consent.remember("there", SPEAKER, agreed=True, at=AT)
    assert answered(consent, "there", SPEAKER) is True
    assert answered(consent, "there", BOTH) is None
    standing = consent.standing("there", "tiny", "tiny")
    assert standing and standing.cast == SPEAKER


def test_the_last_word_counts(consent: Consent) -> None:
    consent.remember("there", BOTH, agreed=True, at=AT)
    consent.remember("there", BOTH, agreed=False, at=AT + timedelta(days=1))
    assert answered(consent, "there", JUDGE) is False
    for _ in range(30):
        consent.remember("elsewhere", JUDGE, agreed=True, at=AT)
    assert len(json.loads(consent.path.read_text())["answers"]) == 20


def test_another_notice_is_asked_about_anew(consent: Consent) -> None:
    consent.remember("there", BOTH, agreed=True, at=AT)
    consent.path.write_text(consent.path.read_text().replace("model/1", "model/0"))
    assert answered(consent, "there", BOTH) is None


def test_the_file_is_for_its_owner_and_a_broken_one_is_told(consent: Consent) -> None:
    consent.remember("there", BOTH, agreed=True, at=AT)
    assert consent.path.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in consent.home.iterdir()] == ["model.json"]
    consent.path.write_text("{}{")
    with pytest.raises(SettingsError, match=r"model\.json cannot be read: it is not what the program wrote"):
        consent.latest("there", BOTH)
    with pytest.raises(SettingsError, match="cannot be written"):
        Consent(consent.home / "nowhere").remember("there", BOTH, agreed=True, at=AT)


def test_the_notice_says_what_goes_where() -> None:
    words = "\n".join(notice("api.example", BOTH, "It costs nothing here.", local=False))
    assert "The model tiny would judge your answers and react to them, at api.example." in words
    assert "the points that are looked for" in words and "up to whoever runs it" in words
    speaks = "\n".join(notice("127.0.0.1:1", SPEAKER, "", local=True))
    assert "The model tiny would react to your answers, at 127.0.0.1:1, on your own machine or network." in speaks
    assert "points" not in speaks and "whoever" not in speaks
    two = Cast(JudgeKind.LLM, SpeakerKind.LLM, "a", "b")
    assert notice("x", two, "", local=True)[0].startswith(
        "The model a would judge your answers and the model b would react to them, at x"
    )
    assert stamp("api.example", two) == "model/1 api.example judge=a speaker=b"


# What is asked


class Terminal:
    """A person at a terminal who answers as scripted; what is asked beyond that is an error."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self._monkeypatch = monkeypatch
        self._capsys = capsys
        for module in (menu, practice):
            monkeypatch.setattr(module, "interactive", lambda: True)
        monkeypatch.setattr(practice, "_candidate", PipeCandidate)

    def run(self, *arguments: str, types: str = "") -> tuple[int, str]:
        self._monkeypatch.setattr(sys, "argv", ["interviewer", *arguments])
        self._monkeypatch.setattr(sys, "stdin", io.StringIO(types))
        self._capsys.readouterr()
        code: object = 0
        try:
            app.main()
        except SystemExit as left:
            code = left.code or 0
        out, err = self._capsys.readouterr()
        assert "Traceback" not in out + err
        assert isinstance(code, int)
        return code, out + err


@pytest.fixture
def server() -> Iterator[Endpoint]:
    with Endpoint(model) as running:
        yield running


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], server: Endpoint) -> Terminal:
    monkeypatch.setenv("OPENAI_BASE_URL", server.url)
    monkeypatch.setenv("INTERVIEWER_MODEL", "tiny")
    return Terminal(monkeypatch, capsys)


ONE = ("practice", "junior-backend", "--question", "api-call")


def test_an_option_at_a_terminal_asks_once(terminal: Terminal, server: Endpoint) -> None:
    code, shown = terminal.run(*ONE, "--judge", "panel", types=f"y\n{SAID}")
    assert code == 0 and shown.count("Use it?") == 1
    assert "The model tiny would judge your answers" in shown and "judged by the model tiny" in shown
    code, shown = terminal.run(*ONE, "--judge", "llm", types=SAID)
    assert code == 0 and "Use it?" not in shown and "would judge" not in shown
    assert "judged by the model tiny" in shown
    # What was agreed to is what happens by itself from then on.
    code, shown = terminal.run(*ONE, types=SAID)
    assert "judged by the model tiny and the embedded judge" in shown and "Use it?" not in shown
    taken = len(server.requests)
    code, shown = terminal.run(*ONE, "--judge", "embedded", "--speaker", "authored", types=SAID)
    assert code == 0 and "judged by the embedded judge" in shown and len(server.requests) == taken


def test_the_notice_is_folded_between_words(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "50")
    _, shown = terminal.run(*ONE, "--judge", "panel", types=f"n\n{SAID}")
    told = shown.partition("Use it?")[0]
    assert "Nothing else: no name, no file, no other interview." in " ".join(told.split())
    assert max(map(len, told.splitlines())) <= 50


def test_another_model_is_asked_about_again(terminal: Terminal, server: Endpoint) -> None:
    terminal.run(*ONE, "--speaker", "llm", types=f"y\n{SAID}")
    _, shown = terminal.run(*ONE, "--speaker", "llm", "--model", "other", types=f"n\n{SAID}")
    assert "The model other would react to your answers" in shown and "Use it?" in shown
    assert "Nothing is sent anywhere." in shown and "authored interviewer" in shown
    assert {seen.body["model"] for seen in server.requests} == {"tiny"}


def test_no_is_an_answer_and_practice_goes_on_without(terminal: Terminal, server: Endpoint) -> None:
    code, shown = terminal.run(*ONE, "--judge", "panel", types=f"n\n{SAID}")
    assert code == 0 and "judged by the embedded judge on this machine" in shown
    assert server.requests == []
    _, shown = terminal.run(*ONE, types=SAID)
    assert "Use it?" not in shown and server.requests == []


def test_the_menu_offers_the_model_once_and_takes_it_back(terminal: Terminal, server: Endpoint) -> None:
    code, shown = terminal.run(types="y\nq\n")
    assert code == 0
    assert shown.count("Use it?") == 1 and "The model tiny would judge your answers and react to them" in shown
    assert f"What you say also goes to {server.host}." in shown and f"m  Do without tiny at {server.host}" in shown
    _, shown = terminal.run(types="m\n")
    assert "Use it?" not in shown and "From now on nothing is sent anywhere" in shown
    _, shown = terminal.run(types="q\n")
    assert "Use it?" not in shown
    assert "Everything stays on this machine." in shown and f"m  Use tiny at {server.host}" in shown
    _, shown = terminal.run(types="m\ny\n")
    assert shown.count("Use it?") == 1
    assert modelling.standing_cast(program()) == BOTH
    assert server.requests == []


def test_the_menu_begins_with_the_model_that_was_agreed_to(terminal: Terminal, server: Endpoint) -> None:
    _, shown = terminal.run(types=f"y\n1\n4\n1\n{SAID}")
    assert "judged by the model tiny and the embedded judge · spoken by the model tiny" in shown
    assert server.requests


def test_the_menu_without_a_model_is_as_it_was(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("INTERVIEWER_MODEL")
    _, shown = terminal.run(types="q\n")
    assert shown.startswith("Interviewer: practise a technical interview. Everything stays on this machine.\n")
    assert "m  " not in shown and "Use it?" not in shown


def test_a_model_that_cannot_be_used_does_not_keep_the_menu_from_opening(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", "https://models.example/v1")
    code, shown = terminal.run(types="q\n")
    assert code == 0
    assert shown.startswith("No model takes part: There is no key for models.example. Run `interviewer keys set`")


def test_taking_back_holds_for_an_interview_that_goes_on(terminal: Terminal, server: Endpoint) -> None:
    code, _ = terminal.run(*ONE, "--judge", "panel", types=f"y\n{SAID}/pause\n")
    assert code == 3
    taken = len(server.requests)
    ours = program()
    offer = modelling.configured_offer(ours)
    modelling.remember(ours, offer, agreed=False)
    code, shown = terminal.run("resume", types="I don't know\n")
    assert code == 0
    assert "tiny does not take part now: You have asked since that no model be used." in shown
    assert len(server.requests) == taken


# What it costs


@pytest.fixture
def scenario() -> Scenario:
    return program().library.get("junior-backend")


@pytest.fixture
def at_openai(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Program]:
    def made(name: str) -> Program:
        monkeypatch.setenv("INTERVIEWER_MODEL", name)
        monkeypatch.setenv("OPENAI_API_KEY", "sk-not-used-anywhere")
        return program()

    return made


def test_the_cost_is_told_before_anything_is_sent(at_openai: Callable[[str], Program], scenario: Scenario) -> None:
    cheap, dear = at_openai("gpt-5-nano"), at_openai("gpt-5")
    costs = [modelling.configured_offer(ours).cost(scenario, ours.prompts) for ours in (cheap, dear)]
    assert costs[0] is not None and costs[1] is not None
    assert 0 < costs[0] < costs[1] < 2
    words = modelling.configured_offer(dear).cost_words(scenario, dear.prompts)
    assert words.startswith("An interview of 25 answers takes about ")
    assert words.endswith("never more than 500,000 tokens or US$ 2.00.")


def test_a_price_that_is_not_known_is_told(at_openai: Callable[[str], Program], scenario: Scenario) -> None:
    ours = at_openai("nobody-knows-this")
    words = modelling.configured_offer(ours).cost_words(scenario, ours.prompts)
    assert "its price is not known; never more than 500,000 tokens." in words


def test_without_bounds_that_is_told(
    at_openai: Callable[[str], Program], scenario: Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INTERVIEWER_TOKEN_BUDGET", "none")
    monkeypatch.setenv("INTERVIEWER_COST_BUDGET", "none")
    ours = at_openai("gpt-5")
    assert modelling.configured_offer(ours).cost_words(scenario, ours.prompts).endswith("; there is no bound.")
