"""Every line of a scenario that a candidate may hear, and which points may still be open when it is said."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from interviewer.core.scenario import Point, Question, Scenario

Open = tuple[tuple[Question, tuple[str, ...]], ...]
"""Questions, each with the ids of its points that may still be open."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """A line, where it stands in its scenario, and what it must not give away."""

    place: str
    line: str
    open: Open

    @property
    def during(self) -> str:
        """Id of the question that is open when it is said; another word for what is said outside of all."""
        return self.place.split(".")[0]


def spoken(scenario: Scenario) -> Iterator[Spoken]:
    """All lines that are said or shown while the interview lasts, in file order, and the advice after its end."""
    everything = _open(tuple(scenario.all_questions()))
    yield Spoken("welcome", scenario.welcome, everything)
    for index, line in enumerate(scenario.briefing):
        yield Spoken(f"briefing[{index}]", line, everything)
    for index, fact in enumerate(scenario.facts):
        yield Spoken(f"facts[{index}].reply", fact.reply, everything)
    for main in scenario.questions:
        family = (main, *main.follow_ups)
        for number, question in enumerate(family):
            # A parent closes before its follow-ups, and each of these before the next.
            yield from _of_question(question, family[number + 1 :])
    for index, line in enumerate(scenario.closing_advice):
        yield Spoken(f"closing_advice[{index}]", line, ())


def _open(questions: Sequence[Question]) -> Open:
    return tuple((one, tuple(point.id for point in one.points)) for one in questions)


def _of_question(question: Question, later: Sequence[Question]) -> Iterator[Spoken]:
    place, still_open = question.id, _open((question, *later))
    yield Spoken(f"{place}.asks", question.asks, still_open)
    yield Spoken(f"{place}.again", question.again, still_open)
    for point in question.points:
        if point.probe:
            yield Spoken(f"{place}.{point.id}.probe", point.probe, still_open)
        yield Spoken(f"{place}.{point.id}.heard", point.heard, _after(question, point, later))
    for index, hint in enumerate(question.hints):
        yield Spoken(f"{place}.hints[{index}]", hint.says, still_open)
    for index, fact in enumerate(question.clarifications):
        yield Spoken(f"{place}.clarifications[{index}].reply", fact.reply, still_open)
    if later:
        # Said in place of a follow-up that was answered before it was asked.
        yield Spoken(f"{place}.title", question.title, _open(later))


def _after(question: Question, heard: Point, later: Sequence[Question]) -> Open:
    """What is open once a point was heard: not this one, nor its alternatives, which count once together."""
    left = tuple(
        one.id for one in question.points if one.id != heard.id and not (heard.group and one.group == heard.group)
    )
    return ((question, left), *_open(later))
