"""The form of a scenario's sections: their titles and minutes, and which questions they hold in which order.

It works without JavaScript: rows are added, moved and removed by buttons that send the whole form.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from itertools import count
from typing import Any, Final

from pydantic import ValidationError

from interviewer.core.scenario import Scenario, Section
from interviewer.hosting.editing import new_id
from interviewer.screening.editing import MOST_SECTIONS, Placed
from interviewer.screening.faults import faults
from interviewer.web.fields import Draft, Fields

SECTION: Final = ("id", "lends_to", "minutes", "title")
QUESTION: Final = ("id", "follow_ups", "section")
NEW_MINUTES: Final = "10"
_WISH: Final = re.compile(
    r"add\.sections|(?P<deed>remove|up)\.sections\.(?P<section>\d{1,3})"
    r"|up\.questions\.(?P<question>\d{1,3})(?:\.(?P<follow_up>\d{1,3}))?"
)
_NEW: Final = re.compile(r"\+\d{1,3}")
"""What stands for a new section until it is saved; no id looks like this."""


def draft_of(scenario: Scenario) -> Draft:
    """The form with what there is."""
    values: dict[str, str] = {}
    for index, section in enumerate(scenario.sections):
        held = {**section.model_dump(), "minutes": _number(section.minutes), "lends_to": section.lends_to or ""}
        values |= {f"sections.{index}.{name}": held[name] for name in SECTION}
    for index, question in enumerate(scenario.questions):
        follow_ups = " ".join(one.id for one in question.follow_ups)
        values |= _question_row(index, question.id, follow_ups, question.section)
    return Draft(values, rows={"sections": len(scenario.sections), "questions": len(scenario.questions)})


def read(given: Fields) -> Draft:
    """The form as it was sent."""
    values: dict[str, str] = {}
    counted = {}
    for kind, names in (("sections", SECTION), ("questions", QUESTION)):
        counted[kind] = next(number for number in count() if f"{kind}.{number}.{names[-1]}" not in given)
        for index in range(counted[kind]):
            values |= {f"{kind}.{index}.{name}": given.one(f"{kind}.{index}.{name}") for name in names}
    return Draft(values, rows=counted)


def fitted(draft: Draft, scenario: Scenario) -> Draft:
    """The form with a row for every question that there is now, and for no other: somebody may have saved meanwhile."""
    held = {one.id: one for one in scenario.questions}
    rows = [one for one in dict.fromkeys(_column(draft, "questions", "id")) if one in held]
    values = {name: value for name, value in draft.values.items() if name.startswith("sections.")}
    at = {name: index for index, name in enumerate(_column(draft, "questions", "id"))}
    for index, name in enumerate((*rows, *(one for one in held if one not in rows))):
        known = [one.id for one in held[name].follow_ups]
        listed = draft.value(f"questions.{at[name]}.follow_ups").split() if name in at else []
        section = draft.value(f"questions.{at[name]}.section") if name in at else held[name].section
        kept = [one for one in dict.fromkeys(listed) if one in known]
        values |= _question_row(index, name, " ".join((*kept, *(one for one in known if one not in kept))), section)
    return replace(draft, values=values, rows={**draft.rows, "questions": len(held)})


def arranged(draft: Draft, wish: str) -> Draft | None:
    """The form after a button; None where it was none.

    `add.sections`, `remove.sections.2`, `up.sections.2`, `up.questions.3`, and `up.questions.3.1` for a follow-up.
    """
    match = _WISH.fullmatch(wish)
    if not match:
        return None
    if match["section"]:
        index = int(match["section"])
        return (
            _without(draft, index) if match["deed"] == "remove" else _up(draft, "sections", SECTION, index, index - 1)
        )
    if match["follow_up"]:
        return _follow_up_up(draft, int(match["question"]), int(match["follow_up"]))
    return _question_up(draft, int(match["question"])) if match["question"] else _more(draft)


def plan_of(draft: Draft) -> tuple[tuple[Section, ...], tuple[Placed, ...]] | dict[str, str]:
    """The sections and where each question stands, as the form says; or what is wrong, by field."""
    names = _names(draft)
    used = set(_column(draft, "questions", "section"))
    made: list[Section] = []
    wrong: dict[str, str] = {}
    for index, key in enumerate(_column(draft, "sections", "id")):
        plain: dict[str, Any] = {name: draft.value(f"sections.{index}.{name}") for name in ("title", "minutes")}
        # A section with a question keeps its minutes.
        lends_to = "" if key in used else draft.value(f"sections.{index}.lends_to")
        try:
            made.append(Section(**plain, id=names[key], lends_to=names.get(lends_to, lends_to) or None))
        except ValidationError as error:
            told = faults(error).items()
            wrong |= {f"sections.{index}.{'title' if name == 'id' else name}": words for name, words in told}
    wrong |= dict(_misplaced(draft, used))
    if wrong:
        return wrong
    rows = (_values(draft, f"questions.{index}", QUESTION) for index in range(draft.rows["questions"]))
    return tuple(made), tuple(
        Placed(one["id"], names[one["section"]], tuple(one["follow_ups"].split())) for one in rows
    )


def used_sections(draft: Draft) -> frozenset[str]:
    """The sections, by id or by the key of a new one, in which a question is."""
    return frozenset(_column(draft, "questions", "section"))


def _names(draft: Draft) -> dict[str, str]:
    """The id of each section by its key in the form; new ones get theirs from the title."""
    keys = _column(draft, "sections", "id")
    names = {key: key for key in keys if not _NEW.fullmatch(key)}
    for index, key in enumerate(keys):
        if key not in names:
            names[key] = new_id(draft.value(f"sections.{index}.title"), names.values(), "section")
    return names


def _misplaced(draft: Draft, used: Collection[str]) -> Iterator[tuple[str, str]]:
    sections = _column(draft, "sections", "id")
    for index, name in enumerate(_column(draft, "questions", "section")):
        if name not in sections:
            yield f"questions.{index}.section", "Please choose one of those offered."
    for index, name in enumerate(sections):
        lends_to = draft.value(f"sections.{index}.lends_to")
        if name not in used and (lends_to not in used or lends_to not in sections):
            words = "Say which section with questions gets these minutes; or move a question here; or remove it."
            yield f"sections.{index}.lends_to", words


def _more(draft: Draft) -> Draft:
    """The form with one more section at the end, which has no id yet."""
    at, keys = draft.rows["sections"], _column(draft, "sections", "id")
    if at >= MOST_SECTIONS:
        return replace(draft, errors={})
    key = next(f"+{number}" for number in count(1) if f"+{number}" not in keys)
    new = {f"sections.{at}.id": key, f"sections.{at}.minutes": NEW_MINUTES}
    return replace(draft, values={**draft.values, **new}, rows={**draft.rows, "sections": at + 1}, errors={})


def _without(draft: Draft, index: int) -> Draft:
    """The form without a section, unless a question is in it."""
    order = list(range(draft.rows["sections"]))
    if index in order and draft.value(f"sections.{index}.id") not in used_sections(draft):
        order.remove(index)
    return _ordered(draft, "sections", SECTION, order)


def _up(draft: Draft, kind: str, names: Sequence[str], index: int, before: int) -> Draft:
    """The form with a row before another one that is above it."""
    order = list(range(draft.rows[kind]))
    if 0 <= before < index < len(order):
        order.insert(before, order.pop(index))
    return _ordered(draft, kind, names, order)


def _question_up(draft: Draft, index: int) -> Draft:
    """The form with a question before the one above it in its section."""
    sections = _column(draft, "questions", "section")[: index + 1]
    above = [at for at, name in enumerate(sections[:-1]) if name == sections[-1]]
    return _up(draft, "questions", QUESTION, index, above[-1] if above else -1)


def _follow_up_up(draft: Draft, index: int, number: int) -> Draft:
    name = f"questions.{index}.follow_ups"
    listed = draft.value(name).split()
    if 0 < number < len(listed):
        listed.insert(number - 1, listed.pop(number))
    return replace(draft, values={**draft.values, name: " ".join(listed)}, errors={})


def _ordered(draft: Draft, kind: str, names: Sequence[str], order: Sequence[int]) -> Draft:
    values = {name: value for name, value in draft.values.items() if not name.startswith(f"{kind}.")}
    for new, old in enumerate(order):
        values |= {f"{kind}.{new}.{name}": draft.value(f"{kind}.{old}.{name}") for name in names}
    return replace(draft, values=values, rows={**draft.rows, kind: len(order)}, errors={})


def _column(draft: Draft, kind: str, name: str) -> list[str]:
    return [draft.value(f"{kind}.{index}.{name}") for index in range(draft.rows[kind])]


def _number(minutes: float) -> str:
    return f"{minutes:.0f}" if minutes.is_integer() else str(minutes)


def _values(draft: Draft, row: str, names: Sequence[str]) -> dict[str, str]:
    return {name: draft.value(f"{row}.{name}") for name in names}


def _question_row(index: int, name: str, follow_ups: str, section: str) -> dict[str, str]:
    row = f"questions.{index}"
    return {f"{row}.id": name, f"{row}.follow_ups": follow_ups, f"{row}.section": section}
