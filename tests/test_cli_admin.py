"""The commands that show, check, export and delete: what they print, and the status they leave with."""

from __future__ import annotations

import errno
import io
import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml

from interviewer.bootstrap import Program, program
from interviewer.cli import app
from interviewer.core.errors import StoreBusy
from interviewer.core.events import Channel, Mode, Move, Moved, MoveKind, Paused, Resumed
from interviewer.core.findings import Intent, Status
from interviewer.core.scenario import AskWhen, Calibration, Question, Scenario, Section
from interviewer.evaluation.scenario_check import check
from interviewer.evaluation.spoken import spoken
from interviewer.judging import encoder
from interviewer.judging.scripted import ScriptedJudge
from interviewer.library import schema_text
from interviewer.store import Store
from tests import factories as make
from tests.factories import ABSENT, CORE, COVERED, MINIMUM, STRONG, Log


class Ran(NamedTuple):
    code: int
    out: str
    err: str


Run = Callable[..., Ran]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run the program as from a command line, through its one error boundary."""

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
        assert "\x1b" not in out + err
        return Ran(code, out, err)

    return ran


def stored(log: Log) -> str:
    """Store a log in the test's home folder; its id."""
    store = program().store
    first, *rest = log.events
    kept = store.begin(log.scenario, first)  # type: ignore[arg-type]
    for event in rest:
        kept.append(event)
    store.close()
    return kept.interview


def finished(**more: Any) -> Log:
    return make.full_log(**more)


def screened() -> Log:
    """A finished interview in screen mode in which everything was said."""
    log = Log(mode=Mode.SCREEN)
    log.whole("http", {"request": COVERED, "response": COVERED, "tls": COVERED})
    log.whole("caching", {"cache-header": COVERED, "etag": COVERED})
    return log.whole("codes", {"not-found": COVERED, "created": COVERED}).end()


def damage(home: Path, interview: str, row: int) -> None:
    """Change what a row says behind the program's back."""
    with sqlite3.connect(home / "interviews.db") as connection:
        connection.execute(
            "update event set body = replace(body, 'e', 'a') where interview = ? and seq = ?", (interview, row)
        )
    connection.close()


def impossible() -> Log:
    """A log that is chained well, and in which an interview ends that nobody had begun to hold."""
    log = Log().ask("http")
    return log.add(Resumed(at=log.now))


# interviews list


def test_an_empty_list_says_how_to_begin(run: Run) -> None:
    assert run("interviews", "list") == (
        0,
        "There are no interviews yet. Begin one with `interviewer practice`.\n",
        "",
    )
    ran = run("interviews", "list", "--format", "json")
    assert json.loads(ran.out) == {"schema": "interviewer.interviews/1", "interviews": []}


def test_the_list_tells_every_state_and_one_damaged_log_hides_no_other(run: Run, home: Path) -> None:
    paused = Log(Log().scenario, at=make.BEGIN.replace(hour=8)).ask("http")
    names = {
        "ended": stored(screened()),
        "in progress": stored(Log().ask("http")),
        "paused": stored(paused.add(Paused(at=paused.now))),
        "damaged": stored(finished()),
    }
    damage(home, names["damaged"], 4)

    ran = run("interviews", "list", "--format", "json")
    listed = {one["state"]: one for one in json.loads(ran.out)["interviews"]}
    assert ran.code == 0
    assert {state: one["id"] for state, one in listed.items()} == names
    assert listed["ended"] == {
        "id": names["ended"],
        "scenario": "tiny",
        "mode": "screen",
        "state": "ended",
        "started_at": "2026-01-05T09:00:00+00:00",
        "recommendation": "strong pass",
    }
    assert listed["paused"]["recommendation"] is None

    lines = run("interviews", "list").out.splitlines()
    assert lines[0] == "Interview  Scenario  Mode      State        Started (UTC)     Recommendation"
    assert f"{names['ended']}  tiny      screen    ended        2026-01-05 09:00  strong pass" in lines
    assert f"{names['paused']}  tiny      practice  paused       2026-01-05 08:00  -" in lines
    assert lines[-1].startswith(f"{names['damaged']}: row 4 was changed")


def test_a_log_that_tells_what_cannot_have_happened_counts_as_damaged_everywhere(run: Run) -> None:
    name = stored(impossible())
    assert json.loads(run("interviews", "list", "--format", "json").out)["interviews"][0]["state"] == "damaged"
    for command in (("interviews", "show", name), ("interviews", "verify", name), ("report", name)):
        ran = run(*command)
        assert ran.code == 4
        assert f"The log of interview {name} is damaged: its rows hold together, but" in ran.err
        assert f"interviewer interviews export {name}" in ran.err


# interviews show


def test_show_is_the_transcript_with_turn_numbers(run: Run) -> None:
    log = Log().move(MoveKind.GREET, "Hello [bold]there[/bold].").ask("http")
    log.reply("it \x1b[31masks\x1b[0m\u202e first\nand then\x07 it gets", channel=Channel.SPOKEN)
    name = stored(log)
    ran = run("interviews", "show", "last")
    head = program().store.verify(name).head[:16]
    assert ran.out == (
        "Tester\n"
        f"{name}, 6 rows, head {head}\n"
        "                  practice of tiny, started 2026-01-05 09:00 UTC\n"
        "  1  Interviewer  Hello [bold]there[/bold].\n"
        "  2  Interviewer  Tell me about http.\n"
        "  3  Candidate    it asks first\n"
        "                  and then it gets\n"
    )


def test_why_tells_reading_findings_move_and_reason(run: Run) -> None:
    log = Log().ask("http").answer("the client asks", {"request": COVERED, "response": ABSENT})
    move = Move(
        kind=MoveKind.PROBE,
        question="http",
        point="response",
        reason="the minimum point http.response has not been heard",
        because=("http.response", "http.request"),
        intent=Intent.ANSWER,
    )
    log.add(Moved(at=log.now, move=move)).said("And then?")
    name = stored(log)
    told = " ".join(run("interviews", "show", name, "--why").out.split())
    assert told.endswith(
        "1 Interviewer Tell me about http. "
        "2 Candidate the client asks "
        "judged http by embedded-1: new findings "
        '- http.request covered 0.95 "the client asks" (turn 2) '
        "read as: answer "
        "move: probe http.response; reason: the minimum point http.response has not been heard "
        "- http.response absent 0.05 "
        '- http.request covered 0.95 "the client asks" (turn 2) '
        "3 Interviewer And then?"
    )
    assert "reason" not in run("interviews", "show", name).out


def test_why_tells_what_persons_did_and_what_could_not_be_judged(run: Run) -> None:
    log = Log(mode=Mode.SCREEN).ask("http").unscored("je ne sais pas").close().ask("codes").answer("404")
    log.close().end().override("http.request", COVERED).confirm("codes.all-200").contest("http.response")
    out = run("interviews", "show", stored(log), "--why").out
    assert "judged http by embedded-1: not scored (judge failed)" in out
    assert "judged codes by embedded-1: nothing new" in out
    assert "Ada set http.request to covered: I read it" in out
    assert "Ada confirmed codes.all-200" in out
    assert 'the candidate marked "" for http.response: kept, no credit' in out
    assert "ended 2026-01-05 09:02 UTC (completed)" in out


# names


def test_an_interview_is_named_by_last_or_by_the_beginning_of_its_id(run: Run) -> None:
    older = stored(Log(at=make.BEGIN.replace(hour=7)).ask("codes"))
    newer = stored(Log().ask("http"))
    assert f"{newer}, 3 rows" in run("interviews", "show", "last").out
    assert f"{older}, 3 rows" in run("interviews", "show", older[:6]).out


def test_an_unknown_interview_is_told_with_a_remedy(run: Run) -> None:
    ran = run("interviews", "show", "last")
    assert ran == (2, "", "There is no interview yet.\nBegin one with `interviewer practice`.\n")
    stored(Log())
    ran = run("report", "zzzz")
    assert ran.code == 2
    assert ran.err == "There is no interview 'zzzz'.\n`interviewer interviews list` shows all of them.\n"


# verify


def test_verify_prints_rows_and_head(run: Run) -> None:
    log = finished()
    name = stored(log)
    head = program().store.verify(name).head
    ran = run("interviews", "verify", name)
    assert ran == (0, f"rows  {len(log.events)}\nhead  {head}\nThe log of interview {name} holds together.\n", "")


def test_verify_finds_the_row_of_a_head_and_refuses_a_foreign_one(run: Run) -> None:
    log = finished()
    name = stored(log)
    head = program().store.verify(name).head
    assert f"that of row {len(log.events)}" in run("interviews", "verify", "last", "--head", head[:12]).out
    ran = run("interviews", "verify", name, "--head", "0123456789abcdef")
    assert ran.code == 4
    assert f"The log of interview {name} does not hold: no row has the head '0123456789abcdef'" in ran.err


def test_verify_names_the_changed_row(run: Run, home: Path) -> None:
    name = stored(finished())
    damage(home, name, 7)
    ran = run("interviews", "verify", name)
    assert ran.code == 4
    assert ran.out.startswith("rows  6 that hold\n")
    assert ran.err.startswith(f"The log of interview {name} does not hold: row 7 was changed")


# export


def test_export_writes_the_same_to_a_file_as_to_standard_output(run: Run, tmp_path: Path) -> None:
    name = stored(finished())
    plain = run("interviews", "export", name)
    assert (plain.code, json.loads(plain.out)["schema"], plain.out.isascii()) == (0, "interviewer.export/1", True)
    target = tmp_path / "one.json"
    ran = run("interviews", "export", name, "--output", target)
    assert ran == (0, f"Wrote interview {name} to {target}.\n", "")
    assert target.read_text(encoding="utf-8") == plain.out
    assert target.stat().st_mode & 0o777 == 0o600


def test_export_of_a_damaged_log_saves_what_is_left(run: Run, home: Path) -> None:
    name = stored(finished())
    damage(home, name, 5)
    saved = json.loads(run("interviews", "export", name).out)
    assert (saved["sound"], saved["length"]) == (False, 4)
    assert len(saved["events"]) == len(finished().events)


def test_a_file_that_cannot_be_written_leaves_the_old_one_as_it_was(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = stored(finished())
    target = tmp_path / "out" / "report.md"
    target.parent.mkdir()
    target.write_text("what was there", encoding="utf-8")

    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        ran = run("report", name, "--output", target)
    assert (ran.code, ran.err.splitlines()[0]) == (1, f"{target} cannot be written: No space left on device.")
    assert target.read_text(encoding="utf-8") == "what was there"
    assert list(target.parent.iterdir()) == [target]


def test_output_refuses_folders_devices_and_missing_folders(run: Run, tmp_path: Path) -> None:
    name = stored(finished())
    ran = run("report", name, "--output", tmp_path)
    assert (ran.code, ran.err) == (2, f"{tmp_path} is a folder.\nGive --output the name of a file.\n")
    ran = run("report", name, "--output", "/dev/null")
    assert (ran.code, ran.err.splitlines()[0]) == (2, "/dev/null is not a plain file.")
    missing = tmp_path / "nowhere" / "report.html"
    ran = run("report", name, "--output", missing)
    assert (ran.code, ran.err.splitlines()[0]) == (1, f"{missing} cannot be written: No such file or directory.")


def test_output_through_a_link_changes_the_file_and_keeps_its_rights(run: Run, tmp_path: Path) -> None:
    name = stored(finished())
    target, link = tmp_path / "target.md", tmp_path / "link.md"
    target.write_text("old", encoding="utf-8")
    target.chmod(0o640)
    link.symlink_to(target)
    assert run("report", name, "--output", link).code == 0
    assert link.is_symlink()
    assert target.read_text(encoding="utf-8").startswith("# Practice report: Tester")
    assert target.stat().st_mode & 0o777 == 0o640


# delete


def test_delete_without_a_terminal_needs_yes(run: Run) -> None:
    name = stored(finished())
    ran = run("interviews", "delete", "last")
    assert ran.code == 2
    assert ran.err == f"Interview {name} was not deleted: nobody can be asked here.\nAdd --yes to delete it.\n"
    ran = run("interviews", "delete", name[:5], "--yes")
    assert ran == (0, f"Interview {name} is deleted.\n", "")
    assert program().store.list() == ()


class Typed(io.StringIO):
    """What a person types at a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("answer", "left"), [("n\n", 1), ("y\n", 0)])
def test_delete_asks_at_a_terminal(run: Run, monkeypatch: pytest.MonkeyPatch, answer: str, left: int) -> None:
    name = stored(finished())
    monkeypatch.setattr(sys, "stdin", Typed(answer))
    ran = run("interviews", "delete", name)
    assert ran.code == 0
    assert f"Delete interview {name} for good?" in ran.out
    assert ("Nothing was deleted." in ran.out, f"Interview {name} is deleted." in ran.out) == (bool(left), not left)
    assert len(program().store.list()) == left


def test_deleted_is_said_only_when_it_is_gone(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    name = stored(finished())

    def busy(_store: Store, _name: str) -> str:
        raise StoreBusy("The words may still be in the log.", "Close the other window.")

    monkeypatch.setattr(Store, "delete", busy)
    ran = run("interviews", "delete", name, "--yes")
    assert ran == (1, "", "The words may still be in the log.\nClose the other window.\n")


# report


@pytest.mark.parametrize("wanted", ["terminal", "markdown", "html", "json"])
def test_every_format_quotes_the_candidate(run: Run, wanted: str) -> None:
    ran = run("report", stored(finished()), "--format", wanted)
    assert ran.code == 0
    assert "the client sends a GET request" in ran.out
    assert "A person decides" in ran.out


def test_the_ending_of_the_file_chooses_the_format(run: Run, tmp_path: Path) -> None:
    name = stored(finished())
    starts = {"a.html": "<!doctype html>", "a.json": "{", "a.md": "# Practice report", "a.txt": "\nTester"}
    for file, start in starts.items():
        assert run("report", name, "--output", tmp_path / file).code == 0
        text = (tmp_path / file).read_text(encoding="utf-8")
        assert text.startswith(start)
        assert "\x1b" not in text
    assert run("report", name, "--output", tmp_path / "b.json", "--format", "markdown").code == 0
    assert (tmp_path / "b.json").read_text(encoding="utf-8").startswith("# Practice report")
    assert run("report", name, "--output", "-", "--format", "json").out == (tmp_path / "a.json").read_text("utf-8")


def test_where_the_marks_cannot_be_printed_they_are_ascii() -> None:
    stored(finished())
    done = subprocess.run(
        [sys.executable, "-m", "interviewer", "report", "last"],
        capture_output=True,
        check=True,
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
    )
    assert b"[x] The client sends a request to the server." in done.stdout
    assert done.stdout.isascii()


def test_an_unfinished_interview_has_a_report_so_far(run: Run) -> None:
    stored(Log().ask("http").answer("the client asks", {"request": COVERED}))
    ran = run("report", "last")
    assert ran.code == 0
    assert "so far" in ran.out


def test_a_damaged_log_has_no_report(run: Run, home: Path, tmp_path: Path) -> None:
    name = stored(finished())
    damage(home, name, 3)
    target = tmp_path / "report.html"
    ran = run("report", name, "--output", target)
    assert ran.code == 4
    assert ran.err.startswith(f"The log of interview {name} is damaged: row 3 was changed")
    assert not target.exists()


def test_a_wrong_option_is_wrong_use(run: Run) -> None:
    assert run("report", "last", "--format", "pdf").code == 2
    assert run("interviews", "list", "--nonsense").code == 2


# scenario list, show, schema


def scenario_file(path: Path, plan: Scenario) -> Path:
    plain = plan.model_dump(mode="json", by_alias=True, exclude_none=True)
    path.write_text(yaml.safe_dump(plain, sort_keys=False, allow_unicode=True), encoding="utf-8")
    return path


def test_the_list_tells_which_file_is_in_force_and_which_are_broken(run: Run, home: Path, tmp_path: Path) -> None:
    own = home / "scenarios"
    own.mkdir(parents=True)
    first = scenario_file(own / "tiny.yaml", make.tiny_scenario())
    (own / "broken.yaml").write_text("id: broken\ntitle: 7\n", encoding="utf-8")
    given = scenario_file(tmp_path / "mine.yaml", make.tiny_scenario())
    lines = run("scenario", "list", "--scenarios", given).out.splitlines()
    assert ["tiny", "Tester", "--scenarios"] in [line.split() for line in lines]
    assert f"tiny: {given}\n  overrides {first}" in "\n".join(lines)
    place = lines.index(f"broken: {own / 'broken.yaml'}")
    assert lines[place + 1] == "  is broken, and cannot be used:"
    assert lines[place + 2].startswith(f"  {own / 'broken.yaml'}:")
    assert any(line.startswith("junior-backend ") and line.endswith(" packaged") for line in lines)


def test_a_candidate_sees_no_points_unless_the_reference_is_asked_for(run: Run) -> None:
    plain = run("scenario", "show", "junior-backend").out
    full = run("scenario", "show", "junior-backend", "--reference").out
    scenario = program().library.get("junior-backend")
    folded = " ".join(full.split())
    for question in scenario.all_questions():
        for point in question.points:
            assert point.says not in " ".join(plain.split())
            assert point.says in folded
    assert scenario.questions[0].title in plain
    assert all(criterion.says in folded for criterion in scenario.criteria.passing)
    assert run("scenario", "show", "junior-backand").code == 2


def test_the_schema_is_printed_as_it_is_checked_in(run: Run) -> None:
    assert run("scenario", "schema") == (0, schema_text(), "")


# scenario check


SCRIPT = {
    "everything": ("alpha", "beta", "gamma"),
    "most": ("alpha",),
    "nonsense": ("bad",),
}


def sound_question(name: str = "topic", **more: Any) -> Any:
    answers = Calibration(strong="everything", acceptable="most", weak="no idea", flags={"bad": "nonsense"})
    points = (make.point("alpha", MINIMUM), make.point("beta", CORE), make.point("gamma", STRONG))
    fields = {"calibration": answers, "red_flags": (make.flag("bad"),), **more}
    return make.question(name, *fields.pop("points", points), **fields)


def sound(**more: Any) -> Scenario:
    """A scenario without a fault for the scripted judge."""
    return make.scenario(more.pop("question", None) or sound_question(), **more)


def no_leak(_question: Question, _line: str, _open: Sequence[str], _asked: bool) -> Collection[str]:
    return ()


def places(plan: Scenario, script: dict[str, tuple[str, ...]] | None = None) -> dict[str, str]:
    return {one.place: one.message for one in check(plan, ScriptedJudge(script or SCRIPT), no_leak)}


def test_a_sound_scenario_has_no_problem() -> None:
    assert places(sound()) == {}


@pytest.mark.parametrize(
    ("script", "place", "words"),
    [
        ({**SCRIPT, "everything": ("beta",)}, "topic.calibration.strong", "not found: alpha"),
        (
            {"everything": ("alpha", "beta"), "most": ("alpha", "beta"), "nonsense": ("bad",)},
            "topic.calibration.acceptable",
            "must be worth less than the strong answer (level 3, credit 2)",
        ),
        (
            {**SCRIPT, "no idea": ("alpha", "beta")},
            "topic.calibration.weak",
            "or below the acceptable answer (level 2, credit 1), and the judge gives level 3, credit 2",
        ),
        ({"everything": ("alpha", "beta"), "nonsense": ("bad",)}, "topic.calibration.acceptable", "not found: alpha"),
        ({**SCRIPT, "everything": ("alpha", "beta", "bad")}, "topic.calibration.strong", "shows the red flag bad"),
        ({"everything": ("alpha", "beta"), "most": ("alpha",)}, "topic.calibration.flags.bad", "does not show"),
    ],
)
def test_answers_that_the_judge_cannot_tell_apart(script: dict[str, tuple[str, ...]], place: str, words: str) -> None:
    found = places(sound(), script)
    assert list(found) == [place]
    assert words in found[place]


def test_an_unclear_finding_counts_by_its_probability() -> None:
    unclear: Any = {**SCRIPT, "everything": (("alpha", Status.UNCLEAR), "beta", "gamma")}
    assert places(sound(), unclear) == {}


def test_a_flag_without_an_answer_that_shows_it() -> None:
    answers = Calibration(strong="everything", acceptable="most", weak="no idea")
    assert list(places(sound(question=sound_question(calibration=answers)))) == ["topic.calibration.flags.bad"]


def test_a_line_leaks_only_what_may_still_be_open() -> None:
    plan = sound(question=make.http_question())
    asked: dict[str, list[str]] = {
        line.place: [f"{question.id}.{name}" for question, names in line.open for name in names]
        for line in spoken(plan)
    }
    later = ["caching.cache-header", "caching.etag"]
    assert asked["http.request.probe"][0] == "http.request"
    assert asked["http.request.heard"] == [
        "http.response", "http.method", "http.status", "http.headers", "http.body", "http.tls", *later,
    ]  # fmt: skip
    # Once one of the alternatives is there, the other earns nothing more.
    assert not {"http.headers", "http.body"} & set(asked["http.headers.heard"])
    assert asked["caching.asks"] == later
    assert asked["http.title"] == later
    assert set(asked["facts[0].reply"]) == set(asked["welcome"]) == {*asked["http.asks"]}
    assert {"http.hints[1]", "http.clarifications[0].reply", "http.again"} < set(asked)


def test_a_leak_is_told_with_line_and_point() -> None:
    def finds(question: Question, line: str, still_open: Sequence[str], asked: bool) -> Collection[str]:
        # Welcome and facts are said outside of the one question.
        assert asked == (line not in ("Hello. We have a few questions for you.", "Two people."))
        assert set(still_open) <= {point.id for point in question.points}
        return [name for name in still_open if name == "beta" and line == "In short: what is topic?"]

    (problem,) = check(sound(), ScriptedJudge(SCRIPT), finds)
    assert problem.place == "topic.again"
    assert problem.message == "gives away topic.beta: a candidate who said this line would earn it"
    assert "In short: what is topic?" in problem.remedy


def test_criteria_out_of_reach() -> None:
    either = (make.point("alpha", MINIMUM), make.point("beta", CORE, group="g"), make.point("gamma", CORE, group="g"))
    lacking = make.follow_up("deeper", make.point("delta", MINIMUM), ask_when=AskWhen(lacks=("alpha",)))
    question = sound_question(points=either, follow_ups=(lacking,))
    decides = make.criteria(
        passing=[
            make.criterion("both-roads", "topic.beta", "topic.gamma", need=2),
            make.criterion("only-the-weak", "deeper.delta"),
            make.criterion("twice", "topic.alpha", "topic.alpha"),
            make.criterion("reachable", "topic.alpha", "topic.beta", "deeper.delta", need=2),
        ],
        strong=[make.criterion("alone", "topic.beta"), make.criterion("tact", person=True)],
    )
    found = places(sound(question=question, decides=decides))
    assert set(found) == {
        "criteria.pass.both-roads",
        "criteria.pass.only-the-weak",
        "criteria.pass.twice",
        "criteria.strong_pass",
    }
    assert "needs 2 of its points, and a good candidate can show only 1" in found["criteria.pass.both-roads"]


def test_pass_criteria_that_no_machine_can_judge() -> None:
    decides = make.criteria(passing=[make.criterion("tact", person=True)])
    assert list(places(sound(decides=decides))) == ["criteria.pass"]


def test_a_follow_up_that_can_never_be_asked() -> None:
    never = make.follow_up("never", make.point("delta", MINIMUM), ask_when=AskWhen(has=("alpha",), lacks=("alpha",)))
    assert list(places(sound(question=sound_question(follow_ups=(never,))))) == ["never.ask_when"]


def test_minutes_that_are_too_few_or_count_twice() -> None:
    sections = (
        Section(id="main", title="Main", minutes=1.5, lends_to="other"),
        Section(id="other", title="Other", minutes=20),
    )
    plan = make.scenario(sound_question(), sound_question("second", section="other"), sections=sections)
    found = places(plan)
    assert set(found) == {"sections.main.lends_to", "topic.section"}
    assert "has 1.5 minutes of section main" in found["topic.section"]


def test_check_tells_each_problem_with_its_remedy_and_fails(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Program, "judge", property(lambda _: ScriptedJudge(SCRIPT)))
    good = scenario_file(tmp_path / "good.yaml", sound())
    answers = Calibration(strong="most", acceptable="most", weak="no idea", flags={"bad": "nonsense"})
    bad = scenario_file(tmp_path / "bad.yaml", sound(question=sound_question(calibration=answers)))
    broken = tmp_path / "broken.yaml"
    broken.write_text("id: broken\nbanana: 1\n", encoding="utf-8")

    assert run("scenario", "check", good) == (0, f"{good}: sound\n", "")
    ran = run("scenario", "check", good, bad, broken)
    lines = ran.out.splitlines()
    assert ran.code == 4
    assert lines[:2] == [
        f"{good}: sound",
        f"{bad}: topic.calibration.strong: must reach level 3, and the judge gives level 2, credit 1; not found: beta",
    ]
    assert lines[2].startswith("  Say in the points'")
    assert lines[3] == f"{bad}: 1 problem"
    assert any(line.startswith(f"{broken}:2: banana:") for line in lines)
    assert "problems in 2 of 3 scenarios." in ran.err


def test_check_of_what_is_not_there_is_wrong_use(run: Run) -> None:
    assert run("scenario", "check", "nowhere.yaml") == (
        2,
        "",
        "There is no scenario file 'nowhere.yaml'.\nName a file, or an id of `interviewer scenario list`.\n",
    )
    assert run("scenario", "check", "nowhere").code == 2


# doctor


@pytest.fixture
def scripted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Program, "judge", property(lambda _: ScriptedJudge({})))


@pytest.mark.usefixtures("scripted")
def test_doctor_finds_a_fresh_machine_well(run: Run, home: Path) -> None:
    ran = run("doctor")
    assert (ran.code, ran.err) == (0, "")
    assert f"INTERVIEWER_HOME = {home} (from the environment)" in ran.out
    assert "5 usable: api-platform, devops-sre, full-stack, junior-backend, senior-backend" in ran.out
    assert not home.exists()


@pytest.mark.usefixtures("scripted")
def test_doctor_names_each_problem_with_its_remedy(run: Run, home: Path) -> None:
    name = stored(finished())
    damage(home, name, 2)
    (home / "interviews.db").chmod(0o644)
    (home / "scenarios").mkdir()
    (home / "scenarios" / "mine.yaml").write_text("id: mine\n", encoding="utf-8")
    ran = run("doctor")
    assert ran.code == 4
    assert "interviews: 1" in ran.out
    assert f"interview {name} is damaged: row 2 was changed" in ran.out
    assert "mine is broken:" in ran.out
    assert f"interviewer scenario check {home / 'scenarios' / 'mine.yaml'}" in ran.out
    # The store closes the database to others whenever it opens it.
    assert (home / "interviews.db").stat().st_mode & 0o777 == 0o600
    assert ran.err.startswith("2 problems found.")


@pytest.mark.usefixtures("scripted")
def test_doctor_goes_on_when_the_settings_cannot_be_used(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "file"
    file.write_text("", encoding="utf-8")
    monkeypatch.setenv("INTERVIEWER_HOME", str(file))
    ran = run("doctor")
    assert ran.code == 4
    assert f"PROBLEM  settings      INTERVIEWER_HOME (from the environment) is '{file}', which is no folder." in ran.out
    assert "terminal" in ran.out


@pytest.mark.usefixtures("scripted")
def test_doctor_checks_the_judges_files(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "encoder.onnx").write_bytes(b"not these")
    monkeypatch.setattr(encoder, "FOLDER", tmp_path)
    ran = run("doctor")
    assert ran.code == 4
    assert "PROBLEM  judge         The embedded judge's file encoder.onnx" in ran.out
    assert "einstall the package" in ran.out


@pytest.mark.usefixtures("scripted")
def test_doctor_tells_of_a_file_that_is_no_database(run: Run, home: Path) -> None:
    home.mkdir(mode=0o700)
    (home / "interviews.db").write_bytes(b"this is no database, however long it is " * 200)
    ran = run("doctor")
    assert ran.code == 4
    assert "is not a database of this program." in ran.out


@pytest.mark.usefixtures("scripted")
def test_doctor_tells_of_a_home_that_others_may_write(run: Run, home: Path) -> None:
    home.mkdir()
    home.chmod(0o777)
    ran = run("doctor")
    assert ran.code == 4
    assert "other users may change what is in it (mode 777)" in ran.out
    assert f"chmod 700 '{home}'" in ran.out
    home.chmod(0o755)
    assert run("doctor").code == 0


# what `--help` waits for


def test_nothing_slow_is_loaded_before_it_is_needed() -> None:
    slow = ("rich", "sqlmodel", "sqlalchemy", "onnxruntime", "tokenizers", "numpy", "jinja2", "prompt_toolkit")
    code = f"import sys, interviewer.cli.app; print([one for one in {slow!r} if one in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
