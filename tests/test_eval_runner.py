"""Judging many cases: what is remembered, in which order, by how many processes, and for how much money."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

from interviewer.core.errors import InterviewerError, UsageError
from interviewer.core.findings import Assessment, Intent, Status, Usage
from interviewer.core.scenario import Clarification, Question, Scenario
from interviewer.core.state import Turn
from interviewer.evaluation.cases import Case
from interviewer.evaluation.outcomes import Verdict
from interviewer.evaluation.runner import Bench, Priced, run, to_judge
from interviewer.judging.scripted import ScriptedIntentReader, ScriptedJudge
from interviewer.library import Library
from interviewer.measuring import benches, golden, measure, pool
from interviewer.measuring.golden import LabelledSet
from interviewer.measuring.memory import KEPT_FILES, FileMemory
from tests.evalbench import CASES, PHRASES
from tests.factories import BEGIN, tiny_scenario

SCENARIO = tiny_scenario()
GIVEN = tuple(Case.model_validate(one) for one in CASES)


class Counted(ScriptedJudge):
    """Keeps what it was asked."""

    def __init__(self) -> None:
        super().__init__(PHRASES)
        self.asked: list[str] = []

    def assess(self, question: Question, turns: Sequence[Turn]) -> Any:
        self.asked.append(turns[-1].text)
        return super().assess(question, turns)


class Paid(Counted):
    """A quarter of a dollar at most, a tenth in fact."""

    def estimate(self, question: Question, turns: Sequence[Turn]) -> float:
        return 0.25

    def assess(self, question: Question, turns: Sequence[Turn]) -> Any:
        found = super().assess(question, turns)
        return found.model_copy(update={"usage": Usage(model="m", input_tokens=1, output_tokens=1, cost=0.1)})


def bench(judge: ScriptedJudge, scenario: Scenario = SCENARIO, facts: tuple[Clarification, ...] = ()) -> Bench:
    return Bench(judge, ScriptedIntentReader(), {"tiny": scenario}, facts)


def answers(cases: Iterable[Case] = GIVEN) -> list[str]:
    return [case.answer or "" for case in cases]


def memory(tmp_path: Path, version: str = "v" * 40) -> FileMemory:
    return FileMemory(tmp_path / "verdicts", version)


def kept(tmp_path: Path) -> Path:
    (path,) = (tmp_path / "verdicts").glob("*.jsonl")
    return path


def test_a_second_run_judges_nothing_and_says_the_same(tmp_path: Path) -> None:
    judge = Counted()
    first = run(GIVEN, bench(judge), "v1", memory=memory(tmp_path))
    assert judge.asked == answers()
    again = run(GIVEN, bench(judge), "v1", memory=memory(tmp_path))
    assert judge.asked == answers()
    assert again == first
    assert to_judge(GIVEN, bench(judge), "v1", memory(tmp_path)) == []
    assert to_judge(GIVEN, bench(judge), "v1", None) == list(GIVEN)


def changed_points(question: Any, **more: Any) -> Any:
    first, *rest = question.points
    return question.model_copy(update={"points": (first.model_copy(update=more), *rest)})


def changed_scenario(**more: Any) -> Scenario:
    http, codes = SCENARIO.questions
    return SCENARIO.model_copy(update={"questions": (changed_points(http, **more), codes)})


@pytest.mark.parametrize(
    "more",
    [{"says": "The client asks."}, {"sounds_like": ("it asks",)}, {"not_this": ("the server asks",)}],
)
def test_a_changed_rubric_is_judged_again_and_no_other_question(tmp_path: Path, more: dict[str, Any]) -> None:
    run(GIVEN, bench(Counted()), "v1", memory=memory(tmp_path))
    judge = Counted()
    run(GIVEN, bench(judge, changed_scenario(**more)), "v1", memory=memory(tmp_path))
    assert judge.asked == answers(case for case in GIVEN if case.question_id == "http")


def test_what_the_interviewer_says_of_a_point_moves_no_verdict(tmp_path: Path) -> None:
    run(GIVEN, bench(Counted()), "v1", memory=memory(tmp_path))
    judge = Counted()
    run(GIVEN, bench(judge, changed_scenario(why="Other words.")), "v1", memory=memory(tmp_path))
    assert judge.asked == []


def test_a_changed_answer_is_judged_again(tmp_path: Path) -> None:
    run(GIVEN, bench(Counted()), "v1", memory=memory(tmp_path))
    judge = Counted()
    other = GIVEN[2].with_answer("Encrypted, it comes back.")
    found = run([*GIVEN[:2], other], bench(judge), "v1", memory=memory(tmp_path))
    assert judge.asked == [other.answer]
    assert isinstance(found[2].outcome, Assessment)
    assert found[2].outcome.finding("response").status is Status.COVERED


def test_other_labels_and_another_id_are_no_reason_to_judge_again(tmp_path: Path) -> None:
    run(GIVEN, bench(Counted()), "v1", memory=memory(tmp_path))
    judge = Counted()
    renamed = [case.model_copy(update={"case_id": f"new-{case.case_id}", "covered": ()}) for case in GIVEN]
    found = run(renamed, bench(judge), "v1", memory=memory(tmp_path))
    assert judge.asked == []
    assert [one.case_id for one in found] == [case.case_id for case in renamed]


def test_another_fingerprint_is_judged_again(tmp_path: Path) -> None:
    run(GIVEN, bench(Counted()), "v1", memory=memory(tmp_path))
    judge = Counted()
    run(GIVEN, bench(judge), "v2", memory=memory(tmp_path))
    assert judge.asked == answers()


def test_a_fact_that_can_be_asked_for_moves_how_a_turn_is_read(tmp_path: Path) -> None:
    run(GIVEN, bench(Counted()), "v1", memory=memory(tmp_path))
    for where in ("program", "scenario"):
        judge = Counted()
        fact = Clarification(asked=(f"Which {where}?",), reply="This one.")
        own = SCENARIO.model_copy(update={"facts": (fact,)}) if where == "scenario" else SCENARIO
        run(GIVEN, bench(judge, own, (fact,) if where == "program" else ()), "v1", memory=memory(tmp_path))
        assert judge.asked == answers(), where


def test_half_a_line_of_a_run_that_was_killed_loses_nothing_else(tmp_path: Path) -> None:
    run(GIVEN, bench(Counted()), "v1", memory=memory(tmp_path))
    path = kept(tmp_path)
    whole = path.read_bytes()
    last = whole.rstrip(b"\n").rindex(b"\n") + 1
    path.write_bytes(whole[: last + 40])
    judge = Counted()
    run(GIVEN, bench(judge), "v1", memory=memory(tmp_path))
    assert judge.asked == answers()[-1:]
    # What was judged again stands on a line of its own, and is known the next time.
    run(GIVEN, bench(judge), "v1", memory=memory(tmp_path))
    assert judge.asked == answers()[-1:]


@pytest.mark.parametrize("damage", [b"5\n", b"[[], {}]\n", b'["key", {"case_id": 1}]\n', b"\xff\xfe\n", b"null"])
def test_a_line_that_is_no_verdict_is_passed_over(tmp_path: Path, damage: bytes) -> None:
    run(GIVEN, bench(Counted()), "v1", memory=memory(tmp_path))
    path = kept(tmp_path)
    path.write_bytes(damage + b"\n" + path.read_bytes())
    judge = Counted()
    run(GIVEN, bench(judge), "v1", memory=memory(tmp_path))
    assert judge.asked == []


def test_verdicts_are_for_their_owner_alone(tmp_path: Path) -> None:
    run(GIVEN, bench(Counted()), "v1", memory=memory(tmp_path))
    assert kept(tmp_path).stat().st_mode & 0o777 == 0o600
    assert kept(tmp_path).parent.stat().st_mode & 0o777 == 0o700
    assert kept(tmp_path).read_bytes().isascii()


def test_only_the_judges_measured_last_are_remembered(tmp_path: Path) -> None:
    folder = tmp_path / "verdicts"
    for number in range(KEPT_FILES):
        run(GIVEN[:1], bench(Counted()), "v1", memory=memory(tmp_path, f"version-{number}"))
        os.utime(folder / f"version-{number}.jsonl", (1_000_000 + number, 1_000_000 + number))
    # Measured again, the first is no longer the one that was measured longest ago.
    memory(tmp_path, "version-0")
    assert len(list(folder.iterdir())) == KEPT_FILES
    memory(tmp_path, "version-new")
    names = {path.stem for path in folder.iterdir()}
    assert names == {"version-0", *(f"version-{number}" for number in range(2, KEPT_FILES)), "version-new"}


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "verdicts").write_text("in the way", encoding="utf-8")
    with pytest.raises(InterviewerError, match=f"Verdicts cannot be kept in {tmp_path}/verdicts: File exists"):
        memory(tmp_path)


# Order, progress, several processes


def test_the_order_of_cases_is_kept_where_some_are_remembered(tmp_path: Path) -> None:
    run(GIVEN[1::2], bench(Counted()), "v1", memory=memory(tmp_path))
    spread: list[list[str]] = []

    def side_by_side(cases: Sequence[Case]) -> Iterator[Verdict]:
        spread.append([case.case_id for case in cases])
        return map(bench(Counted()).work, cases)

    steps: list[int] = []
    found = run(GIVEN, bench(Counted()), "v1", spread=side_by_side, memory=memory(tmp_path), step=steps.append)
    assert [one.case_id for one in found] == [case.case_id for case in GIVEN]
    assert spread == [[case.case_id for case in GIVEN[::2]]]
    assert steps == [3, 4, 5, 6, 7]


def test_a_verdict_is_remembered_as_soon_as_it_is_reached(tmp_path: Path) -> None:
    class Stops(Counted):
        def assess(self, question: Question, turns: Sequence[Turn]) -> Any:
            if len(self.asked) == 3:
                raise KeyboardInterrupt
            return super().assess(question, turns)

    with pytest.raises(KeyboardInterrupt):
        run(GIVEN, bench(Stops()), "v1", memory=memory(tmp_path))
    judge = Counted()
    run(GIVEN, bench(judge), "v1", memory=memory(tmp_path))
    assert judge.asked == answers()[3:]


def double(number: int, task: int) -> tuple[int, int, int]:
    return number * task, task, os.getpid()


def test_a_few_tasks_are_done_here_and_many_side_by_side_in_their_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "processes", lambda: 2)
    tasks = range(30)
    made = partial(int, "2")
    here = list(pool.spread(made, double, tasks, least=31))
    assert {one[2] for one in here} == {os.getpid()}
    elsewhere = list(pool.spread(made, double, tasks, chunk=1, least=30))
    assert os.getpid() not in {one[2] for one in elsewhere}
    assert [one[:2] for one in elsewhere] == [one[:2] for one in here] == [(2 * task, task) for task in tasks]


@pytest.mark.slow
def test_processes_reach_the_same_verdicts_as_one(monkeypatch: pytest.MonkeyPatch) -> None:
    given = measure.sampled(golden.golden(), 16)
    make = benches.maker("embedded", given.scenarios, Library().facts())
    monkeypatch.setattr(pool, "processes", lambda: 2)
    side_by_side = list(pool.spread(make, benches.work, given.cases, chunk=4, least=16))
    alone = list(pool.spread(make, benches.work, given.cases))
    assert [timeless(one) for one in side_by_side] == [timeless(one) for one in alone]
    assert any(one.outcome.points[0].evidence for one in alone if isinstance(one.outcome, Assessment))


def timeless(verdict: Verdict) -> Verdict:
    return verdict.model_copy(update={"seconds": 0.0})


# Money


def tools(judge: ScriptedJudge, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> measure.Tools:
    monkeypatch.setattr(benches, "bench_of", lambda *_: bench(judge))
    return measure.Tools("paid", bench(judge), {"judge": judge.version.hash}, (), memory(tmp_path))


def measured(ours: measure.Tools, most: float | None, said: list[str]) -> Any:
    plan = measure.Plan(most_cost=most)
    told = measure.Told(said.append, lambda *_: None)
    return measure.measure(LabelledSet(GIVEN, MappingProxyType({"tiny": SCENARIO})), plan, ours, None, BEGIN, told)


def test_a_judge_without_a_price_costs_nothing() -> None:
    assert isinstance(Paid(), Priced)
    assert not isinstance(Counted(), Priced)
    assert bench(Counted()).estimate(GIVEN) == 0
    assert bench(Paid()).estimate(GIVEN) == pytest.approx(0.25 * len(GIVEN))


def test_more_than_was_allowed_is_not_begun(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    judge, said = Paid(), list[str]()
    ours = tools(judge, tmp_path, monkeypatch)
    with pytest.raises(UsageError) as caught:
        measured(ours, 1.74, said)
    assert caught.value.message == "Judging these cases may cost 1.75 US dollars, more than --max-cost 1.74."
    assert caught.value.remedy == "Nothing was judged. Measure fewer with --sample, or allow more."
    assert said == ["This costs at most about 1.75 US dollars."]
    assert judge.asked == []


def test_what_was_allowed_is_spent_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    judge, said = Paid(), list[str]()
    ours = tools(judge, tmp_path, monkeypatch)
    made = measured(ours, 1.75, said)
    assert said == ["This costs at most about 1.75 US dollars."]
    assert made.cost == made.result["cost"] == pytest.approx(0.7)
    assert [one.cost for one in made.verdicts] == pytest.approx([0.1] * len(GIVEN))
    # Everything is remembered: nothing is left to pay, and the least allowance is enough.
    again = measured(replace(ours, memory=memory(tmp_path)), 0.0, said)
    assert len(said) == 1
    assert again.cost == 0
    assert len(judge.asked) == len(GIVEN)
    assert [one.outcome for one in again.verdicts] == [one.outcome for one in made.verdicts]


# A sample


def test_a_sample_is_spread_over_questions_and_always_the_same() -> None:
    given = golden.golden()
    few = measure.sampled(given, 100)
    assert len(few.cases) == 100
    assert measure.sampled(given, 100).cases == few.cases
    questions = len(given.questions())
    assert len(few.questions()) == min(questions, 100)
    counts = [sum(case.question_id == name for case in few.cases) for name in {one.question_id for one in few.cases}]
    assert max(counts) - min(counts) <= 1
    assert len({case.kind for case in few.cases}) > 15
    assert {one.case_id for one in few.second} == {case.case_id for case in few.cases}
    assert {one.case_id for one in few.settled} <= {case.case_id for case in few.cases}
    assert measure.sampled(given, 10_000) is given


def test_intent_is_read_of_the_last_turn_of_the_candidates() -> None:
    reader = ScriptedIntentReader({"hm, skip it": Intent.SKIP})
    turns = [("candidate", "It sends a request."), ("interviewer", "And?"), ("candidate", "hm, skip it")]
    case = Case.model_validate(
        {**CASES[0], "answer": None, "turns": [{"who": who, "text": text} for who, text in turns]}
    )
    verdict = Bench(ScriptedJudge(PHRASES), reader, {"tiny": SCENARIO}).work(case)
    assert verdict.intent is Intent.SKIP
    assert isinstance(verdict.outcome, Assessment)
    assert verdict.outcome.finding("request").status is Status.COVERED


def test_remembered_verdicts_are_read_back_as_they_were(tmp_path: Path) -> None:
    first = run(GIVEN, bench(Counted()), "v1", memory=memory(tmp_path))
    stored = [json.loads(line) for line in kept(tmp_path).read_text(encoding="ascii").splitlines()]
    assert [Verdict.model_validate(verdict) for _, verdict in stored] == first
    assert len({key for key, _ in stored}) == len(GIVEN)
