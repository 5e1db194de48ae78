"""The gate: bars at the edge of their intervals, significant drops, what nobody measured, and the exit status."""

from __future__ import annotations

import dataclasses
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest
import yaml

from interviewer.core.findings import Status
from interviewer.evaluation.figures import Better, Figure
from interviewer.evaluation.gate import Bar, Standing, against_bars, dropped, missed, unmeasured
from interviewer.evaluation.outcomes import Row
from interviewer.evaluation.paired import compare
from interviewer.evaluation.record import Baseline
from interviewer.judging.embedded import EmbeddedJudge
from interviewer.judging.sources import embedded_sources
from interviewer.measuring import golden
from tests import evalbench
from tests.evalbench import CASES, PHRASES, Run, project, runner, use
from tests.labelled import ABSENT, COVERED, VERSION, row
from tests.stage import ROOT

AT = datetime(2026, 11, 22, 20, 0, tzinfo=UTC)


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    return runner(monkeypatch, capsys)


# Bars


def figure(value: float, low: float | None, high: float | None, better: Better = Better.HIGHER) -> Figure:
    return Figure(name="f", value=value, low=low, high=high, n=40, better=better)


@pytest.mark.parametrize(
    ("measured", "bar", "standing"),
    [
        (figure(0.80, 0.75, 0.85), 0.85, Standing.HELD),
        (figure(0.80, 0.75, 0.85), 0.8501, Standing.MISSED),
        (figure(0.80, 0.75, 0.85), 0.10, Standing.HELD),
        (figure(0.10, 0.05, 0.15, Better.LOWER), 0.05, Standing.HELD),
        (figure(0.10, 0.05, 0.15, Better.LOWER), 0.0499, Standing.MISSED),
        (figure(0.10, 0.05, 0.15, Better.LOWER), 0.90, Standing.HELD),
        (figure(0.80, None, None), 0.80, Standing.HELD),
        (figure(0.80, None, None), 0.81, Standing.MISSED),
        (figure(0, None, None, Better.LOWER), 0, Standing.HELD),
        (figure(1, None, None, Better.LOWER), 0, Standing.MISSED),
        (None, 0.5, Standing.UNMEASURED),
    ],
)
def test_a_bar_is_missed_when_the_whole_interval_is_on_its_wrong_side(
    measured: Figure | None, bar: float, standing: Standing
) -> None:
    (held,) = against_bars([measured] if measured else [], {"f": Bar(bar=bar)})
    assert held.standing is standing
    assert len(list(missed([held]))) == (standing is not Standing.HELD)


@pytest.mark.parametrize(
    ("measured", "goal", "reached"),
    [
        (figure(0.80, 0.75, 0.85), 0.80, True),
        (figure(0.80, 0.75, 0.85), 0.81, False),
        (figure(0.10, 0.05, 0.15, Better.LOWER), 0.10, True),
        (figure(0.10, 0.05, 0.15, Better.LOWER), 0.09, False),
        (figure(0.80, 0.75, 0.85), None, None),
        (None, 0.8, None),
    ],
)
def test_a_goal_is_reached_by_the_value_itself(measured: Figure | None, goal: float | None, reached: bool) -> None:
    (held,) = against_bars([measured] if measured else [], {"f": Bar(bar=0.5, goal=goal)})
    assert held.reaches_goal is reached


def test_each_missed_bar_is_told_with_what_was_measured() -> None:
    figures = [
        Figure(name="low", value=0.7, low=0.65, high=0.75, n=12),
        Figure(name="high", value=0.3, low=0.25, high=0.35, n=9, better=Better.LOWER),
        Figure(name="fine", value=0.9, n=3),
    ]
    bars = {"low": Bar(bar=0.8), "gone": Bar(bar=0.5), "high": Bar(bar=0.2), "fine": Bar(bar=0.9)}
    assert list(missed(against_bars(figures, bars))) == [
        "low: 0.700 (0.650 to 0.750), n = 12, lies below its bar of 0.8.",
        "gone: not measured, so its bar of 0.5 cannot hold.",
        "high: 0.300 (0.250 to 0.350), n = 9, lies above its bar of 0.2.",
    ]


# Drops


def rows(right: dict[str, Sequence[bool]]) -> list[Row]:
    """Points that are there, by question; found where the judge is right."""
    return [
        row(f"{name}-{number}", COVERED, COVERED if one else ABSENT, question=name)
        for name, marks in right.items()
        for number, one in enumerate(marks)
    ]


def drops(before: dict[str, Sequence[bool]], after: dict[str, Sequence[bool]]) -> list[str]:
    return list(dropped(compare(rows(before), rows(after))))


ALL = [True] * 20


def worse(count: int) -> list[bool]:
    return [False] * count + [True] * (20 - count)


def test_nothing_changed_is_no_drop() -> None:
    assert drops({"a": ALL, "b": worse(9)}, {"a": ALL, "b": worse(9)}) == []


def test_a_fall_all_over_is_a_drop_of_the_whole() -> None:
    names = [f"q{number}" for number in range(6)]
    (told,) = drops(dict.fromkeys(names, ALL), dict.fromkeys(names, worse(2)))
    assert told == (
        "Fewer points are judged rightly than in the baseline: 0 became right and 12 wrong, -0.100 of accuracy "
        "(McNemar, one-sided p = 0.00024)."
    )


def test_a_rise_all_over_is_no_drop() -> None:
    names = [f"q{number}" for number in range(6)]
    assert drops(dict.fromkeys(names, worse(2)), dict.fromkeys(names, ALL)) == []


def test_a_fall_within_one_question_is_found_though_the_whole_did_not_fall() -> None:
    before = {"a": ALL, **{f"q{number}": worse(1) for number in range(8)}}
    after = {"a": worse(8), **{f"q{number}": ALL for number in range(8)}}
    (told,) = drops(before, after)
    # Eight of eight: 0.5 ** 8 = 0.0039, times the nine questions that changed.
    assert told == (
        "Question backend/a fell: 0 of its 20 points became right and 8 wrong "
        "(McNemar, one-sided p = 0.035 after Holm's correction)."
    )


def test_the_same_fall_passes_where_so_many_questions_changed_that_one_falls_by_chance() -> None:
    count = 13
    before = {"a": ALL, **{f"q{number}": worse(1) for number in range(count)}}
    after = {"a": worse(8), **{f"q{number}": ALL for number in range(count)}}
    assert drops(before, after) == []


@pytest.mark.parametrize(("count", "fell"), [(4, False), (5, True)])
def test_four_points_of_one_question_may_be_chance_and_five_are_not(count: int, fell: bool) -> None:
    told = drops({"a": ALL, "b": ALL}, {"a": worse(count), "b": ALL})
    assert any(line.startswith("Question backend/a fell") for line in told) is fell
    assert bool(told) is fell


# What nobody measured


def baseline(sources: dict[str, str], cases: str = "same") -> Baseline:
    return Baseline(
        schema="interviewer.eval-baseline/1",
        judge=VERSION,
        sources=sources,
        cases=cases,
        at=AT,
        program="0.1.0",
        command="interviewer eval run",
        short={},
    )


def test_what_can_move_a_verdict_is_named_where_it_was_not_measured_as_it_is() -> None:
    before = baseline({"judging/head.py": "1", "judging/old.py": "2", "rubric tiny/http": "3"})
    now = {"judging/head.py": "9", "judging/new.py": "4", "rubric tiny/http": "3"}
    assert list(unmeasured(now, "other", before)) == [
        "judging/head.py has changed since the baseline of 2026-11-22 was measured.",
        "judging/new.py is new since the baseline of 2026-11-22 was measured.",
        "judging/old.py is gone since the baseline of 2026-11-22 was measured.",
        "The labelled cases have changed since the baseline of 2026-11-22 was measured.",
    ]
    assert list(unmeasured(before.sources, "same", before)) == []


def test_the_embedded_judges_sources_are_the_code_that_it_loads_and_its_model() -> None:
    code = (
        "import sys, interviewer.judging.embedded, interviewer.judging.intent; "
        "print(*(name for name in sys.modules if name.startswith('interviewer.judging.')))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = {name.replace(".", "/") + ".py" for name in done.stdout.split()}
    names = ("encoder.onnx", "joint.onnx", "tokenizer.json", "heads.json", "address.json", "intent.json")
    assert set(embedded_sources()) == loaded | {f"interviewer/judging/model/{name}" for name in names}
    assert all(re.fullmatch("[0-9a-f]{64}", one) for one in embedded_sources().values())


# The command and its exit status, on a small project with a scripted judge


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    use(monkeypatch, evalbench.judge)
    return project(tmp_path, monkeypatch)


def reasons(out: str) -> list[str]:
    """The lines that the gate gives."""
    return [line.removeprefix("  - ") for line in out.splitlines() if line.startswith("  - ")]


def save(run: Run) -> None:
    assert run("eval", "run", "--save-baseline").code == 0


def test_without_a_baseline_the_gate_says_what_measures_one(run: Run, place: Path) -> None:
    ran = run("eval", "run", "--gate")
    assert ran.code == 4
    assert reasons(ran.out) == ["Not measured: evals/baselines/embedded.json does not exist."]
    assert "1 reason why this judge should not be shipped." in ran.err
    assert "run `interviewer eval run --judge embedded --save-baseline` (a few minutes, free)" in ran.err


def test_the_gate_holds_where_nothing_changed(run: Run, place: Path) -> None:
    save(run)
    ran = run("eval", "run", "--gate")
    assert ran.code == 0
    assert ran.out.endswith("\nThe gate holds.\n")


def test_the_gate_in_json_speaks_beside_the_result(run: Run, place: Path) -> None:
    save(run)
    ran = run("eval", "run", "--gate", "--format", "json")
    assert (ran.code, json.loads(ran.out)["schema"]) == (0, "interviewer.eval/1")
    assert "The gate holds." in ran.err
    (place / "baselines" / "embedded.json").unlink()
    ran = run("eval", "run", "--gate", "--format", "json")
    assert (ran.code, json.loads(ran.out)["schema"]) == (4, "interviewer.eval/1")
    assert "  - Not measured: evals/baselines/embedded.json does not exist" in ran.err


def test_a_missed_bar_and_one_that_nobody_measured(run: Run, place: Path) -> None:
    save(run)
    (place / "bars.toml").write_text(
        '["other_fields.points.accuracy"]\nbar = 1.01\n["anchors.points.accuracy"]\nbar = 0.5\n', encoding="utf-8"
    )
    ran = run("eval", "run", "--gate")
    assert ran.code == 4
    first, second = reasons(ran.out)
    assert first.startswith("other_fields.points.accuracy: 1.000 (")
    assert first.endswith("lies below its bar of 1.01.")
    assert second == "anchors.points.accuracy: not measured, so its bar of 0.5 cannot hold."
    assert "2 reasons why" in ran.err


def test_another_judge_and_a_changed_rubric_are_not_measured(
    run: Run, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save(run)
    file = place / "golden" / "scenarios" / "tiny.yaml"
    plan = yaml.safe_load(file.read_text(encoding="utf-8"))
    plan["questions"][1]["points"][0]["says"] = "404: there is nothing at that address."
    plan["facts"][0]["asked"] = ["How many are you?"]
    file.write_text(yaml.safe_dump(plan), encoding="utf-8")
    use(monkeypatch, lambda: evalbench.judge({**PHRASES, "tea": ("teapot",)}))
    ran = run("eval", "run", "--gate")
    assert ran.code == 4
    told = reasons(ran.out)
    begins = "Not measured: "
    assert [line.removeprefix(begins).split(" since ")[0] for line in told] == [
        "facts tiny has changed",
        "judge scripted has changed",
        "rubric tiny/codes has changed",
    ]


def test_changed_labels_are_not_measured(run: Run, place: Path) -> None:
    save(run)
    evalbench.lines(place / "golden" / "tiny.jsonl", [*CASES[:-1], {**CASES[-1], "covered": []}])
    ran = run("eval", "run", "--gate")
    assert ran.code == 4
    assert any("The labelled cases have changed since the baseline of" in line for line in reasons(ran.out))


def test_a_judge_that_became_worse_is_told_by_how_much(run: Run, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    many = [{**one, "case_id": f"{one['case_id']}-{number}"} for one in CASES for number in range(6)]
    evalbench.lines(place / "golden" / "tiny.jsonl", many)
    save(run)
    use(monkeypatch, lambda: evalbench.judge({**PHRASES, "sends a request": ("headers",)}))
    ran = run("eval", "run", "--gate")
    assert ran.code == 4
    told = reasons(ran.out)
    # Twelve answers in which the request is no longer found, and the headers are found instead.
    assert told[0].startswith("Question tiny/http fell: 0 of its 168 points became right and 24 wrong ")
    assert any("judge scripted has changed" in line for line in told)
    compared = run("eval", "compare")
    assert "0 for the better, 24 for the worse" in compared.out
    assert "- http-1-0: request is covered; covered 0.95 -> absent 0.05" in compared.out.splitlines()


@pytest.mark.parametrize("own", [["--cases", "x.jsonl"], ["--reference", "x.jsonl"], ["--sample", "3"]])
@pytest.mark.parametrize("what", ["--gate", "--save-baseline"])
def test_the_gate_is_about_all_cases_of_the_project(run: Run, place: Path, own: list[str], what: str) -> None:
    ran = run("eval", "run", what, *own)
    assert ran.code == 2
    assert "The gate and the baseline are about all of the project's own cases." in ran.err
    assert not list((place / "baselines").iterdir())


def test_a_baseline_or_bars_that_cannot_be_read(run: Run, place: Path) -> None:
    path = place / "baselines" / "embedded.json"
    path.write_text('{"schema": "interviewer.eval-baseline/1"}', encoding="utf-8")
    ran = run("eval", "run", "--gate")
    assert (ran.code, f"{path} is no baseline: " in ran.err) == (2, True)
    path.unlink()
    bars = place / "bars.toml"
    bars.write_text('["f"]\nbar = "high"\n', encoding="utf-8")
    ran = run("eval", "run", "--gate")
    assert (ran.code, f"{bars} cannot be used: " in ran.err) == (2, True)


def test_without_the_extra_it_cannot_be_run(run: Run, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sklearn", None)
    for command in (["run", "--gate"], ["compare"], ["report"]):
        ran = run("eval", *command)
        assert (ran.code, ran.out) == (1, "")
        assert ran.err == (
            "Measuring needs sklearn, which is not installed.\n"
            "Install the extra: pip install 'quoted-interviewer[evals]'\n"
        )


def test_without_the_model_it_cannot_be_run(
    run: Run, place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(monkeypatch, lambda: EmbeddedJudge(folder=tmp_path / "nowhere"))
    ran = run("eval", "run", "--gate")
    assert (ran.code, ran.out) == (1, "")
    assert "cannot be read from" in ran.err and str(tmp_path / "nowhere") in ran.err
    assert "einstall the package" in ran.err


# The real judge on the golden cases of one scenario, in a checkout of its own where things are broken

QUESTIONS = MappingProxyType({"rubric": "user-tasks-endpoint", "labels": "status-codes"})
"""What is broken in which question."""
GATE = """
import json, sys
from interviewer.bootstrap import program
from interviewer.measuring import evals, measure

measure.measure_composed = lambda pairs, scenarios: None
evals.PROMPTED = ()

class Quiet:
    def say(self, line): pass
    def step(self, task, done, total): pass

def main():
    ours = program()
    asked = evals.Asked("embedded")
    given = evals.given(ours, [], asked)
    made = evals.measured(ours, given, asked, Quiet())
    if sys.argv[1:]:
        evals.save_baseline(made, "embedded")
    print(json.dumps({"failures": evals.failures(made, given, "embedded"), "figures": {
        one.name: [one.value, one.low, one.high] for one in made.figures}}))

if __name__ == "__main__":
    main()
"""
"""The gate without perturbed, composed and rehearsed interviews and without models, which none of this needs."""


@dataclasses.dataclass
class Checkout:
    """A copy of the program and of what it is measured with."""

    root: Path
    home: Path
    figures: dict[str, list[float]] = dataclasses.field(default_factory=dict)

    def gate(self, *arguments: str) -> list[str]:
        """Why the gate does not hold; with an argument, a baseline is saved first."""
        done = self._run("gate.py", *arguments)
        assert done.returncode == 0, done.stderr
        told: dict[str, Any] = json.loads(done.stdout)
        self.figures = told["figures"]
        return list(told["failures"])

    def command(self) -> subprocess.CompletedProcess[str]:
        """`interviewer eval run --gate`."""
        return self._run("-m", "interviewer", "eval", "run", "--gate")

    def _run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, "PYTHONPATH": str(self.root), "INTERVIEWER_HOME": str(self.home)}
        return subprocess.run(
            [sys.executable, *arguments],
            cwd=self.root,
            env={**environment, "OMP_NUM_THREADS": "1", "PYTHONDONTWRITEBYTECODE": "1"},
            capture_output=True,
            encoding="utf-8",
            timeout=300,
        )

    def file(self, name: str) -> Path:
        """A file of the checkout."""
        return self.root / name


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> Checkout:
    """A checkout in which the judge was measured as it is."""
    root = tmp_path_factory.mktemp("checkout")
    shutil.copytree(ROOT / "interviewer", root / "interviewer", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("prompts", "evals/candidates"):
        shutil.copytree(ROOT / name, root / name)
    for name in ("pyproject.toml", "scenarios/junior-backend.yaml", "evals/golden/junior-backend.jsonl"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, root / name)
    (root / "evals" / "baselines").mkdir()
    shutil.copytree(ROOT / "evals" / "golden" / "scenarios", root / "evals" / "golden" / "scenarios")
    (root / "gate.py").write_text(GATE, encoding="utf-8")
    made = Checkout(root, root / "home")
    made.file("evals/bars.toml").write_text("", encoding="utf-8")
    assert made.gate("save") == []
    return made


@pytest.fixture
def checkout(measured: Checkout) -> Iterator[Checkout]:
    """The same, to be broken; everything is as it was afterwards."""
    broken = [
        measured.file(name)
        for name in (
            "interviewer/judging/embedded.py",
            "interviewer/judging/model/heads.json",
            "interviewer/judging/model/encoder.onnx",
            "scenarios/junior-backend.yaml",
            "evals/golden/junior-backend.jsonl",
        )
    ]
    before = {path: path.read_bytes() for path in broken}
    yield measured
    for path, raw in before.items():
        path.write_bytes(raw)


def of_another_judge(failures: Sequence[str]) -> list[str]:
    """What is named as changed since the baseline."""
    begins = "Not measured: "
    return [line.removeprefix(begins).split(" since ")[0] for line in failures if line.startswith(begins)]


def falls(failures: Sequence[str]) -> list[str]:
    """The significant drops."""
    return [line for line in failures if line.startswith(("Fewer points", "Question "))]


def replaced(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, old
    path.write_text(text.replace(old, new), encoding="utf-8")


@pytest.mark.slow
def test_unchanged_the_real_judge_holds(measured: Checkout) -> None:
    assert measured.gate() == []
    assert len(measured.figures) > 100


@pytest.mark.slow
def test_a_negated_rule_of_the_judge_is_a_drop_and_its_file_is_named(checkout: Checkout) -> None:
    rule = "        if _as_written(row):"
    replaced(checkout.file("interviewer/judging/embedded.py"), rule, rule.replace("if ", "if not "))
    failures = checkout.gate()
    assert of_another_judge(failures) == ["interviewer/judging/embedded.py has changed"]
    assert falls(failures)[0].startswith("Fewer points are judged rightly than in the baseline: ")


@pytest.mark.slow
def test_near_misses_dropped_from_a_question_are_named_and_the_others_are_not_touched(checkout: Checkout) -> None:
    name = QUESTIONS["rubric"]
    file = checkout.file("scenarios/junior-backend.yaml")
    plan = yaml.safe_load(file.read_text(encoding="utf-8"))
    (question,) = [one for one in plan["questions"] if one["id"] == name]
    gone = sum(len(target.pop("not_this", ())) for target in (*question["points"], *question["red_flags"]))
    assert gone > 10
    file.write_text(yaml.safe_dump(plan, allow_unicode=True), encoding="utf-8")
    failures = checkout.gate()
    assert of_another_judge(failures) == [f"rubric junior-backend/{name} has changed"]
    assert all(line.startswith(f"Question junior-backend/{name} fell") for line in falls(failures))


@pytest.mark.slow
def test_lowered_thresholds_are_a_drop_and_their_file_is_named(checkout: Checkout) -> None:
    path = checkout.file("interviewer/judging/model/heads.json")
    heads = json.loads(path.read_text(encoding="utf-8"))
    heads["thresholds"] |= {"unclear_from": 0.1, "covered_from": 0.1}
    path.write_text(json.dumps(heads), encoding="utf-8")
    failures = checkout.gate()
    assert of_another_judge(failures) == [
        "interviewer/judging/model/heads.json has changed",
        "judge embedded has changed",
    ]
    assert falls(failures)[0].startswith("Fewer points are judged rightly than in the baseline: ")


@pytest.mark.slow
def test_shuffled_labels_of_a_question_are_noticed_before_anything_is_compared(checkout: Checkout) -> None:
    path = checkout.file("evals/golden/junior-backend.jsonl")
    cases = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    ours = [case for case in cases if case["question_id"] == QUESTIONS["labels"]]
    labels = [{key: case[key] for key in ("covered", "partial", "contradicted")} for case in ours]
    for case, other in zip(ours, [*labels[1:], labels[0]], strict=True):
        case.update(other)
    before = dict(checkout.figures)
    evalbench.lines(path, cases)
    failures = checkout.gate()
    assert of_another_judge(failures) == ["The labelled cases have changed"]
    assert falls(failures) == []
    name = f"tune.questions.junior-backend.{QUESTIONS['labels']}"
    assert checkout.figures[name][0] < before.get(name, [1.0])[0] - 0.1


@pytest.mark.slow
def test_a_model_that_is_gone_cannot_be_measured(checkout: Checkout) -> None:
    checkout.file("interviewer/judging/model/encoder.onnx").unlink()
    done = checkout.command()
    assert (done.returncode, done.stdout) == (1, "")
    assert "encoder.onnx" in done.stderr
    assert "einstall the package" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_bars_of_the_project_can_be_read() -> None:
    bars = golden.read_bars()
    assert bars
    assert all(isinstance(bar, Bar) for bar in bars.values())


def test_a_covered_label_counts_as_wanted() -> None:
    """What the rows above stand on: a point that is there and not found is wrong."""
    there = row("a", COVERED, Status.ABSENT)
    assert (there.wanted, there.said) == (True, False)
