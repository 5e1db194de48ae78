"""`eval export-reviews`: persons' words on real answers become labelled cases, and their scenarios read back."""

from __future__ import annotations

import json
import sqlite3
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import typer
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from interviewer.bootstrap import program
from interviewer.cli.reviews import export_reviews
from interviewer.core.errors import CheckFailed, InterviewerError, UsageError
from interviewer.core.findings import Status
from interviewer.core.fingerprint import canonical_bytes
from interviewer.core.scenario import Clarification, Scenario
from interviewer.evaluation.cases import Case
from interviewer.library import Library
from interviewer.library.casefiles import read_cases
from interviewer.library.shelf import load_file
from interviewer.library.writing import scenario_text
from interviewer.screening.records import BlindReading
from tests import factories as make
from tests.factories import ABSENT, BEGIN, CONTRADICTED, COVERED, PARTIAL, UNCLEAR, Log

app = typer.Typer()
app.command()(export_reviews)


class Ran(NamedTuple):
    out: str
    err: str


def run(*arguments: str | Path, fails: type[InterviewerError] | None = None) -> Ran:
    """Run the command; an error that it leaves with must be of the given kind, and is told as on a terminal."""
    done = CliRunner().invoke(app, [str(one) for one in arguments])
    told = ""
    if fails:
        assert type(done.exception) is fails, done
        told = str(done.exception)
    else:
        assert done.exit_code == 0, done
    return Ran(done.stdout, done.stderr + told)


def stored(log: Log) -> str:
    """Store a log in the test's home folder; its id."""
    store = program().store
    first, *rest = log.events
    kept = store.begin(log.scenario, first)  # type: ignore[arg-type]
    for event in rest:
        kept.append(event)
    store.close()
    return kept.interview


def reviewed(**more: Any) -> Log:
    """A finished interview on which Ada has spoken."""
    log = make.full_log(**more)
    log.confirm("http.request").override("http.response", PARTIAL).override("http.tls", CONTRADICTED)
    log.override("http.method", ABSENT).override("http.status", UNCLEAR)
    return (
        log.override("http.no-server", COVERED).override("http.makes-it-up", ABSENT).override("caching.etag", COVERED)
    )


def cases_of(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


# cases


def test_what_persons_said_becomes_the_labels(tmp_path: Path) -> None:
    log = reviewed()
    name = stored(log)
    target = tmp_path / "reviews.jsonl"
    ran = run("--output", target)
    assert ran == Ran(
        f"Wrote two cases to {target}.\n",
        f"Candidates' words have left the database: {target}; deleting an interview leaves them.\n",
    )
    assert target.stat().st_mode & 0o777 == 0o600
    http, caching = cases_of(target.read_text(encoding="utf-8"))
    said = [
        {"who": "candidate", "text": "the client sends a GET request"},
        {"who": "interviewer", "text": "What about the part next to response?"},
        {"who": "candidate", "text": "oh and json comes back"},
    ]
    assert http == {
        "case_id": f"{name}/http",
        "scenario": "tiny",
        "question_id": "http",
        "turns": said,
        "intent": "answer",
        "covered": ["request"],
        "partial": ["response"],
        "contradicted": ["tls"],
        "red_flags": ["no-server"],
        "unlabelled": ["status", "headers", "body"],
        "kind": "review",
        "split": "",
    }
    # A follow-up is judged over everything since its parent was asked, and that question stays in its place.
    assert caching["turns"] == [
        {"who": "interviewer", "text": "Tell me about http."},
        *said,
        {"who": "interviewer", "text": "Tell me about caching."},
        {"who": "candidate", "text": "there is a header for how long to keep it"},
    ]
    assert (caching["covered"], caching["unlabelled"]) == (["etag"], ["cache-header"])


def test_the_file_reads_back_as_cases_of_the_stored_scenario(tmp_path: Path) -> None:
    log = reviewed()
    stored(log)
    target = tmp_path / "reviews.jsonl"
    run("--output", target)
    http, _ = read_cases([target], {"tiny": log.scenario})
    assert isinstance(http, Case)
    question = log.scenario.question("http")
    labels = {point.id: http.label(point.id) for point in question.points if point.id not in http.unlabelled}
    assert labels == {"request": COVERED, "response": PARTIAL, "method": ABSENT, "tls": CONTRADICTED}
    assert [turn.text for turn in http.turns_of(question)] == [
        "Tell me about http.",
        "the client sends a GET request",
        "What about the part next to response?",
        "oh and json comes back",
    ]


def test_only_the_first_try_and_only_clear_words_on_what_was_answered() -> None:
    log = Log().whole("http", {"request": COVERED}, "it asks").review("http").retry("http").answer("more").close()
    log.ask("codes").skip().end()
    log.confirm("http.request").override("codes.not-found", ABSENT).override("caching.etag", UNCLEAR)
    stored(log)
    (only,) = cases_of(run().out)
    assert only["question_id"] == "http"
    assert [turn["text"] for turn in only["turns"]] == ["it asks"]


def test_an_answer_that_two_persons_spoke_on_has_the_latest_word() -> None:
    stored(make.full_log().override("codes.created", COVERED).override("codes.created", ABSENT, by="Bob"))
    (only,) = cases_of(run().out)
    assert (only["covered"], only["unlabelled"]) == ([], ["not-found", "teapot", "all-200"])


def test_on_standard_output_there_is_nothing_but_cases() -> None:
    stored(reviewed())
    for arguments in ((), ("--output", "-")):
        ran = run(*arguments)
        assert [one["question_id"] for one in cases_of(ran.out)] == ["http", "caching"]
        assert ran.err == (
            "Candidates' words have left the database: standard output; deleting an interview leaves them.\n"
        )


def test_no_words_of_a_candidate_can_steer_what_reads_the_file() -> None:
    said = 'a\u2028b \U0001f600 "}\n{"case_id": 1}'
    stored(Log().whole("codes", {"not-found": COVERED}, said).end().confirm("codes.not-found"))
    ran = run()
    (only,) = cases_of(ran.out)
    assert only["turns"][0]["text"] == said
    assert ran.out.isascii()


@pytest.mark.parametrize(("day", "count"), [("2026-01-05", 1), ("2026-01-06", 0)])
def test_since_leaves_out_older_interviews(day: str, count: int) -> None:
    stored(make.full_log().confirm("codes.not-found"))
    stored(make.full_log(at=BEGIN.replace(year=2025)).confirm("codes.not-found"))
    assert len(cases_of(run("--since", day).out)) == count


def read_blind(interview: str, by: str = "Bob", **labels: Status) -> None:
    """Blind readings of points and flags of `http`; the judge had found the opposite, or nothing."""
    for name, status in labels.items():
        target, machine = f"http.{name.replace('_', '-')}", ABSENT if status is COVERED else COVERED
        reading = BlindReading(interview=interview, target=target, by=by, at=BEGIN, status=status, machine=machine)
        assert program().office.add_blind(reading)


def test_what_was_read_blind_is_a_case_of_its_own_kind(tmp_path: Path) -> None:
    log = make.full_log().confirm("http.request").override("http.tls", COVERED)
    name = stored(log)
    read_blind(name, method=COVERED, status=PARTIAL, headers=ABSENT, no_server=COVERED)
    target = tmp_path / "reviews.jsonl"
    run("--output", target)
    review, blind = cases_of(target.read_text(encoding="utf-8"))
    assert (review["case_id"], review["kind"], review["covered"]) == (f"{name}/http", "review", ["request", "tls"])
    assert (blind["case_id"], blind["kind"]) == (f"{name}/http/blind", "blind")
    assert (blind["covered"], blind["partial"], blind["red_flags"]) == (["method"], ["status"], ["no-server"])
    assert blind["unlabelled"] == ["request", "response", "body", "tls", "makes-it-up"]
    assert blind["turns"] == review["turns"]
    assert len(read_cases([target], {"tiny": log.scenario})) == 2


def test_a_persons_word_labels_what_was_read_blind_and_is_counted_once() -> None:
    name = stored(make.full_log().override("http.method", COVERED).confirm("http.request"))
    read_blind(name, method=ABSENT)
    review, blind = cases_of(run().out)
    assert (review["covered"], "method" in review["unlabelled"]) == (["request"], True)
    assert (blind["covered"], "request" in blind["unlabelled"]) == (["method"], True)


def test_blind_readings_that_differ_or_say_nothing_clear_label_nothing() -> None:
    name = stored(make.full_log())
    read_blind(name, method=COVERED, status=COVERED, tls=UNCLEAR)
    read_blind(name, "Ada", method=ABSENT, status=COVERED)
    (only,) = cases_of(run().out)
    assert (only["kind"], only["covered"]) == ("blind", ["status"])


def test_nothing_to_export_writes_nothing(tmp_path: Path) -> None:
    nothing = Ran("", "There is nothing to export: no person has confirmed or changed a finding.\n")
    target, folder = tmp_path / "reviews.jsonl", tmp_path / "scenarios"
    assert run() == nothing
    stored(make.full_log())
    assert run("--output", target, "--with-scenarios", folder) == nothing
    assert not target.exists()
    assert not folder.exists()


def test_a_file_that_others_may_read_is_closed_to_them(tmp_path: Path) -> None:
    stored(reviewed())
    target = tmp_path / "reviews.jsonl"
    target.write_text("old", encoding="utf-8")
    target.chmod(0o644)
    run("--output", target)
    assert target.stat().st_mode & 0o777 == 0o600
    assert len(cases_of(target.read_text(encoding="utf-8"))) == 2


def test_a_damaged_log_is_told_and_the_others_are_exported(home: Path, tmp_path: Path) -> None:
    sound, broken = stored(reviewed()), stored(reviewed(at=BEGIN.replace(hour=7)))
    with sqlite3.connect(home / "interviews.db") as connection:
        connection.execute("update event set body = replace(body, 'e', 'a') where interview = ? and seq = 3", (broken,))
    connection.close()
    target = tmp_path / "reviews.jsonl"
    ran = run("--output", target, fails=CheckFailed)
    assert f"The log of interview {broken} is damaged: row 3 was changed" in ran.err
    assert {one["case_id"] for one in cases_of(target.read_text("utf-8"))} == {f"{sound}/http", f"{sound}/caching"}


# scenarios


def test_the_scenarios_are_written_as_they_were(tmp_path: Path) -> None:
    log = reviewed()
    stored(log)
    target, folder = tmp_path / "reviews.jsonl", tmp_path / "scenarios"
    ran = run("--output", target, "--with-scenarios", folder)
    assert ran.out == f"Wrote scenario tiny to {folder / 'tiny.yaml'}.\nWrote two cases to {target}.\n"
    assert canonical_bytes(load_file(folder / "tiny.yaml")) == canonical_bytes(log.scenario)
    assert canonical_bytes(Library(extra=folder).get("tiny")) == canonical_bytes(log.scenario)
    assert run("--output", target, "--with-scenarios", folder).out == ran.out


def test_an_answer_is_never_put_to_another_version_of_its_scenario(tmp_path: Path) -> None:
    new = make.scenario(make.http_question(), make.question("codes", make.point("not-found"), make.point("gone")))
    old_name = stored(make.full_log(at=BEGIN.replace(year=2025)).confirm("codes.not-found"))
    new_name = stored(Log(new).whole("codes", {"gone": COVERED}, "410").end().confirm("codes.gone"))
    target, folder = tmp_path / "reviews.jsonl", tmp_path / "scenarios"
    run("--output", target, "--with-scenarios", folder)
    scenarios = {
        one.id: load_file(folder / f"{one.id}.yaml") for one in Library(extra=folder).list() if "tiny" in one.id
    }
    cases = {case.case_id: case for case in read_cases([target], scenarios)}
    assert cases[f"{new_name}/codes"].scenario == "tiny"
    assert scenarios["tiny"] == new
    older = cases[f"{old_name}/codes"].scenario
    assert older != "tiny"
    assert scenarios[older] == make.tiny_scenario().model_copy(update={"id": older})
    assert {one["scenario"] for one in cases_of(run().out)} == {"tiny"}


def test_no_file_of_somebody_elses_is_lost(tmp_path: Path) -> None:
    stored(reviewed())
    target, folder = tmp_path / "reviews.jsonl", tmp_path / "scenarios"
    folder.mkdir()
    mine = folder / "tiny.yaml"
    for content in (b"id: tiny\n# my own\n", b"\xff"):
        mine.write_bytes(content)
        ran = run("--output", target, "--with-scenarios", folder, fails=UsageError)
        assert ran.err == f"{mine} is another file.\nGive --with-scenarios a new folder."
        assert mine.read_bytes() == content
        assert not target.exists()


def test_scenarios_need_a_file_beside_them_and_a_folder(tmp_path: Path) -> None:
    stored(reviewed())
    folder = tmp_path / "scenarios"
    assert "Add --output FILE." in run("--with-scenarios", folder, fails=UsageError).err
    folder.write_text("a file", encoding="utf-8")
    ran = run("--output", tmp_path / "reviews.jsonl", "--with-scenarios", folder, fails=UsageError)
    assert ran.err.startswith(f"The folder {folder} cannot be made: File exists.")


def reread(scenario: Scenario) -> Scenario:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "copy.yaml"
        path.write_text(scenario_text(scenario, "A\nnote."), encoding="utf-8")
        return load_file(path)


@pytest.mark.parametrize("name", [one.id for one in Library().list()])
def test_every_scenario_of_the_package_reads_back(name: str) -> None:
    scenario = Library().get(name)
    assert canonical_bytes(reread(scenario)) == canonical_bytes(scenario)


AWKWARD = ["1e5", "08", "null", "~", "no", "12:30", "0x1f", "- a", "# b", "! c", "*d", "&e", "a: b", "...", "---", "?"]
texts: Callable[..., Any] = st.text
visible = st.one_of(
    st.sampled_from(AWKWARD),
    st.lists(st.sampled_from([*AWKWARD, "\n", "\t", " ", "\u2028", "\u2029", "\u00a0", "é", "\U0001f600"]), max_size=9)
    .map("".join)
    .filter(str.strip),
    texts(st.characters(exclude_categories=["Cc", "Cf", "Cs", "Co"]), min_size=1, max_size=90).filter(str.strip),
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lines=st.lists(visible, min_size=4, max_size=4))
def test_whatever_an_author_writes_reads_back(lines: Sequence[str]) -> None:
    plain = make.tiny_scenario().model_dump(mode="json", by_alias=True)
    plain["title"], plain["welcome"] = lines[0], lines[1]
    plain["facts"] = [Clarification(asked=(lines[2],), reply=lines[3]).model_dump()]
    scenario = Scenario.model_validate(plain, by_alias=True)
    assert canonical_bytes(reread(scenario)) == canonical_bytes(scenario)
