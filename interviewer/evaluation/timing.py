"""Minutes that do not add up."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from interviewer.core.pacing import TYPED_FACTOR, share_of
from interviewer.core.scenario import Scenario
from interviewer.evaluation.problem import Problem

LEAST_MINUTES: Final = 2.0
"""A main question needs at least so many minutes of its section, spoken."""
FOLLOW_UP_MINUTES: Final = 1.0
"""Each of its follow-ups needs so many more."""

_NUMBERS: Final = {
    "five": 5, "ten": 10, "fifteen": 15, "twenty": 20, "twenty-five": 25, "thirty": 30, "thirty-five": 35,
    "forty": 40, "forty-five": 45, "fifty": 50, "fifty-five": 55, "sixty": 60, "seventy-five": 75, "ninety": 90,
}  # fmt: skip
_MINUTES: Final = re.compile(
    rf"\b(\d+|{'|'.join(sorted(_NUMBERS, key=len, reverse=True))})[ -]minutes?\b", re.IGNORECASE
)


def wrong_minutes(scenario: Scenario) -> Iterator[Problem]:
    """Sections that lend what they use, questions with too little time, and a welcome that promises another length."""
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
    yield from _promised(scenario)


def _promised(scenario: Scenario) -> Iterator[Problem]:
    total = scenario.total_minutes()
    true = {total, TYPED_FACTOR * total}
    for section in scenario.sections:
        true |= {section.minutes, scenario.section_minutes(section.id)}
    for place, text in (("summary", scenario.summary), ("welcome", scenario.welcome)):
        for said in _MINUTES.findall(text):
            if (_NUMBERS.get(said.lower()) or int(said)) not in true:
                message = f"speaks of {said} minutes, and the sections have {total:g} together"
                yield Problem(place, message, "Name the minutes of the whole or of a section, or none.")
