"""`interviewer eval`: what it prints, which files it writes, what it refuses."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from interviewer.cli.progress import Progress
from interviewer.core.findings import Unscored, UnscoredReason
from interviewer.evaluation.record import Run as Measured
from interviewer.judging.scripted import ScriptedJudge
from tests import evalbench
from tests.evalbench import CASES, PHRASES, Run, lines, plain, project, runner, scenario_file, use


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    return runner(monkeypatch, capsys)


MINE = [{key: one[key] for key in one if key != "split"} for one in CASES]


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str | Path]:
    """The arguments that name somebody's own cases and scenario, which a scripted judge judges."""
    use(monkeypatch, evalbench.judge)
    monkeypatch.setattr("interviewer.measuring.benches.time.perf_counter", lambda: 0.0)
    mine = lines(tmp_path / "mine.jsonl", MINE)
    return ["--cases", mine, "--scenarios", scenario_file(tmp_path / "scenarios" / "tiny.yaml")]


NUMBER = (int, float)
SECTION = {"n": int, "ci": dict}
CONTRACT: dict[str, Any] = {
    "schema": str,
    "judge": {"name": str, "hash": str},
    "points": {
        **SECTION,
        **dict.fromkeys(("accuracy", "macro_f1", "kappa", "precision", "recall", "majority"), NUMBER),
    },
    "unclear": {**SECTION, "share": NUMBER, "accuracy_rest": NUMBER},
    "three_way": {**SECTION, **dict.fromkeys(("accuracy", "kappa", "macro_f1"), NUMBER)},
    "levels": {"n": int, "interviews": int, "kappa": (*NUMBER, type(None)), "within_range_or_one": NUMBER, "ci": dict},
    "red_flags": {**SECTION, "precision": NUMBER, "recall": NUMBER},
    "intent": {**SECTION, "accuracy": NUMBER},
    "by_kind": dict,
    "by_scenario": dict,
    "seconds": NUMBER,
    "cost": NUMBER,
}
"""What DESIGN promises to programs that read `eval run --format json`."""


def breaches(contract: dict[str, Any], found: dict[str, Any], place: str = "") -> list[str]:
    """What is missing, or of another type."""
    told = []
    for key, wanted in contract.items():
        if key not in found:
            told.append(f"{place}{key} is missing")
        elif isinstance(wanted, dict):
            told += breaches(wanted, found[key], f"{place}{key}.")
        elif not isinstance(found[key], wanted):
            told.append(f"{place}{key} is {found[key]!r}")
    return told


def test_the_contract_in_json(run: Run, own: list[str | Path]) -> None:
    ran = run("eval", "run", *own, "--format", "json")
    assert ran.code == 0
    told = json.loads(ran.out)
    assert breaches(CONTRACT, told) == []
    assert (told["schema"], told["judge"]["name"]) == ("interviewer.eval/1", "scripted")
    assert told["points"]["n"] == 4 * 7 + 3 * 3
    assert told["points"]["accuracy"] == told["points"]["kappa"] == 1
    assert told["points"]["majority"] == pytest.approx(29 / 37, abs=1e-6)
    low, high = told["points"]["ci"]["accuracy"]
    assert 0.8 < low < high == 1
    assert told["red_flags"]["shown"] == told["red_flags"]["hits"] == 1
    assert sorted(told["by_kind"]) == ["flag", "stuck", "terse"]
    assert told["by_kind"]["terse"]["n"] == 7
    assert list(told["by_scenario"]) == ["tiny"]
    assert ran.err == "".join(f"Judging: {done} of 7\n" for done in (2, 4, 6, 7))


TRANSCRIPT = """\
Judge scripted, version {hash}: 7 cases of 2 questions.

Figure                      Measured  90 % interval   n   Bar  Goal
points.accuracy             1.000     0.922 to 1.000  37  -    -
points.majority             0.784     0.667 to 0.821  37  -    -
points.macro_f1             1.000     0.893 to 1.000  37  -    -
points.kappa                1.000     0.786 to 1.000  37  -    -
points.precision            1.000     0.688 to 1.000  8   -    -
points.recall               1.000     0.688 to 1.000  8   -    -
unclear.share               0.000     0.000 to 0.078  37  -    -
unclear.accuracy_rest       1.000     0.922 to 1.000  37  -    -
three_way.accuracy          1.000     0.922 to 1.000  37  -    -
red_flags.precision         1.000     0.050 to 1.000  1   -    -
red_flags.recall            1.000     0.050 to 1.000  1   -    -
intent.accuracy             1.000     0.652 to 1.000  7   -    -
calibration.ece             0.050     0.050 to 0.050  37  -    -
levels.kappa                1.000     0.629 to 1.000  14  -    -
levels.within_range_or_one  1.000     0.807 to 1.000  14  -    -
recommendations.agreement   1.000     0.688 to 1.000  8   -    -

Judging took 0 ms a case.

Kept in {home}/evaluations/embedded.json; `interviewer eval report` writes it up, case by case.
"""


def test_the_whole_transcript(run: Run, own: list[str | Path], home: Path) -> None:
    ran = run("eval", "run", *own)
    assert ran.code == 0
    assert ran.out == TRANSCRIPT.format(hash=evalbench.judge().version.hash[:12], home=home)
    assert ran.err == "".join(f"Judging: {done} of 7\n" for done in (2, 4, 6, 7))


def test_a_second_run_asks_nobody(run: Run, own: list[str | Path], monkeypatch: pytest.MonkeyPatch) -> None:
    first = run("eval", "run", *own)

    class Dumb(ScriptedJudge):
        def assess(self, *_: object) -> Any:
            raise AssertionError("it was judged again")

    use(monkeypatch, lambda: Dumb(PHRASES))
    again = run("eval", "run", *own)
    assert (again.code, again.out) == (0, first.out)


def test_what_could_not_be_judged_is_told(run: Run, own: list[str | Path], monkeypatch: pytest.MonkeyPatch) -> None:
    reason = Unscored(judge=evalbench.judge().version, reason=UnscoredReason.OTHER_LANGUAGE)
    use(monkeypatch, lambda: ScriptedJudge(PHRASES, {"honestly": reason}))
    ran = run("eval", "run", *own)
    assert ran.out.splitlines()[1] == "1 could not be judged; they are left out of accuracy."


def test_a_sample_is_measured_and_kept_only_where_it_is_named(
    run: Run, own: list[str | Path], home: Path, tmp_path: Path
) -> None:
    ran = run("eval", "run", *own, "--sample", "3")
    assert ran.code == 0
    assert ran.out.startswith("Judge scripted, version ")
    assert ": 3 cases of 2 questions.\n" in ran.out
    assert "Kept in" not in ran.out
    assert not (home / "evaluations" / "embedded.json").exists()
    kept = tmp_path / "sample.json"
    assert f"Kept in {kept};" in run("eval", "run", *own, "--sample", "3", "-o", kept).out
    assert len(Measured.model_validate_json(kept.read_bytes()).labelled) == 3
    assert not (home / "evaluations" / "embedded.json").exists()


def test_a_run_is_kept_for_its_owner_alone(run: Run, own: list[str | Path], home: Path, tmp_path: Path) -> None:
    kept = tmp_path / "folder" / "run.json"
    kept.parent.mkdir()
    kept.write_text("what was there before", encoding="utf-8")
    kept.chmod(0o644)
    assert run("eval", "run", *own, "-o", kept).code == 0
    newest = home / "evaluations" / "embedded.json"
    assert kept.read_bytes() == newest.read_bytes()
    assert len(Measured.model_validate_json(kept.read_bytes()).labelled) == len(MINE)
    for path in (kept, newest, *(home / "evaluations" / "verdicts").iterdir()):
        assert path.stat().st_mode & 0o777 == 0o600, path
    assert home.stat().st_mode & 0o777 == 0o700


def test_a_file_that_cannot_be_written_is_told(run: Run, own: list[str | Path], tmp_path: Path) -> None:
    ran = run("eval", "run", *own, "-o", tmp_path)
    assert (ran.code, ran.err.splitlines()[-2:]) == (
        1,
        [f"{tmp_path} cannot be written: Is a directory.", "Name another file."],
    )


# What is refused


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--judge", "oracle"], "There is no judge 'oracle'.\nJudges that can be measured: embedded, llm, panel.\n"),
        (["--scenarios", "."], "--scenarios is for the cases that --cases gives.\n"),
        (["--reference", "r.jsonl", "--cases", "c.jsonl"], "--reference stands alone.\n"),
        (["--cases", "nowhere.jsonl"], "nowhere.jsonl does not exist\n"),
        (["--reference", "nowhere.jsonl"], "nowhere.jsonl does not exist\n"),
        (["--gate", "--cases", "c.jsonl"], "The gate and the baseline are about all of the project's own cases.\n"),
    ],
)
def test_what_cannot_be_meant_is_refused(run: Run, arguments: list[str], told: str) -> None:
    ran = run("eval", "run", *arguments)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith(told)


def test_nothing_to_compare_or_report_says_what_to_run(run: Run, tmp_path: Path) -> None:
    for command in ("compare", "report"):
        ran = run("eval", command)
        assert ran.code == 2
        assert ran.err == ("No measurement of embedded is kept.\nRun `interviewer eval run --judge embedded` first.\n")
    other = tmp_path / "other.json"
    other.write_text("{}", encoding="utf-8")
    ran = run("eval", "report", other)
    assert (ran.code, f"{other} is neither a run nor a baseline: " in ran.err) == (2, True)


# Two measurements, and a report


def worse_and_better(run: Run, own: list[str | Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file of a first run; the newest is of a judge that no longer hears of a request, and hears of a teapot."""
    teapot = plain("codes-4", "418, the joke.", ("teapot",), question_id="codes")
    lines(tmp_path / "mine.jsonl", [*MINE, teapot])
    before = tmp_path / "before.json"
    assert run("eval", "run", *own, "-o", before).code == 0
    changed = {key: value for key, value in PHRASES.items() if key != "sends a request"}
    use(monkeypatch, lambda: evalbench.judge({**changed, "418": ("teapot",)}))
    assert run("eval", "run", *own).code == 0
    return before


def test_compare_names_the_cases_that_changed(
    run: Run, own: list[str | Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = worse_and_better(run, own, tmp_path, monkeypatch)
    ran = run("eval", "compare", before)
    assert (ran.code, ran.err) == (0, "")
    told = ran.out.splitlines()
    assert told[0].startswith("Accuracy 0.975 before, 0.950 after: -0.025 (")
    assert told[1] == (
        "3 points changed: 1 for the better, 2 for the worse (McNemar, two-sided p = 1). No significant drop."
    )
    assert told[2].startswith("A drop of 0.")
    assert told[3:] == [
        "",
        "Worse:",
        "- http-1: request is covered; covered 0.95 -> absent 0.05",
        "- http-2: request is covered; covered 0.95 -> absent 0.05",
        "",
        "Better:",
        "- codes-4: teapot is covered; absent 0.05 -> covered 0.95",
    ]
    backwards = run("eval", "compare", tmp_path / "home" / "evaluations" / "embedded.json", before).out
    assert "3 points changed: 2 for the better, 1 for the worse" in backwards


def test_compare_needs_a_run_to_compare_with(
    run: Run, own: list[str | Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(monkeypatch, evalbench.judge)
    place = project(tmp_path, monkeypatch)
    assert run("eval", "run").code == 0
    ran = run("eval", "compare")
    assert (ran.code, ran.err.splitlines()[0]) == (2, "There is no baseline of embedded.")
    assert run("eval", "run", "--save-baseline").code == 0
    ran = run("eval", "compare")
    assert ran.out.splitlines()[1].startswith("0 points changed: ")
    ran = run("eval", "compare", "before.json", place / "baselines" / "embedded.json")
    assert ran.code == 2
    ran = run("eval", "report", place / "baselines" / "embedded.json")
    assert "is a baseline, which has no cases." in ran.err


def test_compare_cannot_be_steered_by_the_names_of_cases(
    run: Run, own: list[str | Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines(tmp_path / "mine.jsonl", [plain("\x1b[2J\x07\u202egone", "It sends a request.", ("request",)), *CASES[4:5]])
    before = tmp_path / "before.json"
    run("eval", "run", *own, "-o", before)
    use(monkeypatch, lambda: evalbench.judge({}))
    run("eval", "run", *own)
    ran = run("eval", "compare", before)
    assert "gone: request is covered" in ran.out
    assert not set("\x1b\x07\u202e") & set(ran.out)


def test_a_report_is_written_in_both_forms(
    run: Run, own: list[str | Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = worse_and_better(run, own, tmp_path, monkeypatch)
    folder = tmp_path / "write" / "up"
    ran = run("eval", "report", "-o", folder, "--before", before)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.splitlines() == [
        f"Wrote the report to {folder}/report.md.",
        f"Wrote the report with plots and cases to {folder}/report.html.",
    ]
    page, text = ((folder / f"report.{kind}").read_text(encoding="utf-8") for kind in ("html", "md"))
    for case in MINE:
        assert case["case_id"] in page
    for told in (page, text):
        assert "The cases are those that were given to the command." in told
        assert "scripted" in told
    assert sorted(path.name for path in folder.iterdir()) == ["report.html", "report.md"]


def test_a_report_needs_a_folder(run: Run, own: list[str | Path], tmp_path: Path) -> None:
    run("eval", "run", *own)
    file = tmp_path / "file"
    file.write_text("", encoding="utf-8")
    ran = run("eval", "report", "-o", file)
    assert (ran.code, ran.err) == (1, f"{file} cannot be made a folder: File exists.\nName another.\n")


# Public sets


REFERENCES = [
    {"id": "1", "question": "Why?", "reference": "Because it sends a request.", "answer": "It sends a request.",
     "label": "correct", "question_id": "q1", "split": "unseen_answers"},
    {"id": "2", "question": "Why?", "reference": "Because it sends a request.", "answer": "No idea.",
     "label": "incorrect", "question_id": "q1", "split": "unseen_answers"},
    {"id": "3", "question": "How?", "reference": "By wire.", "answer": "It sends a request.",
     "label": "incorrect", "question_id": "q2", "split": "unseen_answers"},
    {"id": "4", "question": "How?", "reference": "By wire.", "answer": "Hm.",
     "label": "incorrect", "question_id": "q2", "split": "unseen_answers"},
]  # fmt: skip


def test_a_single_reference_set(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch, lambda: evalbench.judge({"sends a request": ("reference",)}))
    path = lines(tmp_path / "tiny-set.jsonl", REFERENCES)
    ran = run("eval", "run", "--reference", path)
    assert ran.code == 0
    rows = [line.split() for line in ran.out.splitlines()]
    assert rows[0] == ["Figure", "Measured", "90", "%", "interval", "n"]
    (accuracy,) = [row for row in rows if row[0] == "public.tiny-set.unseen_answers.accuracy"]
    assert (accuracy[1], accuracy[-1]) == ("0.750", "4")
    assert ran.err == "".join(f"Judging: {done} of 4\n" for done in (1, 2, 3, 4))
    told = json.loads(run("eval", "run", "--reference", path, "--format", "json").out)
    assert told["schema"] == "interviewer.eval-reference/1"
    assert told["splits"][0]["two_way"]["accuracy"] == 0.75
    few = json.loads(run("eval", "run", "--reference", path, "--format", "json", "--sample", "2").out)
    assert few["splits"][0]["two_way"]["n"] == 2


def test_a_public_set_with_a_label_of_no_meaning_is_refused(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(monkeypatch, evalbench.judge)
    path = lines(tmp_path / "set.jsonl", [{**REFERENCES[0], "label": "splendid"}])
    ran = run("eval", "run", "--reference", path)
    assert ran.code == 2
    assert "splendid" in ran.err


# Progress


class Screen(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_on_a_terminal_progress_is_a_bar_that_goes_away(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = Screen()
    monkeypatch.setattr(sys, "stderr", screen)
    monkeypatch.delenv("NO_COLOR")
    monkeypatch.setenv("TERM", "xterm")
    with Progress() as progress:
        progress.step("Judging", 0, 4)
        progress.step("Judging", 3, 4)
    drawn = screen.getvalue()
    assert "Judging" in drawn
    assert "of 4" not in drawn
    assert drawn.endswith("\x1b[2K")


def test_elsewhere_progress_is_a_line_at_each_quarter(capsys: pytest.CaptureFixture[str]) -> None:
    with Progress() as progress:
        progress.say("This costs nothing.")
        for done in range(101):
            progress.step("Judging", done, 100)
        progress.step("Nothing", 0, 0)
    assert capsys.readouterr().err.splitlines() == [
        "This costs nothing.",
        *(f"Judging: {done} of 100" for done in (25, 50, 75, 100)),
    ]
