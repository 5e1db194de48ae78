"""The first scenario is complete: its structure, its anchors, its spoken lines, and what its numbers allow."""

from __future__ import annotations

import json
import re
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest
import yaml

from interviewer.core.scenario import Question, Scenario, Tier
from interviewer.core.scoring import level_of

ROOT = Path(__file__).parent.parent
FILE = ROOT / "scenarios" / "junior-backend.yaml"
SCENARIO = Scenario.model_validate(yaml.safe_load(FILE.read_text(encoding="utf-8")))
QUESTIONS = list(SCENARIO.all_questions())
SOURCE = json.loads((ROOT / "tests" / "fixtures" / "source_structure.json").read_text(encoding="utf-8"))

GIVEAWAYS = {
    "api-call": r"dns|\bip\b|http|tcp|handshake|syn|tls|header|\bbody\b|method|status|keep-alive|encrypt|valid",
    "user-tasks-endpoint": r"\bget\b|post|plural|noun|/users|/tasks|path|query|parameter|authori[sz]|filter|paginat",
    "pagination": r"query|parameter|\bpage\b|limit|offset|cursor|default|total|count|metadata|\blinks?\b",
    "status-codes": r"\d{3}|unauthori[sz]ed|forbidden|not found|\bok\b|permission",
    "create-task": r"post|/tasks|json|title|payload|\d{3}|location|header|\bid\b|timestamp",
    "task-validation": r"required|title|integer|exist|\blow\b|medium|\bhigh\b|past|\d{3}|json|sanitiz|inject|permi",
    "stats-500": r"\blogs?\b|trace|pattern|reproduc|local|null|none|missing|divi|zero|average|slow|time|third|test",
    "stats-type-error": r"divi|none|null|average|\bmean\b|zero|\b0\b|task_count|\bchecks?\b",
}
"""Words that belong to the answers: a line said before the answer that uses one hands it over."""


def by_id(question: Question) -> str:
    return question.id


def helping_lines(question: Question) -> list[str]:
    probes = [point.probe for point in question.points if point.probe]
    return probes + [hint.says for hint in question.hints]


def opening(line: str, words: int) -> tuple[str, ...]:
    return tuple(re.findall(r"[\w']+", line.lower())[:words])


def credits_for(question: Question, *absent: str) -> dict[str, float]:
    return {point.id: 0.0 if point.id in absent else 1.0 for point in question.points}


def test_the_file_names_its_schema_first() -> None:
    first = FILE.read_text(encoding="utf-8").splitlines()[0]
    assert first == "# yaml-language-server: $schema=scenario.schema.json"
    assert FILE.stem == SCENARIO.id


def test_four_questions_and_four_follow_ups_in_three_timed_sections() -> None:
    placed = [
        (question.section, question.id, [one.id for one in question.follow_ups]) for question in SCENARIO.questions
    ]
    assert placed == [
        ("networking", "api-call", []),
        ("practical", "user-tasks-endpoint", ["pagination", "status-codes"]),
        ("practical", "create-task", ["task-validation"]),
        ("debugging", "stats-500", ["stats-type-error"]),
    ]
    minutes = {section.id: section.minutes for section in SCENARIO.sections}
    assert minutes == {"networking": 15, "practical": 20, "debugging": 10}


def test_every_question_and_point_of_the_source_is_there() -> None:
    ours = {question.id: [point.id for point in question.points] for question in QUESTIONS}
    assert ours == SOURCE["junior-backend"]


@pytest.mark.parametrize("question", QUESTIONS, ids=by_id)
def test_points_have_distinct_anchors_on_both_sides(question: Question) -> None:
    for point in question.points:
        assert 2 <= len(point.sounds_like) <= 5, point.id
        assert 1 <= len(point.not_this) <= 3, point.id
        anchors = [line.lower() for line in (point.says, *point.sounds_like, *point.not_this)]
        assert len(set(anchors)) == len(anchors), point.id


@pytest.mark.parametrize("question", QUESTIONS, ids=by_id)
def test_red_flags_are_statements_with_near_misses(question: Question) -> None:
    honest = re.compile(r"^(i don't know|no idea|i'm not sure|i've never)", re.IGNORECASE)
    assert question.red_flags
    for flag in question.red_flags:
        assert 2 <= len(flag.sounds_like) <= 4, flag.id
        assert 2 <= len(flag.not_this) <= 4, flag.id
        assert not [line for line in flag.sounds_like if honest.match(line)], flag.id


@pytest.mark.parametrize("question", QUESTIONS, ids=by_id)
def test_minimum_and_core_points_can_be_asked_for(question: Question) -> None:
    for point in question.points:
        if point.tier is not Tier.STRONG:
            assert point.probe and "?" in point.probe, point.id


@pytest.mark.parametrize("question", QUESTIONS, ids=by_id)
def test_hints_reach_all_minimum_points_and_most_core_ones(question: Question) -> None:
    assert 2 <= len(question.hints) <= 4
    helped = {name for hint in question.hints for name in hint.points}
    assert {point.id for point in question.points if point.tier is Tier.MINIMUM} <= helped
    core = {point.id for point in question.points if point.tier is Tier.CORE}
    assert len(core & helped) > len(core) / 2


@pytest.mark.parametrize("question", QUESTIONS, ids=by_id)
def test_no_two_lines_begin_alike(question: Question) -> None:
    lines = [*helping_lines(question), *(point.heard for point in question.points)]
    openings = Counter(opening(line, 3) for line in lines)
    assert [words for words, times in openings.items() if times > 1] == []
    for said in ([point.heard for point in question.points], [hint.says for hint in question.hints]):
        firsts = [opening(line, 1) for line in said]
        assert all(one != other for one, other in pairwise(firsts))


def test_the_interviewer_never_says_the_same_line_for_two_points() -> None:
    lines = [point.heard for question in QUESTIONS for point in question.points]
    lines += [line for question in QUESTIONS for line in helping_lines(question)]
    assert [line for line, times in Counter(lines).items() if times > 1] == []


@pytest.mark.parametrize("question", QUESTIONS, ids=by_id)
def test_spoken_lines_are_short(question: Question) -> None:
    said = [*helping_lines(question), *(point.heard for point in question.points)]
    said += [one.reply for one in question.clarifications]
    for line in said:
        assert len(line.split()) <= 40, line
        for sentence in re.split(r"(?<=[.?!])\s", line):
            assert len(sentence.split()) <= 25, sentence


@pytest.mark.parametrize("question", QUESTIONS, ids=by_id)
def test_no_help_and_no_reply_uses_the_words_of_the_answer(question: Question) -> None:
    giveaway = re.compile(GIVEAWAYS[question.id], re.IGNORECASE)
    said = [*helping_lines(question), *(one.reply for one in question.clarifications)]
    assert [line for line in said if giveaway.search(line)] == []


@pytest.mark.parametrize("question", QUESTIONS, ids=by_id)
def test_candidates_questions_are_foreseen_in_several_wordings(question: Question) -> None:
    assert 2 <= len(question.clarifications) <= 4
    assert all(len(one.asked) >= 2 for one in question.clarifications)


@pytest.mark.parametrize("question", SCENARIO.questions, ids=by_id)
def test_each_flag_of_a_main_question_has_a_calibration_answer(question: Question) -> None:
    calibration = SCENARIO.main_of(question.id).calibration
    assert set(calibration.flags) == {flag.id for flag in question.red_flags}
    answers = [calibration.strong, calibration.acceptable, calibration.weak, *calibration.flags.values()]
    assert len(set(answers)) == len(answers)


def test_the_needed_texts_are_in_what_is_asked() -> None:
    for said in (SCENARIO.question("stats-500").asks, SCENARIO.question("stats-500").again):
        assert "GET /api/users/{userId}/stats" in said
    for said in (SCENARIO.question("stats-type-error").asks, SCENARIO.question("stats-type-error").again):
        assert "TypeError: unsupported operand type(s) for /: 'int' and 'NoneType'" in said


def test_the_welcome_explains_and_the_advice_is_brief() -> None:
    sentences = re.split(r"(?<=[.?!])\s", SCENARIO.welcome)
    assert 3 <= len(sentences) <= 5
    assert "hint" in SCENARIO.welcome
    assert 4 <= len(SCENARIO.briefing) <= 6
    assert 4 <= len(SCENARIO.closing_advice) <= 6
    assert 4 <= len(SCENARIO.facts) <= 6


def test_criteria_are_those_of_the_source_and_name_what_exists() -> None:
    criteria = SCENARIO.criteria
    assert [len(group) for group in (criteria.passing, criteria.strong, criteria.failing)] == [6, 5, 5]
    every = [*criteria.passing, *criteria.strong, *criteria.failing]
    assert {one.id for one in every if one.person} == {"willing-to-learn", "communication"}
    for criterion in every:
        for name in criterion.points:
            question, point = name.split(".")
            assert SCENARIO.question(question).point(point).id == point
        for name in criterion.flags:
            question, flag = name.split(".")
            assert SCENARIO.question(question).flag(flag).id == flag


ROADS = [
    ("user-tasks-endpoint", ("query-param",)),
    ("user-tasks-endpoint", ("path-param",)),
    ("stats-500", ("timeout", "external")),
    ("stats-500", ("null-data", "div-zero")),
]


@pytest.mark.parametrize(("name", "other_road"), ROADS)
def test_one_road_argued_well_reaches_level_4(name: str, other_road: tuple[str, ...]) -> None:
    question = SCENARIO.question(name)
    assert level_of(question, credits_for(question, *other_road)) == 4


@pytest.mark.parametrize("question", QUESTIONS, ids=by_id)
def test_the_minimum_alone_is_acceptable_and_nothing_less_is(question: Question) -> None:
    rest = [point.id for point in question.points if point.tier is not Tier.MINIMUM]
    assert level_of(question, credits_for(question, *rest)) == 2
    assert level_of(question, credits_for(question)) == 4
    for point in question.points:
        if point.tier is Tier.MINIMUM:
            assert level_of(question, credits_for(question, point.id)) == 1


@pytest.mark.parametrize(("name", "other_road"), ROADS)
def test_one_perfect_candidate_meets_every_criterion_on_either_road(name: str, other_road: tuple[str, ...]) -> None:
    untaken = {f"{name}.{point}" for point in other_road}
    for criterion in (*SCENARIO.criteria.passing, *SCENARIO.criteria.strong):
        if not criterion.person:
            assert len(set(criterion.points) - untaken) >= criterion.needed, criterion.id
