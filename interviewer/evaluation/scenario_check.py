"""Everything about a scenario that its schema cannot tell.

Minutes, reach, protected topics, lines that leak, points that overlap, and answers that the judge must tell apart.
The judge and the finder of leaks come as arguments: this layer knows neither.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace

from interviewer.core.ports import Judge
from interviewer.core.scenario import Question, Scenario
from interviewer.evaluation.calibration import calibrate
from interviewer.evaluation.overlap import overlaps
from interviewer.evaluation.problem import Problem
from interviewer.evaluation.protected import touched
from interviewer.evaluation.reach import out_of_reach
from interviewer.evaluation.spoken import Spoken, spoken
from interviewer.evaluation.timing import wrong_minutes

FindLeaks = Callable[[Question, str, Sequence[str], bool], Collection[str]]
"""Which of a question's open points (by id) a line would earn if said by a candidate; the last: while it is open."""


def check(scenario: Scenario, judge: Judge, find_leaks: FindLeaks) -> Iterator[Problem]:
    """Every problem of a scenario, those that need no judge first; found while iterating."""
    yield from check_plan(scenario)
    for line in spoken(scenario):
        yield from _leaks(line, find_leaks)
    for question in scenario.all_questions():
        yield from overlaps(question, judge)
    for main in scenario.questions:
        yield from calibrate(main, judge)


def check_plan(scenario: Scenario) -> Iterator[Problem]:
    """What is found without a judge: minutes, reach, protected topics."""
    yield from wrong_minutes(scenario)
    yield from out_of_reach(scenario)
    for line in spoken(scenario):
        yield from _protected(line)


def check_question(scenario: Scenario, name: str, judge: Judge, find_leaks: FindLeaks) -> Iterator[Problem]:
    """What a judge finds of one main question and its follow-ups: lines that give its points away, overlaps, answers.

    With `check_plan`, over all main questions: what `check` finds. KeyError for an unknown question.
    """
    main = scenario.main_of(name)
    family = {one.id: one for one in (main, *main.follow_ups)}
    for line in spoken(scenario):
        concerned = tuple((question, still_open) for question, still_open in line.open if question.id in family)
        yield from _leaks(replace(line, open=concerned), find_leaks)
    for question in family.values():
        yield from overlaps(question, judge)
    yield from calibrate(main, judge)


def _protected(line: Spoken) -> Iterator[Problem]:
    for topic, words in touched(line.line):
        remedy = "Remove it: it may be neither asked nor weighed. Ask about what the work needs instead."
        yield Problem(line.place, f'touches a protected topic ({topic}): "{words}"', remedy)


def _leaks(line: Spoken, find_leaks: FindLeaks) -> Iterator[Problem]:
    given = [
        f"{question.id}.{point}"
        for question, still_open in line.open
        if still_open
        for point in find_leaks(question, line.line, still_open, line.during == question.id)
    ]
    if given:
        message = f"gives away {', '.join(given)}: a candidate who said this line would earn it"
        yield Problem(line.place, message, f'Ask about the gap without naming what fills it. The line: "{line.line}"')
