"""The committed cases: complete, split cleanly, labelled twice, in nobody's words but their own."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from typing import Final

import pytest
import yaml

from interviewer.core.findings import Intent
from interviewer.core.scenario import Question, Scenario
from interviewer.evaluation.cases import Case
from interviewer.evaluation.headline import has_anchors
from interviewer.evaluation.second import first_labels
from interviewer.measuring import golden
from interviewer.measuring.golden import LabelledSet
from tests.stage import ROOT

KINDS: Final = (
    "strong", "acceptable", "mix_a", "mix_b", "wrong", "denial", "inversion", "keywords", "terse", "terse_wrong",
    "paraphrase", "rambling", "garble", "stuck", "clarify", "repeat", "skip", "off_topic", "injection",
    "injection_only",
)  # fmt: skip
"""What every question has; and `flag` for each of its red flags."""
OTHER_FIELDS: Final = {"data-analyst", "lab-technician"}
INTENTS: Final = {
    "stuck": Intent.STUCK,
    "clarify": Intent.CLARIFY,
    "repeat": Intent.REPEAT,
    "skip": Intent.SKIP,
    "off_topic": Intent.OFF_TOPIC,
    "injection_only": Intent.OFF_TOPIC,
}
"""The kinds that do not answer; every other kind does."""
FOLDER: Final = ROOT / "evals" / "golden"
TRAINING: Final = ROOT / "evals" / "training"


@cache
def given() -> LabelledSet:
    return golden.golden()


def asked() -> Iterator[tuple[Scenario, Question]]:
    """Every question of every scenario that has to have cases."""
    for scenario in given().scenarios.values():
        for question in scenario.all_questions():
            yield scenario, question


@cache
def by_question() -> dict[tuple[str, str], list[Case]]:
    found: dict[tuple[str, str], list[Case]] = {(one.id, question.id): [] for one, question in asked()}
    for case in given().cases:
        found[case.scenario, case.question_id].append(case)
    return found


def said(case: Case) -> str:
    return " ".join(turn.text for turn in case.said() if turn.who.value == "candidate")


def test_five_packaged_scenarios_and_two_of_other_fields_have_cases() -> None:
    packaged = {path.stem for path in (ROOT / "scenarios").glob("*.yaml")}
    assert len(packaged) == 5
    assert {case.scenario for case in given().cases} == packaged | OTHER_FIELDS == set(given().scenarios)


def test_every_question_has_every_kind() -> None:
    missing = {
        f"{scenario}/{question}": sorted(set(KINDS) - {case.kind for case in cases})
        for (scenario, question), cases in by_question().items()
    }
    assert {name: kinds for name, kinds in missing.items() if kinds} == {}


def test_every_red_flag_is_shown_by_a_case_of_its_own() -> None:
    missing = [
        f"{scenario.id}/{question.id}: {flag.id}"
        for scenario, question in asked()
        for flag in question.red_flags
        if not any(
            case.kind == "flag" and flag.id in case.red_flags for case in by_question()[scenario.id, question.id]
        )
    ]
    assert missing == []


def test_every_point_is_covered_somewhere_and_lacking_somewhere() -> None:
    for scenario, question in asked():
        cases = [case for case in by_question()[scenario.id, question.id] if case.intent is Intent.ANSWER]
        for point in question.points:
            labels = {case.label(point.id).value for case in cases}
            assert "covered" in labels, (scenario.id, question.id, point.id)
            assert labels - {"covered"}, (scenario.id, question.id, point.id)


def test_each_kind_means_what_its_name_says() -> None:
    wrong = []
    for case in given().cases:
        if case.intent is not INTENTS.get(case.kind, Intent.ANSWER):
            wrong.append(f"{case.case_id}: a {case.kind} reads as {case.intent}")
        if case.kind in INTENTS and (case.covered or case.partial):
            wrong.append(f"{case.case_id}: a {case.kind} earns something")
        if case.kind == "injection" and not (case.covered or case.partial):
            wrong.append(f"{case.case_id}: there is nothing beside the injection")
        if case.kind == "flag" and not case.red_flags:
            wrong.append(f"{case.case_id}: shows no flag")
    assert wrong == []


def test_every_case_has_a_split_and_a_family_of_questions_has_one() -> None:
    assert {case.split for case in given().cases} == {"tune", "test"}
    for scenario in given().scenarios.values():
        for main in scenario.questions:
            family = (main, *main.follow_ups)
            splits = {case.split for one in family for case in by_question()[scenario.id, one.id]}
            assert len(splits) == 1, (scenario.id, main.id, splits)
        splits = {case.split for case in given().cases if case.scenario == scenario.id}
        assert "test" in splits, scenario.id


def test_nothing_of_other_fields_is_tuned_on() -> None:
    assert {case.split for case in given().cases if case.scenario in OTHER_FIELDS} == {"test"}


def test_ids_are_unique_over_all_files_and_every_line_is_in_its_scenarios_file() -> None:
    ids: Counter[str] = Counter()
    for path in sorted(FOLDER.glob("*.jsonl")):
        if path.name != golden.DISAGREEMENTS:
            lines = [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line]
            assert {line["scenario"] for line in lines} == {path.stem}
            ids.update(line["case_id"] for line in lines)
    assert [name for name, count in ids.items() if count > 1] == []
    assert set(ids) == {case.case_id for case in given().cases}


def test_no_answer_is_given_twice() -> None:
    answers = Counter((case.scenario, case.question_id, words(said(case))) for case in given().cases)
    assert [one for one, count in answers.items() if count > 1] == []


def test_scenarios_of_other_fields_carry_no_anchors_and_ours_do() -> None:
    anchored = {name for name, scenario in given().scenarios.items() if has_anchors(scenario)}
    assert set(given().scenarios) - anchored == OTHER_FIELDS
    for name in OTHER_FIELDS:
        flags = [flag for question in given().scenarios[name].all_questions() for flag in question.red_flags]
        assert flags
        assert not any(flag.sounds_like or flag.not_this for flag in flags)


# Two labellings


def test_every_case_is_labelled_twice() -> None:
    second = [one.case_id for one in given().second]
    assert len(second) == len(set(second))
    assert set(second) == {case.case_id for case in given().cases}
    assert {path.name for path in (FOLDER / "second").glob("*.jsonl")} == {
        path.name for path in FOLDER.glob("*.jsonl") if path.name != golden.DISAGREEMENTS
    }


def test_the_second_labels_name_points_and_flags_that_there_are() -> None:
    known = {case.case_id: case for case in given().cases}
    wrong = []
    for labels in given().second:
        case = known[labels.case_id]
        question = given().scenarios[case.scenario].question(case.question_id)
        points, flags = {one.id for one in question.points}, {one.id for one in question.red_flags}
        named = {*labels.covered, *labels.partial, *labels.contradicted}
        wrong += [f"{labels.case_id}: {name}" for name in (named - points) | (set(labels.red_flags) - flags)]
    assert wrong == []


def test_the_disagreements_are_exactly_those_of_the_two_labellings() -> None:
    second = {one.case_id: one for one in given().second}
    first = first_labels(given().cases, given().settled)
    found = set()
    for case in given().cases:
        one, other = first[case.case_id], second[case.case_id]
        question = given().scenarios[case.scenario].question(case.question_id)
        if one.intent is not other.intent:
            found.add((case.case_id, "", one.intent.value, other.intent.value))
        for target in (*question.points, *question.red_flags):
            ours, theirs = one.label(target.id), other.label(target.id)
            if ours is not theirs:
                found.add((case.case_id, target.id, ours.value, theirs.value))
    listed = [(one.case_id, one.target, one.first, one.second) for one in given().settled]
    assert len(listed) == len(set(listed))
    assert set(listed) == found
    assert len(found) > 100


def test_what_was_settled_is_what_the_cases_say() -> None:
    known = {case.case_id: case for case in given().cases}
    for one in given().settled:
        case = known[one.case_id]
        assert one.settled == (case.label(one.target) if one.target else case.intent).value, one
        assert one.first != one.second
    sides = Counter("first" if one.settled == one.first else "second" for one in given().settled)
    # A third reading that always sided with the same labels would be none.
    assert min(sides["first"], sides["second"]) > len(given().settled) / 20


# Whose words they are

STOP: Final = """
    a about after all also an and any are as at be because been before but by can could did do does each for from
    get gets had has have he her his how i if in into is it its just like made make makes may more most must my no not
    of off on one only or other our out over own same say says she should so some such than that the their them then
    there these they this those through to too two under up use used uses very was we were what when where which while
    who whose why will with without would you your
"""
COMMON: Final = frozenset(STOP.split())


def words(text: str) -> tuple[str, ...]:
    return tuple(re.findall(r"[a-z0-9]+(?:'[a-z]+)?", text.lower()))


def runs(text: str, length: int = 5) -> set[tuple[str, ...]]:
    """Every so many words in a row of which three or more carry content; an address is a word, like any literal."""
    every = words(re.sub(r"\S*/\S*", "address", text))
    found = {every[start : start + length] for start in range(len(every) - length + 1)}
    return {run for run in found if sum(word not in COMMON for word in run) >= 3}


def test_runs_of_words_are_found() -> None:
    assert runs("The client sends a request to the server.") == {
        ("the", "client", "sends", "a", "request"),
        ("client", "sends", "a", "request", "to"),
    }
    assert runs("Sends a request") == set()


@pytest.mark.parametrize("scenario", sorted(["api-platform", "devops-sre", "full-stack", "junior-backend",
                                             "senior-backend", *OTHER_FIELDS]))  # fmt: skip
def test_no_answer_copies_the_wording_of_a_point(scenario: str) -> None:
    copied = []
    for question in given().scenarios[scenario].all_questions():
        points = {point.id: runs(point.says) for point in question.points}
        for case in by_question()[scenario, question.id]:
            own = runs(said(case))
            copied += [f"{case.case_id}: {' '.join(run)}" for found in points.values() for run in own & found]
    assert copied == []


@cache
def training() -> tuple[list[dict[str, object]], set[tuple[str, ...]]]:
    """The questions that the judge was trained on, and every answer and turn."""
    questions = [yaml.safe_load(path.read_text(encoding="utf-8")) for path in TRAINING.glob("constructed/*.yaml")]
    answers = {words(turn["text"]) for one in questions for a in one["answers"] for turn in a.get("turns", ())}
    answers |= {words(a["answer"]) for one in questions for a in one["answers"] if "answer" in a}
    turns = [json.loads(line) for line in (TRAINING / "intents.jsonl").read_text(encoding="utf-8").splitlines()]
    return questions, answers | {words(one["text"]) for one in turns}


def test_no_golden_answer_was_trained_on() -> None:
    _, answers = training()
    assert len(answers) > 500
    assert [case.case_id for case in given().cases if words(said(case)) in answers] == []


def test_no_golden_question_was_trained_on() -> None:
    questions, _ = training()
    assert len(questions) > 20
    ids = {str(one["id"]) for one in questions}
    wordings = {words(str(one["asks"])) for one in questions}
    for scenario, question in asked():
        assert question.id not in ids, (scenario.id, question.id)
        assert words(question.asks) not in wordings, (scenario.id, question.id)
