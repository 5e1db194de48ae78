"""What nobody can reach: follow-ups that are never asked, criteria that are never met or never hold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from interviewer.core.criteria import STRONG_LEAST
from interviewer.core.scenario import AskWhen, Criterion, FollowUp, MainQuestion, Question, Scenario
from interviewer.evaluation.problem import Problem


def out_of_reach(scenario: Scenario) -> Iterator[Problem]:
    """Every follow-up that can never be asked, and every criterion that nothing can meet."""
    for question in scenario.questions:
        for follow_up in question.follow_ups:
            yield from _never_asked(question, follow_up)
    criteria = scenario.criteria
    for criterion in criteria.passing:
        yield from _twice(criterion, "pass")
        yield from _never_met(scenario, criterion, "pass")
    for criterion in criteria.strong:
        yield from _twice(criterion, "strong_pass")
        yield from _never_met(scenario, criterion, "strong_pass")
    for criterion in criteria.failing:
        yield from _twice(criterion, "fail")
        yield from _never_holds(scenario, criterion)
    yield from _nothing_to_judge(scenario)


def _never_asked(question: MainQuestion, follow_up: FollowUp) -> Iterator[Problem]:
    place, wanted = f"{follow_up.id}.ask_when", _condition(follow_up)
    both = sorted(set(wanted.has) & set(wanted.lacks))
    if both:
        message = f"can never be asked: the answer to {question.id} must have and lack {', '.join(both)}"
        yield Problem(place, message, "Name each point under `has` or under `lacks`.")
    groups = Counter(question.point(name).group for name in set(wanted.has))
    for group, times in groups.items():
        if group and times > 1:
            message = f"is asked of nobody who takes one road: `has` names {times} alternatives of the group {group}"
            yield Problem(place, message, "Name one of them, or none.")


def _condition(question: Question) -> AskWhen:
    if isinstance(question, FollowUp) and isinstance(question.ask_when, AskWhen):
        return question.ask_when
    return AskWhen()


def _twice(criterion: Criterion, kind: str) -> Iterator[Problem]:
    twice = [name for name, times in Counter(criterion.points).items() if times > 1]
    if twice:
        message = f"names {', '.join(twice)} more than once, and each time would count"
        yield Problem(f"criteria.{kind}.{criterion.id}", message, "Name each point once.")


def _never_met(scenario: Scenario, criterion: Criterion, kind: str) -> Iterator[Problem]:
    """A pass criterion that a candidate who takes one road, and answers well at once, does not meet."""
    within = set()
    for name in criterion.points:
        question, point = scenario.question(name.split(".")[0]), name.split(".")[1]
        if not _condition(question).lacks:
            within.add((question.id, question.point(point).group or f".{point}"))
    if criterion.points and criterion.needed > len(within):
        yield Problem(
            f"criteria.{kind}.{criterion.id}",
            f"needs {criterion.needed} of its points, and a good candidate can show only {len(within)}: alternatives "
            "count once, and a follow-up that is asked only where something lacks is not asked of everybody",
            f"Set `need` to {len(within)} or less, or name more points." if within else "Name other points.",
        )


def _never_holds(scenario: Scenario, criterion: Criterion) -> Iterator[Problem]:
    """A fail criterion needs all its points assessed without credit, and some of them are then never asked about."""
    if criterion.flags:
        return
    questions = {name.split(".")[0] for name in criterion.points}
    for name in sorted(questions):
        parent = scenario.main_of(name).id
        needed = [f"{parent}.{point}" for point in _condition(scenario.question(name)).has]
        clash = [point for point in needed if point in criterion.points]
        if clash:
            message = (
                f"can never hold: {name} is asked only of those who have {', '.join(clash)}, which it says is missing"
            )
            yield Problem(
                f"criteria.fail.{criterion.id}", message, f"Leave out {', '.join(clash)}, or {name}'s points."
            )


def _nothing_to_judge(scenario: Scenario) -> Iterator[Problem]:
    criteria = scenario.criteria
    if all(one.person for one in criteria.passing):
        message = "no pass criterion can be judged by a machine, so that everybody would pass"
        yield Problem("criteria.pass", message, "Tie at least one pass criterion to points.")
    judged = [one for one in criteria.strong if not one.person]
    if criteria.strong and len(judged) < STRONG_LEAST:
        message = f"nobody can pass strongly: that takes {STRONG_LEAST} criteria that a machine can judge"
        yield Problem("criteria.strong_pass", message, "Tie more of the criteria to points, or remove them all.")
