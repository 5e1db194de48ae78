"""Changes to a scenario that keep it whole: what is removed is removed wherever it is named, or the change is refused.

Nothing is changed in place: each rule returns another scenario, and tells what it had to mend.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from pydantic import ValidationError

from interviewer.core.errors import NotFound, ScenarioError
from interviewer.core.scenario import (
    AskWhen,
    Criteria,
    Criterion,
    FollowUp,
    MainQuestion,
    Question,
    Scenario,
    Section,
)
from interviewer.screening.faults import faults

MOST_QUESTIONS: Final = 30
"""Main questions of a scenario, and follow-ups of a question, that can be made in the form."""
MOST_SECTIONS: Final = 12
"""Sections that can be made in the form."""


class Kind(StrEnum):
    """What a criterion decides."""

    PASSING = "passing"
    STRONG = "strong"
    FAILING = "failing"


KINDS: Final = {Kind.PASSING: "to pass", Kind.STRONG: "to pass strongly", Kind.FAILING: "to fail"}
"""What a criterion decides, in words."""


class CannotEdit(ScenarioError):
    """A change that would leave the scenario without something it needs."""


@dataclass(frozen=True, slots=True)
class Edited:
    """The scenario after a change, and what else was changed for its sake, in sentences."""

    scenario: Scenario
    repairs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Placed:
    """Where a main question stands: in which section, and with its follow-ups in which order (all by id)."""

    question: str
    section: str
    follow_ups: tuple[str, ...] = ()


def put_question(scenario: Scenario, question: Question) -> Edited:
    """Another version of a question, main or follow-up, in the place of the one with its id.

    A main question keeps the follow-ups that it had; where it moves to another section it is asked as the last of it.
    Raises CannotEdit, and NotFound for an unknown id.
    """
    main = main_of(scenario, question.id)
    if isinstance(question, MainQuestion):
        follow_ups, repairs = _conditions(question, main.follow_ups)
        new = question.model_copy(update={"follow_ups": follow_ups})
        if new.section != main.section:
            rest = [one for one in scenario.questions if one.id != new.id]
            return _whole(scenario, _placed(scenario, rest, new), repairs)
    else:
        others = tuple(question if one.id == question.id else one for one in main.follow_ups)
        new, repairs = main.model_copy(update={"follow_ups": others}), []
    questions = tuple(new if one.id == main.id else one for one in scenario.questions)
    return _whole(scenario, questions, repairs)


def add_question(scenario: Scenario, question: MainQuestion) -> Edited:
    """One more main question, after the last of its section. Raises CannotEdit."""
    _room(scenario.questions)
    _unused(scenario, question.id)
    return _whole(scenario, _placed(scenario, scenario.questions, question))


def add_follow_up(scenario: Scenario, parent: str, question: FollowUp) -> Edited:
    """One more follow-up of a main question, after its others. Raises CannotEdit and NotFound."""
    main = main_of(scenario, parent)
    _room(main.follow_ups)
    _unused(scenario, question.id)
    new = main.model_copy(update={"follow_ups": (*main.follow_ups, question)})
    return _whole(scenario, tuple(new if one.id == main.id else one for one in scenario.questions))


def drop_question(scenario: Scenario, name: str) -> Edited:
    """The scenario without a question: a main one goes with its follow-ups. Raises CannotEdit and NotFound."""
    main = main_of(scenario, name)
    if main.id == name:
        if len(scenario.questions) == 1:
            raise CannotEdit("This is the only question.", "Add another one first.")
        return _whole(scenario, tuple(one for one in scenario.questions if one.id != name))
    new = main.model_copy(update={"follow_ups": tuple(one for one in main.follow_ups if one.id != name)})
    return _whole(scenario, tuple(new if one.id == main.id else one for one in scenario.questions))


def put_plan(scenario: Scenario, sections: Sequence[Section], placed: Sequence[Placed]) -> Edited:
    """Other sections, and which questions each of them holds, in the order in which they are asked.

    Every question has to be named once, with all of its follow-ups. Raises CannotEdit.
    """
    if len(sections) > max(MOST_SECTIONS, len(scenario.sections)):
        raise CannotEdit(f"There can be {MOST_SECTIONS} sections.", "Remove some first.")
    held = {one.id: one for one in scenario.questions}
    if sorted(one.question for one in placed) != sorted(held):
        raise _not_all()
    order = [section.id for section in sections]
    questions = []
    for one in placed:
        follow_ups = {each.id: each for each in held[one.question].follow_ups}
        if sorted(one.follow_ups) != sorted(follow_ups) or one.section not in order:
            raise _not_all()
        moved = {"section": one.section, "follow_ups": tuple(follow_ups[name] for name in one.follow_ups)}
        questions.append(held[one.question].model_copy(update=moved))
    questions.sort(key=lambda one: order.index(one.section))
    return Edited(_sound(scenario.model_copy(update={"sections": tuple(sections), "questions": tuple(questions)})))


def put_criterion(scenario: Scenario, kind: Kind, criterion: Criterion) -> Scenario:
    """Another version of a criterion, in the place of the one with its id, or one more."""
    held = list(criteria_of(scenario, kind))
    names = [one.id for one in held]
    if criterion.id in names:
        held[names.index(criterion.id)] = criterion
    else:
        held.append(criterion)
    return _with(scenario, {kind.value: held})


def drop_criterion(scenario: Scenario, kind: Kind, name: str) -> Scenario:
    """The scenario without a criterion; raises CannotEdit for the last one to pass, and NotFound."""
    held = criteria_of(scenario, kind)
    left = [one for one in held if one.id != name]
    if len(left) == len(held):
        raise NotFound(f"There is no criterion {name[:40]!r}.", "The list of criteria shows all of them.")
    if kind is Kind.PASSING and not left:
        raise CannotEdit("This is the only criterion to pass.", "Add another one first.")
    return _with(scenario, {kind.value: left})


def criteria_of(scenario: Scenario, kind: Kind) -> tuple[Criterion, ...]:
    """The criteria of a kind."""
    held: tuple[Criterion, ...] = getattr(scenario.criteria, kind.value)
    return held


def main_of(scenario: Scenario, name: str) -> MainQuestion:
    """The main question that an id names or belongs to; raises NotFound."""
    try:
        return scenario.main_of(name)
    except KeyError:
        raise NotFound(f"There is no question {name[:40]!r}.", "The list of questions shows all of them.") from None


def _room(questions: Sequence[Question]) -> None:
    if len(questions) >= MOST_QUESTIONS:
        raise CannotEdit(f"There are {MOST_QUESTIONS} questions already.", "Remove one first.")


def _placed(scenario: Scenario, others: Sequence[MainQuestion], question: MainQuestion) -> tuple[MainQuestion, ...]:
    """The other questions and this one: the last of its section, or where a section without others has its place."""
    order = [section.id for section in scenario.sections]
    sections = [one.section for one in others]
    at = len(others)
    if question.section in sections:
        at -= sections[::-1].index(question.section)
    elif question.section in order:
        later = order[order.index(question.section) + 1 :]
        at = next((index for index, name in enumerate(sections) if name in later), at)
    return (*others[:at], question, *others[at:])


def _not_all() -> CannotEdit:
    return CannotEdit("These are not all questions of the scenario.", "Load the page again, and arrange them anew.")


def _unused(scenario: Scenario, name: str) -> None:
    if any(one.id == name for one in scenario.all_questions()):
        raise CannotEdit(f"There is a question {name!r} already.", "Give this one another title.")


def _conditions(question: MainQuestion, follow_ups: Iterable[FollowUp]) -> tuple[tuple[FollowUp, ...], list[str]]:
    """The follow-ups of a question with the points it still has in their conditions."""
    known = {point.id for point in question.points}
    kept, repairs = [], []
    for one in follow_ups:
        when = one.ask_when
        if isinstance(when, AskWhen) and not known.issuperset((*when.has, *when.lacks)):
            has, lacks = _in(when.has, known), _in(when.lacks, known)
            new = AskWhen(has=has, lacks=lacks) if has or lacks else "always"
            said = "depends on other points now" if has or lacks else "is always asked now"
            repairs.append(f"The follow-up \u201c{one.title}\u201d {said}: its condition named what you removed.")
            one = one.model_copy(update={"ask_when": new})
        kept.append(one)
    return tuple(kept), repairs


def _in(names: Iterable[str], known: Collection[str]) -> tuple[str, ...]:
    return tuple(name for name in names if name in known)


def _whole(scenario: Scenario, questions: tuple[MainQuestion, ...], repairs: Sequence[str] = ()) -> Edited:
    """The scenario with these questions, its sections and criteria mended."""
    told = list(repairs)
    sections = tuple(_sections(scenario, questions, told))
    held = {}
    for kind in Kind:
        held[kind.value] = tuple(_criteria(criteria_of(scenario, kind), kind, _names(questions), told))
    new = scenario.model_copy(
        update={"questions": questions, "sections": sections, "criteria": Criteria.model_validate(held)}
    )
    return Edited(_sound(new), tuple(told))


def _names(questions: Iterable[MainQuestion]) -> set[str]:
    """Every point and flag there is, as criteria name them."""
    names = set()
    for main in questions:
        for question in (main, *main.follow_ups):
            names |= {f"{question.id}.{point.id}" for point in question.points}
            names |= {f"{question.id}.{flag.id}" for flag in question.red_flags}
    return names


def _sections(scenario: Scenario, questions: Iterable[MainQuestion], told: list[str]) -> Iterator[Section]:
    """The sections that still have questions, or lend their minutes to one that has."""
    used = {one.section for one in questions}
    for section in scenario.sections:
        if section.id in used and section.lends_to:
            told.append(f"The section \u201c{section.title}\u201d keeps its minutes, since it has a question now.")
            yield section.model_copy(update={"lends_to": None})
        elif section.id in used or section.lends_to in used:
            yield section
        else:
            told.append(f"The section \u201c{section.title}\u201d had no other question, and went with it.")


def _criteria(held: Iterable[Criterion], kind: Kind, known: set[str], told: list[str]) -> Iterator[Criterion]:
    for one in held:
        gone = [name for name in (*one.points, *one.flags) if name not in known]
        if not gone:
            yield one
            continue
        points, flags = _in(one.points, known), _in(one.flags, known)
        if not points and not flags:
            raise CannotEdit(
                f"The criterion \u201c{one.says}\u201d ({KINDS[kind]}) rests on nothing but what you remove.",
                "Change or remove the criterion first.",
            )
        need = min(one.need, len(points)) or None if one.need else None
        new = one.model_copy(update={"points": points, "flags": flags, "need": need})
        count = f" It needs {new.needed} of {len(points)} now." if points and kind is not Kind.FAILING else ""
        told.append(f"The criterion \u201c{one.says}\u201d ({KINDS[kind]}) no longer names {', '.join(gone)}.{count}")
        yield new


def _with(scenario: Scenario, criteria: dict[str, Sequence[Criterion]]) -> Scenario:
    held = {kind.value: criteria.get(kind.value, criteria_of(scenario, kind)) for kind in Kind}
    new = scenario.model_copy(update={"criteria": Criteria.model_validate({k: tuple(v) for k, v in held.items()})})
    return _sound(new)


def _sound(scenario: Scenario) -> Scenario:
    """The same scenario, validated, which copies are not: nothing that does not hold together is ever stored."""
    try:
        return Scenario.model_validate(scenario.model_dump(by_alias=True))
    except ValidationError as error:
        words = next(iter(faults(error).values()))
        raise CannotEdit(f"This does not hold together. {words}", "Change it, or leave it as it was.") from None
