"""Reports of interviews in which models took part: who judged which turn, and what it cost."""

from __future__ import annotations

import json
from typing import Any

import pytest

from interviewer.cli.why import tell
from interviewer.cli.words import header
from interviewer.core import events as ev
from interviewer.core.events import Mode, MoveKind, Who
from interviewer.core.findings import Assessment, JudgeVersion, Unscored, UnscoredReason, Usage
from interviewer.reporting.as_json import to_json
from interviewer.reporting.build import build
from interviewer.reporting.html import to_html
from interviewer.reporting.markdown import to_markdown
from interviewer.reporting.model import Report, Tally
from interviewer.reporting.panel import panel_text
from interviewer.reporting.usage import money, tally, tally_words
from interviewer.reporting.who import is_model, judge_words, speaker_words
from interviewer.reporting.words import one_line
from tests.factories import COVERED, Log, full_log
from tests.test_cli_admin import Run, stored
from tests.test_cli_admin import run as run
from tests.test_reporting_formats import HEAD, Page, markdown_text, terminal

PANEL = JudgeVersion(name="panel:clever-1", hash="c" * 64)
EMBEDDED = JudgeVersion(name="embedded", hash="e" * 64)
SLOW = "the endpoint did not answer within 20 s"
REDO = "interviewer interviews rejudge b7k2 --judge panel --model clever-1 --adopt"
SECRET_PROMPT, SECRET_REPLY = "You are a strict judge of rubrics.", "Sure! Here is my verdict"


def used(cost: float | None = 0.0021, *, tokens: int = 1200, estimated: bool = False, model: str = "clever-1") -> Usage:
    return Usage(model=model, input_tokens=tokens, output_tokens=34, cost=cost, estimated=estimated)


def failed(usage: Usage | None = None, reason: UnscoredReason = UnscoredReason.JUDGE_FAILED) -> Unscored:
    detail = SLOW if reason is UnscoredReason.JUDGE_FAILED else ""
    return Unscored(judge=PANEL, reason=reason, detail=detail, prompt=SECRET_PROMPT, reply=SECRET_REPLY, usage=usage)


def by(log: Log, judge: JudgeVersion, marks: dict[str, Any], usage: Usage | None = None) -> Assessment:
    return log.marks(marks).model_copy(update={"judge": judge, "usage": usage})


def test_another_version_of_the_same_judge_is_told() -> None:
    moved = JudgeVersion(name=PANEL.name, hash="d" * 64)
    log = Log(mode=Mode.SCREEN, judge=PANEL).ask("http").reply("the client sends a request")
    log.judged(by(log, PANEL, {"request": COVERED}))
    log.probe("response").reply("json comes back")
    log.judged(by(log, moved, {"request": COVERED, "response": COVERED}))
    text = terminal(made(log.close()))
    assert "Turn 2: judged by panel:clever-1 (cccccccccccc)." in text
    assert "Turn 4: judged by panel:clever-1 (dddddddddddd)." in text


def model_log(mode: Mode = Mode.PRACTICE, *, recovered: bool = False, failing: bool = True) -> Log:
    """Two questions: the model judges the first answer, and (late, or never) not the second."""
    log = Log(mode=mode, judge=PANEL, speaker="llm:clever-1").ask("http")
    log.reply("the client sends a request")
    log.judged(by(log, PANEL, {"request": COVERED}, used()))
    log.probe("response").reply("json comes back")
    log.judged(by(log, EMBEDDED, {"response": COVERED}))
    if failing:
        log.judged(failed(used(tokens=800)))
    if recovered:
        log.judged(by(log, PANEL, {}, used()))
    log.close().ask("codes").reply("404 is for what is not there")
    log.judged(by(log, PANEL, {"not-found": COVERED}, used(None)))
    return log.close().end()


def made(log: Log) -> Report:
    return build(log.state, interview="b7k2", length=len(log.events), head=HEAD, events=log.events)


def texts(report: Report) -> list[str]:
    """The report as a reader sees it: on a terminal, in Markdown, in a browser."""
    return [
        one_line(terminal(report, 110)),
        markdown_text(to_markdown(report)),
        Page(to_html(report)).text,
    ]


def first(data: dict[str, Any], name: str) -> dict[str, Any]:
    return next(one["first"] for one in data["questions"] if one["id"] == name)


def roles(data: dict[str, Any], name: str) -> list[tuple[Any, ...]]:
    return [(one["turn"], one["judge"]["name"], one["role"], one["counts"]) for one in first(data, name)["judgements"]]


# who judged which turn


def test_in_practice_the_stand_in_is_told_wherever_a_reader_looks() -> None:
    log = model_log()
    report = made(log)
    assert roles(to_json(report), "http") == [
        (2, "panel:clever-1", "own", True),
        (4, "embedded", "stand_in", True),
        (4, "panel:clever-1", "own", False),
    ]
    assert first(to_json(report), "http")["judgements"][1]["instead_of"] == "panel:clever-1"
    for text in texts(report):
        assert "Turn 2: judged by panel:clever-1 (cccccccccccc)." in text
        assert "Turn 4: judged by embedded (eeeeeeeeeeee), which stood in for panel:clever-1." in text
        assert f"Turn 4: not judged by panel:clever-1: {SLOW}." in text
        assert 'Another judge stood in where the model clever-1 did not judge an answer: one question ("Http").' in text
        assert "Judged by panel:clever-1 (cccccccccccc)." in text, "the other question has one judge"
        assert "rejudge" not in text
    assert "Judged by the embedded judge alone: the model clever-1 did not judge it." in panel_text(log.state, ["http"])
    assert "alone" not in panel_text(log.state, ["codes"])


def test_in_a_screen_the_question_waits_for_its_own_judge() -> None:
    report = made(model_log(Mode.SCREEN))
    data = to_json(report)
    assert (first(data, "http")["standing"], first(data, "codes")["standing"]) == ("unscored", "scored")
    assert [one[2:] for one in roles(data, "http")] == [("own", True), ("steering", False), ("own", True)]
    for text in texts(report):
        assert "Not scored: the judge could not do its work." in text
        assert "Turn 4: judged by embedded (eeeeeeeeeeee) to keep the conversation going, which does not count." in text
        assert 'Not yet judged to the end by the model clever-1: one question ("Http").' in text
        assert f"The same judge can still do it: `{REDO}`." in text
        assert "stood in" not in text
    assert any(REDO in line for line in data["judging"])


def test_a_verdict_that_came_at_last_leaves_nothing_to_wait_for() -> None:
    for mode in Mode:
        report = made(model_log(mode, recovered=True))
        data = to_json(report)
        assert first(data, "http")["standing"] == "scored"
        assert roles(data, "http")[-1] == (4, "panel:clever-1", "own", True)
        assert [one[3] for one in roles(data, "http")] == [True, False, False, True]
        assert data["judging"] == []
        for text in texts(report):
            assert "Turns 2 and 4: judged by panel:clever-1" in text
            assert SLOW not in text and "stood in" not in text


def test_a_verdict_that_never_came_is_no_failure() -> None:
    log = Log(mode=Mode.SCREEN, judge=PANEL).ask("http").reply("a request")
    log.judged(by(log, EMBEDDED, {"request": COVERED}))
    for text in texts(made(log)):
        assert "Not scored: no verdict of the interview's judge has come." in text
        assert "Turn 2: no verdict of panel:clever-1 has come." in text
        assert f"The same judge can still do it: once the interview is over, `{REDO}`." in text


def test_a_question_judged_only_up_to_an_earlier_turn_waits_too() -> None:
    data = to_json(made(model_log(Mode.SCREEN, failing=False)))
    assert [line.count("Http") for line in data["judging"]] == [1]


def test_an_adopted_judgement_ends_the_waiting() -> None:
    log = model_log(Mode.SCREEN)
    again = log.marks({}, "http").model_copy(update={"judge": PANEL, "usage": used(0.5)})
    report = made(log.rejudge("http", again))
    data = to_json(report)
    assert data["judging"] == []
    assert roles(data, "http")[-1] == (9, "panel:clever-1", "adopted", True)
    assert [one["task"] for one in data["models"]] == ["judging", "judging_again"]
    for text in texts(report):
        assert "Judged by panel:clever-1 (cccccccccccc)." in text
        assert "to keep the conversation going" not in text


def test_another_language_is_not_the_judges_failure() -> None:
    log = Log(mode=Mode.SCREEN, judge=PANEL).ask("http").reply("le client envoie une requête")
    log.judged(failed(reason=UnscoredReason.OTHER_LANGUAGE)).close().end()
    report = made(log)
    assert report.judging == ()
    for text in texts(report):
        assert "not in English" in text
        assert "rejudge" not in text


def test_prompt_and_reply_are_not_in_a_report() -> None:
    report = made(model_log(Mode.SCREEN))
    for text in (*texts(report), json.dumps(to_json(report)), to_html(report)):
        assert SECRET_PROMPT not in text
        assert SECRET_REPLY not in text


def test_what_a_model_says_of_itself_cannot_break_out() -> None:
    bad = "<script>x</script> \x1b[31m| **b** `c` [l](javascript:x)"
    log = Log(mode=Mode.SCREEN, judge=JudgeVersion(name=f"llm:{bad}", hash="c"), speaker=f"llm:{bad}").ask("http")
    log.reply("a request").judged(failed(used(model=bad)).model_copy(update={"judge": log.judge, "detail": bad}))
    report = made(log)
    assert "script" not in Page(to_html(report)).tags
    assert "\x1b" not in terminal(report) + to_markdown(report) + to_html(report) + "".join(header(log.state))
    for text in texts(report):
        assert "<script>x</script> | **b** `c` [l](javascript:x)" in text


# nothing changes without a model


@pytest.mark.parametrize("mode", list(Mode))
def test_without_a_model_a_report_says_nothing_of_models(mode: Mode) -> None:
    log = full_log(mode=mode).rejudge("codes", full_log().marks({}, "codes"))
    report = made(log)
    data = to_json(report)
    assert {"judging", "models", "total"}.isdisjoint(data)
    assert all("judgements" not in one["first"] for one in data["questions"])
    for text in texts(report):
        assert "What the models took" not in text and "model" not in text.lower()


def test_one_line_of_a_model_is_enough_to_be_told() -> None:
    log = Log(speaker="llm:clever-1").ask("codes")
    assert to_json(made(log))["models"] == []
    assert all("Spoken by the model clever-1" in text.replace("**", "").replace(":", "") for text in texts(made(log)))


# what it cost


def spoken(log: Log, *parts: tuple[str, Usage | None]) -> Log:
    """The interviewer's line comes in parts."""
    log.add(ev.Moved(at=log.now, move=ev.Move(kind=MoveKind.GREET, reason="the test says so")))
    for place, (text, usage) in enumerate(parts):
        more = place < len(parts) - 1
        log.add(ev.Said(at=log.now, turn=1, who=Who.INTERVIEWER, text=text, more=more, usage=usage))
    log._turns += 1
    return log


def test_tokens_and_cost_are_added_up_by_model_and_by_task() -> None:
    log = spoken(Log(judge=PANEL), ("Hello.", None), ("Welcome.", used(0.01, model="chatty")))
    log.ask("http").reply("a request goes out")
    log.judged(by(log, PANEL, {"request": COVERED}, used(0.002))).probe("response").reply("and json")
    log.judged(by(log, PANEL, {}, used(None, estimated=True))).close().end()
    report = made(log)
    data = to_json(report)
    assert data["models"] == [
        {"model": "chatty", "task": "speaking", "uses": 1, "input_tokens": 1200, "output_tokens": 34, "cost": 0.01,
         "unpriced": 0, "estimated": 0},
        {"model": "clever-1", "task": "judging", "uses": 2, "input_tokens": 2400, "output_tokens": 68, "cost": 0.002,
         "unpriced": 1, "estimated": 1},
    ]  # fmt: skip
    assert data["total"] == {
        "uses": 3, "input_tokens": 3600, "output_tokens": 102, "cost": 0.012, "unpriced": 1, "estimated": 1
    }  # fmt: skip
    for text in texts(report):
        assert "What the models took" in text
        assert "used once: 1,200 tokens in, 34 out; US$ 0.0100" in text
        told = "used 2 times: 2,400 tokens in, 68 out (estimated for 1 of 2 uses); "
        assert told + "at least US$ 0.0020, with no price known for 1 of 2 uses" in text
        assert "used 3 times: 3,600 tokens in, 102 out" in text


def test_a_cost_that_is_not_known_is_never_nothing() -> None:
    report = made(model_log())
    assert report.total.cost == 0.0042
    unknown = tally([used(None), used(None)])
    assert unknown.cost is None
    assert tally_words(unknown) == "used 2 times: 2,400 tokens in, 68 out; cost not known"
    assert tally_words(tally([used(0.0, estimated=True)])) == (
        "used once: 1,200 tokens in, 34 out (estimated); US$ 0.00"
    )
    assert tally([]) == Tally(uses=0, input_tokens=0, output_tokens=0, cost=None, unpriced=0, estimated=0)


@pytest.mark.parametrize(
    ("dollars", "told"),
    [(0.0, "US$ 0.00"), (0.00001, "under US$ 0.0001"), (0.0123, "US$ 0.0123"), (1.234, "US$ 1.23")],
)
def test_money(dollars: float, told: str) -> None:
    assert money(dollars) == told


def test_the_command_tells_what_speaking_took(run: Run) -> None:
    log = spoken(Log(speaker="llm:clever-1"), ("Hello.", used(0.01))).ask("codes")
    out = run("report", stored(log)).out
    assert "clever-1, speaking" in out
    assert "US$ 0.0100" in out


# names and the header


@pytest.mark.parametrize(
    ("judge", "speaker", "told"),
    [
        ("embedded", "authored", "judged by the embedded judge on this machine · authored interviewer"),
        ("scripted", "authored", "judged by the scripted judge · authored interviewer"),
        ("llm:clever-1", "authored", "judged by the model clever-1 · authored interviewer"),
        (
            "panel:org/clever-1:free",
            "llm:chatty",
            "judged by the model org/clever-1:free and the embedded judge · spoken by the model chatty",
        ),
    ],
)
def test_the_header_says_who_speaks_and_who_judges(judge: str, speaker: str, told: str) -> None:
    log = Log(judge=JudgeVersion(name=judge, hash="x"), speaker=speaker)
    assert header(log.state) == ("Tester", told)


def test_names_without_a_model_stay_as_they_are() -> None:
    for name in ("embedded", "authored", "scripted", "llm", "panel", "other:thing"):
        assert (is_model(name), judge_words(name), speaker_words(name)) == (False, name, name)


# interviews show --why


def told(log: Log, *, why: bool = True) -> list[str]:
    return [one.text for one in tell(log.scenario, log.events, why=why)]


def test_why_tells_stand_ins_failures_and_late_verdicts() -> None:
    lines = told(model_log(recovered=True))
    assert "judged http by embedded (in place of panel:clever-1): new findings" in lines
    at = lines.index("judged http by panel:clever-1, late, up to turn 4: not scored (judge failed)")
    assert lines[at + 1 : at + 4] == [
        SLOW,
        "what it was asked and answered is kept; `interviewer interviews export` shows it",
        "took clever-1: 800 tokens in, 34 out; US$ 0.0021",
    ]
    assert "judged http by panel:clever-1, late, up to turn 4: nothing new" in lines
    assert "took clever-1: 1,200 tokens in, 34 out; cost not known" in lines
    screened = told(model_log(Mode.SCREEN))
    assert "judged http by embedded (not counting, in place of panel:clever-1): new findings" in screened
    assert not [line for line in (*lines, *screened) if SECRET_PROMPT in line or SECRET_REPLY in line]


def test_why_shows_a_move_with_the_findings_that_it_went_by() -> None:
    log = Log(mode=Mode.SCREEN, judge=PANEL).ask("http").reply("a request goes out")
    log.judged(by(log, EMBEDDED, {"request": COVERED}))
    log.move(MoveKind.PROBE, "And then?", question="http", point="response", because=("http.request",))
    assert told(log)[-2] == 'http.request  covered 0.95  "a request goes out" (turn 2)'


def test_a_line_in_parts_is_one_line_unless_something_happened_between() -> None:
    log = spoken(Log(), ("Hello.", None), ("Welcome.", used(0.01)))
    assert told(log, why=False)[1:] == ["Hello. Welcome."]
    assert told(log)[-2:] == ["Hello. Welcome.", "took clever-1: 1,200 tokens in, 34 out; US$ 0.0100"]
    begun = spoken(Log(), ("Hello.", None), ("Welcome.", None))
    rest = begun.events.pop()
    assert told(begun, why=False)[-1] == "Hello."
    begun.add(ev.Paused(at=begun.now), ev.Resumed(at=begun.now), rest)
    lines = told(begun, why=False)
    assert [lines[1], lines[-1]] == ["Hello.", "Welcome."]
    assert [line.split()[0] for line in lines[2:-1]] == ["paused", "resumed"]


def test_what_failed_is_kept_in_the_export(run: Run) -> None:
    name = stored(model_log(Mode.SCREEN))
    exported = run("interviews", "export", name).out
    assert SECRET_PROMPT in exported
    assert SECRET_REPLY in exported
    assert SECRET_PROMPT not in run("interviews", "show", name, "--why").out
