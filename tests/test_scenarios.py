"""The five scenarios are complete: structure, anchors, spoken lines, what their numbers allow, and the judge on them.

`fixtures/source_structure.json` is the structure of the document that the scenarios were written from: sections with
minutes, main questions, follow-ups by parent, how many criteria of each kind, and the points and red flags that its
rubric names. Points that were `added` stand apart: those of the five follow-ups without a rubric, alternatives that the
document offers, and what its criteria ask for.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise, product
from pathlib import Path
from typing import Any

import pytest

from interviewer.core.scenario import Criterion, MainQuestion, Question, Scenario, Tier
from interviewer.core.scoring import level_of
from interviewer.evaluation.calibration import calibrate
from interviewer.evaluation.overlap import overlaps
from interviewer.evaluation.scenario_check import check
from interviewer.judging.embedded import EmbeddedJudge
from interviewer.library import Library
from interviewer.speaking.leaks import leaks

FOLDER = Path(__file__).parents[1] / "scenarios"
SOURCE: dict[str, Any] = json.loads(
    (Path(__file__).parent / "fixtures" / "source_structure.json").read_text(encoding="utf-8")
)
LIBRARY = Library(home=Path("/nonexistent"))
SCENARIOS = [LIBRARY.get(name) for name in SOURCE]
MAINS = [question for one in SCENARIOS for question in one.questions]
QUESTIONS = [question for one in SCENARIOS for question in one.all_questions()]
JUDGE = EmbeddedJudge()
HONEST = re.compile(r"^(i don't know|no idea|i'm not sure|i've never)", re.IGNORECASE)

every_scenario = pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda one: one.id)
every_main = pytest.mark.parametrize("question", MAINS, ids=lambda one: one.id)
every_question = pytest.mark.parametrize("question", QUESTIONS, ids=lambda one: one.id)


def helping_lines(question: Question) -> list[str]:
    probes = [point.probe for point in question.points if point.probe]
    return probes + [hint.says for hint in question.hints]


def opening(line: str, words: int) -> tuple[str, ...]:
    return tuple(re.findall(r"[\w']+", line.lower())[:words])


def sentences(text: str) -> list[str]:
    return re.split(r"(?<=[.?!])\s", text)


def credits_for(question: Question, *absent: str) -> dict[str, float]:
    return {point.id: 0.0 if point.id in absent else 1.0 for point in question.points}


def groups_of(question: Question) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for point in question.points:
        if point.group:
            found.setdefault(point.group, []).append(point.id)
    return found


def roads(question: Question) -> Iterator[tuple[str, ...]]:
    """For each choice of one alternative a group, the points of the roads that are not taken."""
    groups = groups_of(question).values()
    for taken in product(*groups):
        yield tuple(name for group in groups for name in group if name not in taken)


def of_tier(question: Question, tier: Tier) -> set[str]:
    return {point.id for point in question.points if point.tier is tier}


# What the document has


def test_the_document_has_fifteen_questions_and_seventeen_follow_ups() -> None:
    questions = [one for source in SOURCE.values() for one in source["questions"].values()]
    assert len(SOURCE) == 5
    assert sum("section" in one for one in questions) == len(MAINS) == 15
    assert sum("parent" in one for one in questions) == len(QUESTIONS) - len(MAINS) == 17
    assert sum(bool(one["points"]) for one in questions) == 27


@every_scenario
def test_the_file_names_its_schema_first(scenario: Scenario) -> None:
    first = (FOLDER / f"{scenario.id}.yaml").read_text(encoding="utf-8").splitlines()[0]
    assert first == "# yaml-language-server: $schema=scenario.schema.json"


def test_there_is_no_other_file() -> None:
    assert {path.stem for path in FOLDER.glob("*.yaml")} == set(SOURCE)


@every_scenario
def test_questions_follow_ups_and_sections_are_those_of_the_document(scenario: Scenario) -> None:
    source = SOURCE[scenario.id]
    ours: dict[str, dict[str, str]] = {}
    for question in scenario.questions:
        ours[question.id] = {"section": question.section}
        ours |= {follow_up.id: {"parent": question.id} for follow_up in question.follow_ups}
    theirs = {
        name: {key: one[key] for key in ("section", "parent") if key in one}
        for name, one in source["questions"].items()
    }
    assert list(ours.items()) == list(theirs.items())
    assert {section.id: section.minutes for section in scenario.sections} == source["sections"]
    assert scenario.total_minutes() == sum(source["sections"].values())


@every_scenario
def test_every_point_and_flag_of_the_rubric_is_there(scenario: Scenario) -> None:
    for question in scenario.all_questions():
        source = SOURCE[scenario.id]["questions"][question.id]
        points = [point.id for point in question.points]
        assert sorted(points) == sorted(source["points"] + source["added"]), question.id
        assert not set(source["points"]) & set(source["added"])
        assert set(source["flags"]) <= {flag.id for flag in question.red_flags}, question.id


@every_scenario
def test_as_many_criteria_as_in_the_document(scenario: Scenario) -> None:
    criteria = scenario.criteria
    counts = {"pass": len(criteria.passing), "strong_pass": len(criteria.strong), "fail": len(criteria.failing)}
    assert counts == SOURCE[scenario.id]["criteria"]


# Points, flags and answers


@every_question
def test_points_have_distinct_anchors_on_both_sides(question: Question) -> None:
    for point in question.points:
        assert 2 <= len(point.sounds_like) <= 5, point.id
        assert 1 <= len(point.not_this) <= 3, point.id
        anchors = [line.lower() for line in (point.says, *point.sounds_like, *point.not_this)]
        assert len(set(anchors)) == len(anchors), point.id


@every_question
def test_red_flags_are_statements_with_near_misses(question: Question) -> None:
    assert question.red_flags
    for flag in question.red_flags:
        assert 2 <= len(flag.sounds_like) <= 4, flag.id
        assert 2 <= len(flag.not_this) <= 4, flag.id
        assert not [line for line in flag.sounds_like if HONEST.match(line)], flag.id


@every_question
def test_minimum_and_core_points_can_be_asked_for(question: Question) -> None:
    for point in question.points:
        if point.tier is not Tier.STRONG:
            assert point.probe and "?" in point.probe, point.id


@every_question
def test_hints_reach_all_minimum_points_and_most_core_ones(question: Question) -> None:
    assert 2 <= len(question.hints) <= 4
    helped = {name for hint in question.hints for name in hint.points}
    core = of_tier(question, Tier.CORE)
    assert of_tier(question, Tier.MINIMUM) <= helped
    assert len(core & helped) > len(core) / 2 or not core


@every_main
def test_each_flag_has_a_calibration_answer_of_its_own(question: MainQuestion) -> None:
    calibration = question.calibration
    assert set(calibration.flags) == {flag.id for flag in question.red_flags}
    answers = [calibration.strong, calibration.acceptable, calibration.weak, *calibration.flags.values()]
    assert len(set(answers)) == len(answers)


# What is said


@every_question
def test_no_two_lines_begin_alike(question: Question) -> None:
    lines = [*helping_lines(question), *(point.heard for point in question.points)]
    openings = Counter(opening(line, 3) for line in lines)
    assert [words for words, times in openings.items() if times > 1] == []
    for said in ([point.heard for point in question.points], [hint.says for hint in question.hints]):
        firsts = [opening(line, 1) for line in said]
        assert all(one != other for one, other in pairwise(firsts))


@every_scenario
def test_the_interviewer_never_says_the_same_line_for_two_points(scenario: Scenario) -> None:
    lines = [point.heard for question in scenario.all_questions() for point in question.points]
    lines += [line for question in scenario.all_questions() for line in helping_lines(question)]
    assert [line for line, times in Counter(lines).items() if times > 1] == []


@every_question
def test_spoken_lines_are_short(question: Question) -> None:
    said = [*helping_lines(question), *(point.heard for point in question.points)]
    said += [one.reply for one in question.clarifications]
    for line in said:
        assert len(line.split()) <= 40, line
        assert [sentence for sentence in sentences(line) if len(sentence.split()) > 25] == []


@every_question
def test_candidates_questions_are_foreseen_in_several_wordings(question: Question) -> None:
    assert 2 <= len(question.clarifications) <= 4
    assert all(len(one.asked) >= 2 for one in question.clarifications)


@every_scenario
def test_the_welcome_explains_and_the_advice_is_brief(scenario: Scenario) -> None:
    assert 3 <= len(sentences(scenario.welcome)) <= 5
    assert "hint" in scenario.welcome
    for listed in (scenario.briefing, scenario.closing_advice, scenario.facts):
        assert 4 <= len(listed) <= 6


# What the numbers allow


@every_question
def test_one_road_argued_well_reaches_level_4(question: Question) -> None:
    for untaken in roads(question):
        assert level_of(question, credits_for(question, *untaken)) == 4, untaken


@every_question
def test_the_minimum_alone_is_acceptable_and_nothing_less_is(question: Question) -> None:
    minimum = of_tier(question, Tier.MINIMUM)
    rest = {point.id for point in question.points} - minimum
    assert minimum
    assert level_of(question, credits_for(question, *rest)) == (2 if rest else 4)
    for one in minimum:
        alternatives = groups_of(question).get(question.point(one).group or "", [one])
        assert level_of(question, credits_for(question, *alternatives)) == 1


def surely_shown(scenario: Scenario, criterion: Criterion) -> int:
    """How many of a criterion's points everybody shows who says all there is to say on one road of every choice."""
    named = set(criterion.points)
    count = 0
    for question in scenario.all_questions():
        groups = groups_of(question)
        alternatives = {name for group in groups.values() for name in group}
        count += sum(f"{question.id}.{point.id}" in named for point in question.points if point.id not in alternatives)
        count += sum(all(f"{question.id}.{name}" in named for name in group) for group in groups.values())
    return count


@every_scenario
def test_a_perfect_candidate_meets_every_criterion_whichever_roads_are_taken(scenario: Scenario) -> None:
    for criterion in (*scenario.criteria.passing, *scenario.criteria.strong):
        if not criterion.person:
            assert surely_shown(scenario, criterion) >= criterion.needed, criterion.id


@every_scenario
def test_most_criteria_are_for_the_machine_to_judge(scenario: Scenario) -> None:
    criteria = scenario.criteria
    every: Sequence[Criterion] = (*criteria.passing, *criteria.strong, *criteria.failing)
    assert {one.id for one in every if one.person} <= {"willing-to-learn", "communication"}
    assert all(one.points or one.flags for one in criteria.failing)


# What the judge makes of them


SWAPPED = [pytest.param(one, id=one.id, marks=[pytest.mark.slow] if one is not MAINS[0] else []) for one in MAINS]


@pytest.mark.parametrize("question", SWAPPED)
def test_swapped_answers_fail_and_name_the_question(question: MainQuestion) -> None:
    given = question.calibration
    swapped = given.model_copy(update={"strong": given.weak, "weak": given.strong})
    problems = list(calibrate(question.model_copy(update={"calibration": swapped}), JUDGE))
    assert f"{question.id}.calibration.strong" in {problem.place for problem in problems}
    assert all(problem.remedy for problem in problems)


@pytest.mark.parametrize(
    ("name", "point", "other", "line"),
    [
        ("stats-type-error", "fallback", "div-none", "the code divides by None, a null value"),
        ("fast-backend-slow-client", "leaks", "keep-alive", "then i would reuse connections, with keep-alive"),
    ],
)
def test_a_planted_line_that_says_another_point_in_similar_words_is_found(
    name: str, point: str, other: str, line: str
) -> None:
    asked = next(question for question in QUESTIONS if question.id == name)
    planted = [
        one.model_copy(update={"sounds_like": (*one.sounds_like, line)}) if one.id == point else one
        for one in asked.points
    ]
    told = [
        f"{one.place} {one.message}" for one in overlaps(asked.model_copy(update={"points": tuple(planted)}), JUDGE)
    ]
    assert [one for one in told if {point, other} <= set(re.findall(r"[\w-]+", one))]


@pytest.mark.slow
@every_scenario
def test_the_check_finds_nothing(scenario: Scenario) -> None:
    def find_leaks(question: Question, line: str, still_open: Sequence[str], asked: bool) -> Sequence[str]:
        return leaks(JUDGE, question, line, still_open, asked=asked)

    assert "\n".join(f"{one.place}: {one.message}" for one in check(scenario, JUDGE, find_leaks)) == ""
