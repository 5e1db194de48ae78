"""The authored interviewer: every move has words, they vary, and they react to what was said."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from interviewer.core.events import CloseReason, Command, Mode, Move, MoveKind
from interviewer.core.findings import Intent
from interviewer.library import Library
from interviewer.speaking.authored import AuthoredSpeaker
from interviewer.speaking.lines import choose
from tests.factories import CONTRADICTED, COVERED, Log, point, question, scenario
from tests.stage import LINES, ROOT

SPEAKER = AuthoredSpeaker(LINES)
PRACTICE_ONLY = {"hint_offered", "close_well"}
FIELDS = {"again", "asks", "title", "reply"}


def line(log: Log, kind: MoveKind, **more: object) -> str:
    return SPEAKER.line(log.state, Move(kind=kind, reason="the test says so", **more))


def asked(**more: object) -> Log:
    return Log(**more).move(MoveKind.GREET, "Hello.").ask("http")


def test_every_key_is_used_by_the_speaker_and_every_key_it_uses_exists() -> None:
    source = (ROOT / "interviewer" / "speaking" / "authored.py").read_text(encoding="utf-8")
    quoted = set(re.findall(r"""["']([a-z_]+)["']""", source))
    kinds = {kind.value for kind in MoveKind}
    assert set(LINES) <= quoted | kinds
    assert {key for key in quoted if key.startswith(("close", "farewell", "hint_"))} <= set(LINES)


@pytest.mark.parametrize("key", LINES)
def test_wordings_vary_and_hold_only_known_fields(key: str) -> None:
    modes = LINES[key]
    assert set(modes) == ({"practice"} if key in PRACTICE_ONLY else {"practice", "screen"})
    for variants in modes.values():
        assert len(variants) == len(set(variants))
        bare = all(variant.startswith("{") and variant.endswith("}") for variant in variants)
        assert len(variants) >= 2 or bare, "one wording would be heard twice in a row"
        assert {field for variant in variants for field in re.findall(r"\{(\w+)\}", variant)} <= FIELDS


def test_the_wording_used_longest_ago_comes_next() -> None:
    log = asked()
    heard = []
    for _ in range(6):
        wording = choose(LINES, "received", log.state)
        heard.append(wording)
        log.answer("hm").move(MoveKind.PROBE, f"{wording} What else?", question="http", point="request")
    assert len(set(heard[:4])) == 4
    assert heard[4:] == heard[:2]


def test_two_interviews_begin_differently_and_a_replay_does_not() -> None:
    starts = {choose(LINES, "received", asked(salt=salt).state) for salt in "abcdefgh"}
    assert len(starts) > 1
    assert choose(LINES, "received", asked(salt="a").state) == choose(LINES, "received", asked(salt="a").state)


def test_practice_shows_that_it_understood_and_screen_stays_neutral() -> None:
    for mode, shown in ((Mode.PRACTICE, True), (Mode.SCREEN, False)):
        log = asked(mode=mode).answer("a request goes out", {"request": COVERED})
        text = line(log, MoveKind.PROBE, question="http", point="response", intent=Intent.ANSWER)
        assert text.endswith("What about the part next to response?")
        assert text.startswith("you said request") is shown


def test_a_denial_is_not_praised() -> None:
    log = asked().answer("nothing is ever sent", {"request": CONTRADICTED})
    text = line(log, MoveKind.PROBE, question="http", point="response", intent=Intent.ANSWER)
    assert any(text.startswith(wording) for wording in LINES["differs"]["practice"])


def test_i_dont_know_is_met_kindly() -> None:
    log = asked().answer("no idea")
    text = line(log, MoveKind.PROBE, question="http", point="response", intent=Intent.STUCK)
    assert any(text.startswith(wording) for wording in LINES["reassured"]["practice"])
    text = line(log, MoveKind.HINT, question="http", hint=0, point="request", intent=Intent.STUCK)
    assert text.endswith("Think of what belongs to request and response.")


def test_repeat_repeats_what_is_to_be_answered_now() -> None:
    log = asked().answer("hm")
    assert "In short: what is http?" in line(log, MoveKind.REPEAT, question="http")
    log.probe("request").reply("/repeat", command=Command.REPEAT)
    assert "What about the part next to request?" in line(log, MoveKind.REPEAT, question="http")
    log.move(MoveKind.REPEAT, "x", question="http").hint(1).answer("sorry?")
    assert "Think of what belongs to method." in line(log, MoveKind.REPEAT, question="http")


def test_clarifications_come_from_the_scenario_else_the_candidate_may_assume() -> None:
    log = asked().answer("do you mean http?")
    assert line(log, MoveKind.CLARIFY, question="http", fact=0) == "Yes, over HTTP."
    assert line(log, MoveKind.CLARIFY, question="http", fact=1) == "Two people."
    assert line(log, MoveKind.CLARIFY, question="http") in LINES["assume"]["practice"]
    log.move(MoveKind.CLARIFY, "Yes, over HTTP.", question="http").answer("do you mean http?")
    again = line(log, MoveKind.CLARIFY, question="http", fact=0)
    assert again.endswith("Yes, over HTTP.") and again != "Yes, over HTTP."


def test_what_is_true_of_every_interview_is_known_without_a_scenario_saying_so() -> None:
    facts = Library(home=Path("/nonexistent")).facts()
    speaker = AuthoredSpeaker(LINES, facts)
    log = asked().answer("are you a bot?")
    move = Move(kind=MoveKind.CLARIFY, reason="the test says so", question="http", fact=2)
    assert speaker.line(log.state, move).startswith("I'm a program.")
    assert all(len(fact.asked) >= 2 for fact in facts)


@pytest.mark.parametrize(
    ("reason", "key"),
    [
        (CloseReason.SATISFIED, "close_well"),
        (CloseReason.PROBED, "close"),
        (CloseReason.STUCK, "close_stuck"),
        (CloseReason.SKIPPED, "close_skipped"),
        (CloseReason.TIME, "close_time"),
        (CloseReason.LIMIT, "close"),
    ],
)
def test_each_way_of_closing_has_its_words(reason: CloseReason, key: str) -> None:
    text = line(asked().answer("hm"), MoveKind.CLOSE, question="http", close=reason)
    assert text in LINES[key]["practice"]


def test_screen_closes_alike_whether_the_answer_was_good_or_not() -> None:
    good = asked(mode=Mode.SCREEN).answer("x", {"request": COVERED})
    bad = asked(mode=Mode.SCREEN).answer("x")
    lines = [line(log, MoveKind.CLOSE, question="http", close=CloseReason.SATISFIED) for log in (good, bad)]
    assert lines[0] == lines[1] == line(bad, MoveKind.CLOSE, question="http", close=CloseReason.PROBED)


def test_the_lines_file_speaks_for_itself() -> None:
    text = Path(ROOT / "prompts" / "lines.yaml").read_text(encoding="utf-8")
    assert not re.search(r"\b(elaborate|please explain in detail|great question|awesome)\b", text, re.IGNORECASE)


def test_some_of_an_interviews_questions_are_announced_as_some() -> None:
    three = scenario(*(question(name, point(f"{name}-one")) for name in ("a", "b", "c")))
    for plan, key in ((("a",), "greet_one"), (("a", "b"), "greet_some")):
        log = Log(three, questions=plan, mode=Mode.SCREEN)
        assert line(log, MoveKind.GREET) in LINES[key]["screen"]
    assert line(Log(three, questions=("a", "b", "c")), MoveKind.GREET) == three.welcome
