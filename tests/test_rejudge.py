"""`interviews rejudge`: what another judge would change, told whole, and adopted without losing a row."""

from __future__ import annotations

import getpass
import io
import json
import sqlite3
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from interviewer.bootstrap import Program, program
from interviewer.cli import app
from interviewer.core.events import Mode, Rejudged, Resumed
from interviewer.core.findings import JudgeVersion, Status, Unscored, UnscoredReason
from interviewer.core.hiring import Recommendation, summarise
from interviewer.core.ports import Judge
from interviewer.core.replay import replay
from interviewer.core.scoring import grade
from interviewer.evaluation.rejudge import rejudge
from interviewer.judging.scripted import ScriptedJudge
from tests import factories as make
from tests.factories import BEGIN, CORE, COVERED, MINIMUM, PANEL, UNCLEAR, Log, span

WORDS = {
    "http": ("the client asks and the server answers", {"request": COVERED, "response": COVERED}),
    "caching": ("no idea", {}),
    "codes": ("404 not there, 201 made", {"not-found": COVERED, "created": COVERED}),
}
SAME: dict[str, tuple[str, ...]] = {
    "the client asks and the server answers": ("request", "response"),
    "404 not there, 201 made": ("not-found", "created"),
}
STRICT: dict[str, tuple[str, ...]] = {
    "the client asks": ("request",),
    "404 not there": ("not-found",),
    "201 made": ("all-200",),
}
"""A judge that hears less, and one red flag more."""


class Ran(NamedTuple):
    code: int
    out: str
    err: str


Run = Callable[..., Ran]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run the command as from a command line, through the one error boundary."""

    def ran(*arguments: str) -> Ran:
        monkeypatch.setattr(sys, "argv", ["interviewer", *arguments])
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


@pytest.fixture
def judged_by(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Judge]:
    """Put another judge in the program's place, and Ada at the keyboard."""
    monkeypatch.setattr(getpass, "getuser", lambda: "ada")

    def use(script: dict[str, tuple[str, ...]], **unscored: Unscored) -> Judge:
        judge = ScriptedJudge(script, unscored)
        monkeypatch.setattr(Program, "judge", property(lambda _: judge))
        return judge

    return use


def stored(log: Log) -> str:
    """Store a log in the test's home folder; its id."""
    store = program().store
    first, *rest = log.events
    kept = store.begin(log.scenario, first)  # type: ignore[arg-type]
    for event in rest:
        kept.append(event)
    store.close()
    return kept.interview


def held(mode: Mode = Mode.SCREEN, **more: Any) -> Log:
    """A finished interview in which the least was said that earns a pass."""
    log = Log(mode=mode, **more)
    for name, (text, marks) in WORDS.items():
        log.whole(name, marks, text)
    return log.end()


def rows(interview: str) -> list[dict[str, Any]]:
    """The events that are stored of an interview."""
    return [one["event"] for one in program().store.export(interview)["events"]]


def hash_of(judge: Judge) -> str:
    return f"{judge.version.name} ({judge.version.hash[:12]})"


# what is told


def test_the_changes_are_told_interview_by_interview(run: Run, judged_by: Callable[..., Judge]) -> None:
    judge = judged_by(STRICT)
    running = stored(Log(at=BEGIN.replace(hour=7)).ask("http"))
    practised = stored(held(Mode.PRACTICE, at=BEGIN.replace(hour=8)))
    name = stored(held().override("codes.created", COVERED))
    before = [len(rows(one)) for one in (running, practised, name)]

    ran = run("interviews", "rejudge")
    assert ran == (
        0,
        f"""\
{name}  tiny, screen, started 2026-01-05 09:00 UTC
  http.response           covered -> absent (0.95 -> 0.05)
  http                    level 2 -> level 1
  codes.created           covered -> absent (0.95 -> 0.05); Ada's word stands: covered
  red flag codes.all-200  absent -> covered (0.05 -> 0.95)
  codes                   level 3 -> level 2 or 3
  recommendation          pass -> fail

{practised}  tiny, practice, started 2026-01-05 08:00 UTC
  http.response           covered -> absent (0.95 -> 0.05)
  http                    level 2 -> level 1
  codes.created           covered -> absent (0.95 -> 0.05)
  red flag codes.all-200  absent -> covered (0.05 -> 0.95)
  codes                   level 3 -> level 2

{running}: not over yet, so it was skipped.
Judged again by {hash_of(judge)}: two interviews; 2 would change, 0 not.
""",
        "",
    )
    assert [len(rows(one)) for one in (running, practised, name)] == before


def test_the_same_as_json(run: Run, judged_by: Callable[..., Judge]) -> None:
    judge = judged_by({**SAME, "the client asks and the server answers": ("request",)})
    name = stored(held().override("http.response", COVERED))
    ran = run("interviews", "rejudge", name[:6], "last", "--format", "json")
    assert ran.code == 0
    assert json.loads(ran.out) == {
        "schema": "interviewer.rejudge/1",
        "judge": {"name": "scripted", "hash": judge.version.hash},
        "judged": 1,
        "unchanged": 0,
        "adopted": False,
        "interviews": [
            {
                "id": name,
                "scenario": "tiny",
                "mode": "screen",
                "changed": True,
                "recommendation": {"before": "pass", "after": "pass"},
                "questions": [
                    {
                        "question": "http",
                        "level": {"before": [2, 2], "after": [2, 2]},
                        "findings": [
                            {
                                "target": "http.response",
                                "red_flag": False,
                                "before": {"status": "covered", "probability": 0.95},
                                "after": {"status": "absent", "probability": 0.05},
                                "word": {"by": "Ada", "status": "covered"},
                            }
                        ],
                    }
                ],
                "adoptable": ["http"],
                "not_judged": [],
            }
        ],
        "running": [],
        "problems": [],
    }


def test_a_judge_that_finds_the_same_would_change_nothing(run: Run, judged_by: Callable[..., Judge]) -> None:
    judge = judged_by(SAME)
    name = stored(held(Mode.PRACTICE))
    count = len(rows(name))
    ran = run("interviews", "rejudge", "--adopt", "--yes")
    assert ran == (
        0,
        f"Judged again by {hash_of(judge)}: one interview; nothing would change.\nNothing was adopted.\n",
        "",
    )
    assert len(rows(name)) == count


def test_without_interviews_there_is_nothing_to_judge(run: Run, judged_by: Callable[..., Judge]) -> None:
    judged_by(SAME)
    assert run("interviews", "rejudge") == (0, "There is no interview to judge again.\n", "")
    assert json.loads(run("interviews", "rejudge", "--format", "json").out)["interviews"] == []


# adopting


def test_adopting_appends_to_the_log_and_happens_once(run: Run, judged_by: Callable[..., Judge]) -> None:
    judge = judged_by(STRICT)
    name = stored(held().override("http.response", COVERED))
    before = rows(name)
    ran = run("interviews", "rejudge", "last", "--adopt", "--yes")
    assert ran.code == 0
    assert ran.out.endswith(
        "Adopted: the new verdicts on two questions of one interview. The old ones stay in the log.\n"
    )

    after = rows(name)
    assert after[: len(before)] == before
    added = after[len(before) :]
    assert [(one["kind"], one["question"], one["attempt"], one["by"]) for one in added] == [
        ("rejudged", "http", 1, "ada"),
        ("rejudged", "codes", 1, "ada"),
    ]
    assert {one["outcome"]["judge"]["hash"] for one in added} == {judge.version.hash}
    assert run("interviews", "verify", name).code == 0
    assert "ada adopted the findings of scripted for http" in run("interviews", "show", name).out

    report = json.loads(run("report", name, "--format", "json").out)
    first = {one["id"]: one["first"] for one in report["questions"]}
    assert first["codes"]["judge"]["name"] == "scripted"
    assert first["caching"]["judge"]["name"] == "embedded-1"
    spoken = next(one for one in first["http"]["points"] if one["id"] == "http.response")
    assert (spoken["status"], spoken["judged_by"], spoken["by_person"]) == ("covered", "Ada", True)

    ran = run("interviews", "rejudge", "--adopt", "--yes")
    assert "one interview; nothing would change." in ran.out
    assert rows(name) == after


class Typed(io.StringIO):
    """What a person types at a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("answer", "added"), [("n\n", 0), ("y\n", 2)])
def test_at_a_terminal_it_asks_first(
    run: Run, judged_by: Callable[..., Judge], monkeypatch: pytest.MonkeyPatch, answer: str, added: int
) -> None:
    judged_by(STRICT)
    name = stored(held())
    count = len(rows(name))
    monkeypatch.setattr(sys, "stdin", Typed(answer))
    ran = run("interviews", "rejudge", "--adopt")
    assert ran.code == 0
    assert "Adopt the new verdicts on two questions of one interview? The old ones stay in the log." in ran.out
    assert ("Nothing was adopted." in ran.out) == (not added)
    assert len(rows(name)) == count + added


def test_with_json_the_question_stays_out_of_the_output(
    run: Run, judged_by: Callable[..., Judge], monkeypatch: pytest.MonkeyPatch
) -> None:
    judged_by(STRICT)
    stored(held())
    monkeypatch.setattr(sys, "stdin", Typed("y\n"))
    ran = run("interviews", "rejudge", "--adopt", "--format", "json")
    assert json.loads(ran.out)["adopted"] is True
    assert ran.err.startswith("Adopt the new verdicts")


def test_leaving_the_question_adopts_nothing(
    run: Run, judged_by: Callable[..., Judge], monkeypatch: pytest.MonkeyPatch
) -> None:
    judged_by(STRICT)
    name = stored(held())
    count = len(rows(name))
    monkeypatch.setattr(sys, "stdin", Typed(""))
    assert run("interviews", "rejudge", "--adopt").code == 130
    assert len(rows(name)) == count


def test_without_a_terminal_adopting_needs_yes(run: Run, judged_by: Callable[..., Judge]) -> None:
    judged_by(STRICT)
    name = stored(held())
    count = len(rows(name))
    ran = run("interviews", "rejudge", "--adopt")
    assert ran == (2, "", "Nothing was adopted: nobody can be asked here.\nAdd --yes to adopt what changes.\n")
    assert len(rows(name)) == count


def test_who_adopted_is_never_empty(run: Run, judged_by: Callable[..., Judge], monkeypatch: pytest.MonkeyPatch) -> None:
    judged_by(STRICT)

    def nobody() -> str:
        raise KeyError("getpwuid(): uid not found: 12345")

    monkeypatch.setattr(getpass, "getuser", nobody)
    name = stored(held())
    run("interviews", "rejudge", "--adopt", "--yes")
    assert rows(name)[-1]["by"] == "somebody at the command line"


# what stands in the way


def test_only_a_judge_that_there_is(run: Run) -> None:
    ran = run("interviews", "rejudge", "--judge", "oracle")
    assert (ran.code, ran.out) == (2, "")
    assert "'oracle' is not one of 'embedded', 'llm', 'panel'" in ran.err


def test_a_chat_model_must_be_chosen(run: Run) -> None:
    ran = run("interviews", "rejudge", "--judge", "llm")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("No model is chosen.\nName one with --model, or set INTERVIEWER_MODEL ")


def test_an_unknown_interview_is_told_before_any_is_judged(run: Run, judged_by: Callable[..., Judge]) -> None:
    judged_by(STRICT)
    stored(held())
    ran = run("interviews", "rejudge", "last", "zzzz")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("There is no interview 'zzzz'.")


def test_a_damaged_log_is_told_and_the_others_go_on(run: Run, judged_by: Callable[..., Judge], home: Path) -> None:
    judged_by(STRICT)
    sound = stored(held())
    broken = stored(held(at=BEGIN.replace(hour=7)))
    odd = Log(at=BEGIN.replace(hour=6)).ask("http")
    impossible = stored(odd.add(Resumed(at=odd.now)))
    with sqlite3.connect(home / "interviews.db") as connection:
        connection.execute("update event set body = replace(body, 'e', 'a') where interview = ? and seq = 3", (broken,))
    connection.close()

    ran = run("interviews", "rejudge", "--adopt", "--yes")
    assert ran.code == 4
    assert ran.err.startswith(f"The log of interview {broken} is damaged: row 3 was changed")
    assert f"The log of interview {impossible} is damaged: its rows hold together, but" in ran.err
    assert ran.err.endswith("saves what is left of one. The others were judged again.\n")
    assert ran.out.startswith(sound)
    assert "one interview; 1 would change, 0 not." in ran.out
    assert rows(sound)[-1]["kind"] == "rejudged"

    ran = run("interviews", "rejudge", broken, sound, "--format", "json")
    assert ran.code == 4
    assert [one[:40] for one in json.loads(ran.out)["problems"]] == [ran.err[:40]]


def test_a_judge_that_fails_takes_no_verdict_away(run: Run, judged_by: Callable[..., Judge]) -> None:
    version = JudgeVersion(name="scripted", hash="f" * 16)
    failed = Unscored(judge=version, reason=UnscoredReason.JUDGE_FAILED)
    foreign = Unscored(judge=version, reason=UnscoredReason.OTHER_LANGUAGE)
    judged_by({}, **{"server answers": failed, "404": foreign})
    name = stored(held())
    ran = run("interviews", "rejudge", "--adopt", "--yes")
    lines = [line.split(maxsplit=1) for line in ran.out.splitlines()[1:-3]]
    assert lines == [
        ["codes.not-found", "covered -> not judged (0.95 -> none)"],
        ["codes.created", "covered -> not judged (0.95 -> none)"],
        ["codes", "level 3 -> not scored"],
        ["recommendation", "pass -> not enough evidence"],
        ["http", "could not be judged again; its verdict stays"],
        ["caching", "could not be judged again; its verdict stays"],
    ]
    assert [one["question"] for one in rows(name) if one["kind"] == "rejudged"] == ["codes"]


# what counts as a change


def found(log: Log, judge: Judge) -> Any:
    return rejudge(log.state, judge, log.now, "Ada")


class Panel(ScriptedJudge):
    """A scripted judge that is more than the embedded one."""

    @property
    def version(self) -> JudgeVersion:
        return PANEL


def test_a_second_judge_that_finds_the_same_decides_what_the_embedded_one_may_not() -> None:
    log = Log(mode=Mode.SCREEN).whole("http", {}, "no idea").whole("codes", {}, "none").end()
    made = found(log, Panel({}))
    assert (made.before, made.after) == (Recommendation.NOT_ENOUGH, Recommendation.FAIL)
    assert made.questions == ()
    adopted = replay(log.scenario, [*log.events, *made.adoptable])
    assert summarise(adopted).recommendation is Recommendation.FAIL
    assert not rejudge(adopted, Panel({}), log.now, "Ada").changed


def test_other_words_quoted_count_where_help_came_before_them() -> None:
    plan = make.scenario(make.question("q", make.point("a", MINIMUM), make.point("b", CORE)))
    log = Log(plan).ask("q").answer("alpha and beta", {"a": COVERED, "b": COVERED})
    log.probe("b").answer("so beta it is", {"b": (COVERED, [span(2, "beta", "alpha and beta")])}).close().end()
    assert grade(log.state, "q").low == 4

    same = found(log, ScriptedJudge({"alpha and beta": ("a", "b")}))
    assert (same.judged, same.changed) == (1, False)
    same_level = found(log, ScriptedJudge({"so beta": ("b",), "alpha": ("a",)}))
    assert not same_level.changed

    plan = make.scenario(make.question("q", make.point("a", MINIMUM), *(make.point(one, CORE) for one in "bcde")))
    said = "alpha beta gamma delta"
    log = Log(plan).ask("q").answer(said, dict.fromkeys("abcd", COVERED))
    log.probe("d").answer("delta", {}).close().end()
    other = found(log, ScriptedJudge({said: ("a", "b", "c"), "delta": ("d",)}))
    (change,) = other.questions
    assert (change.findings, change.before.low, change.after.low) == ((), 4, 3)
    assert [type(one) for one in other.adoptable] == [Rejudged]


def test_one_verdict_for_many_is_no_change_of_the_judges() -> None:
    """The same was found in the same words: that an earlier sighting had less help before it is history."""
    points = (make.point("a", MINIMUM), *(make.point(one, CORE) for one in "bcde"))
    plan = make.scenario(make.question("q", *points))
    said = "alpha beta gamma delta"
    log = Log(plan).ask("q").answer(said, dict.fromkeys("abcd", COVERED)).probe("d")
    log.answer("delta", {"d": COVERED}).close().end()
    whole, later = span(2, said), span(4, "delta")

    class Same(ScriptedJudge):
        def assess(self, question: Any, turns: Any) -> Any:
            marks = {one: make.finding(one, COVERED, [whole]) for one in "abc"}
            return make.assessment(question, {**marks, "d": make.finding("d", COVERED, [later])}, {}, self.version)

    assert not found(log, Same({})).changed


def test_a_question_is_judged_over_the_turns_that_counted_then() -> None:
    heard: dict[str, list[int]] = {}

    class Listener(ScriptedJudge):
        def assess(self, question: Any, turns: Any) -> Any:
            heard[question.id] = [turn.number for turn in turns]
            return super().assess(question, turns)

    log = Log().whole("http").whole("caching").review("http").retry("http").answer("once more").close()
    made = found(log.end(), Listener({}))
    assert heard == {"http": [1, 2], "caching": [1, 2, 4, 5]}
    assert made.judged == 2


def test_a_doubt_that_is_settled_is_a_change() -> None:
    log = Log().ask("codes").answer("404", {"not-found": UNCLEAR}).close().end()
    (change,) = found(log, ScriptedJudge({"404": ("not-found",)})).questions
    (one,) = change.findings
    assert one.before is not None
    assert one.after is not None
    assert (one.target, one.before.status, one.after.status) == ("codes.not-found", Status.UNCLEAR, COVERED)
    assert (change.before.low, change.before.high, change.after.low) == (1, 2, 2)
