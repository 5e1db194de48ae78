"""Everything about a scenario that its schema cannot tell: leaks, calibration, criteria out of reach, minutes.

The judge and the finder of leaks come as arguments: this layer knows neither.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Final

from interviewer.core.criteria import STRONG_LEAST
from interviewer.core.pacing import share_of
from interviewer.core.ports import Judge
from interviewer.core.scenario import AskWhen, Criterion, FollowUp, Question, Scenario
from interviewer.evaluation.calibration import calibrate
from interviewer.evaluation.problem import Problem
from interviewer.evaluation.spoken import Spoken, spoken

LEAST_MINUTES: Final = 2.0
"""A main question needs at least so many minutes of its section, spoken."""
FOLLOW_UP_MINUTES: Final = 1.0
"""Each of its follow-ups needs so many more."""

FindLeaks = Callable[[Question, str, Sequence[str]], Collection[str]]
"""Which of a question's open points (by id) a line would earn, had a candidate said it."""


def check(scenario: Scenario, judge: Judge, find_leaks: FindLeaks) -> Iterator[Problem]:
    """Every problem of a scenario, those that need no judge first; found while iterating."""
    yield from _minutes(scenario)
    yield from _follow_ups(scenario)
    yield from _criteria(scenario)
    for line in spoken(scenario):
        yield from _leaks(line, find_leaks)
    for question in scenario.questions:
        yield from calibrate(question, judge)


def _leaks(line: Spoken, find_leaks: FindLeaks) -> Iterator[Problem]:
    given = [
        f"{question.id}.{point}"
        for question, still_open in line.open
        if still_open
        for point in find_leaks(question, line.line, still_open)
    ]
    if given:
        message = f"gives away {', '.join(given)}: a candidate who said this line would earn it"
        yield Problem(line.place, message, f'Ask about the gap without naming what fills it. The line: "{line.line}"')


def _minutes(scenario: Scenario) -> Iterator[Problem]:
    used = {question.section for question in scenario.questions}
    for section in scenario.sections:
        if section.lends_to and section.id in used:
            message = f"lends its {section.minutes:g} minutes, but has questions of its own: they would count twice"
            yield Problem(f"sections.{section.id}.lends_to", message, "Remove `lends_to`.")
    for question in scenario.questions:
        has = share_of(scenario, question.id) / 60
        needs = LEAST_MINUTES + FOLLOW_UP_MINUTES * len(question.follow_ups)
        if has < needs:
            message = f"has {has:g} minutes of section {question.section} for itself and its follow-ups"
            remedy = f"Give the section more minutes, or ask less: it needs {needs:g}."
            yield Problem(f"{question.id}.section", message, remedy)


def _follow_ups(scenario: Scenario) -> Iterator[Problem]:
    for question in scenario.questions:
        for follow_up in question.follow_ups:
            if isinstance(follow_up.ask_when, AskWhen):
                both = sorted(set(follow_up.ask_when.has) & set(follow_up.ask_when.lacks))
                if both:
                    message = f"can never be asked: the answer to {question.id} must have and lack {', '.join(both)}"
                    yield Problem(f"{follow_up.id}.ask_when", message, "Name each point under `has` or under `lacks`.")


def _criteria(scenario: Scenario) -> Iterator[Problem]:
    criteria = scenario.criteria
    for kind, listed in (("pass", criteria.passing), ("strong_pass", criteria.strong), ("fail", criteria.failing)):
        for criterion in listed:
            place = f"criteria.{kind}.{criterion.id}"
            twice = [name for name, times in Counter(criterion.points).items() if times > 1]
            if twice:
                message = f"names {', '.join(twice)} more than once, and each time would count"
                yield Problem(place, message, "Name each point once.")
            if kind != "fail":
                yield from _out_of_reach(scenario, criterion, place)
    if all(one.person for one in criteria.passing):
        message = "no pass criterion can be judged by a machine, so that everybody would pass"
        yield Problem("criteria.pass", message, "Tie at least one pass criterion to points.")
    judged = [one for one in criteria.strong if not one.person]
    if criteria.strong and len(judged) < STRONG_LEAST:
        message = f"nobody can pass strongly: that takes {STRONG_LEAST} criteria that a machine can judge"
        yield Problem("criteria.strong_pass", message, "Tie more of the criteria to points, or remove them all.")


def _out_of_reach(scenario: Scenario, criterion: Criterion, place: str) -> Iterator[Problem]:
    """A pass criterion that a candidate who takes one road, and answers well at once, does not meet."""
    within = set()
    for name in criterion.points:
        question, point = scenario.question(name.split(".")[0]), name.split(".")[1]
        if not _asked_of_the_weak(question):
            within.add((question.id, question.point(point).group or f".{point}"))
    if criterion.points and criterion.needed > len(within):
        yield Problem(
            place,
            f"needs {criterion.needed} of its points, and a good candidate can show only {len(within)}: alternatives "
            "count once, and a follow-up that is asked only where something lacks is not asked of everybody",
            f"Set `need` to {len(within)} or less, or name more points." if within else "Name other points.",
        )


def _asked_of_the_weak(question: Question) -> bool:
    return isinstance(question, FollowUp) and isinstance(question.ask_when, AskWhen) and bool(question.ask_when.lacks)
