"""A scenario: one role's interview, as its author wrote it down before anyone answered."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import ConfigDict, Field, model_validator

from interviewer.core.values import Id, Line, Ref, Strict, Text


class Tier(StrEnum):
    """How much a point matters; see `core.scoring` for what each does to a level."""

    MINIMUM = "minimum"
    CORE = "core"
    STRONG = "strong"


class Severity(StrEnum):
    """What a shown red flag does: serious caps the level at 2, disqualifying at 1."""

    SERIOUS = "serious"
    DISQUALIFYING = "disqualifying"


class Point(Strict):
    """One thing the expected answer contains."""

    id: Id
    tier: Tier
    says: Line = Field(description="The statement that an answer must contain, in full.")
    heard: Line = Field(description="How the interviewer, in practice, shows that it understood it.")
    why: Line = Field(description="One line on why it matters, for the feedback.")
    probe: Line | None = Field(
        None, description="A question that leads to it without giving it away; strong points have none."
    )
    sounds_like: tuple[Line, ...] = Field((), description="Other ways people say or type it.")
    not_this: tuple[Line, ...] = Field((), description="Near misses, denials and misconceptions that do not earn it.")
    group: Id | None = Field(None, description="Alternatives in one group count once, by their best point.")

    @model_validator(mode="after")
    def _probed_unless_strong(self) -> Self:
        if self.tier is Tier.STRONG and self.probe:
            raise ValueError("a strong point is never probed; remove its probe or change its tier")
        if self.tier is not Tier.STRONG and not self.probe:
            raise ValueError("a minimum or core point needs a probe")
        return self


class RedFlag(Strict):
    """A stated sign of missing fundamentals; an absence or an honest "I don't know" is never one."""

    id: Id
    says: Line
    severity: Severity = Severity.SERIOUS
    sounds_like: tuple[Line, ...] = Field((), description="Statements that show it.")
    not_this: tuple[Line, ...] = Field((), description="Statements near it that do not show it.")


class Hint(Strict):
    """One rung of help; it names the points it concerns, because help lowers their credit."""

    says: Line
    points: tuple[Id, ...] = Field(min_length=1)


class Clarification(Strict):
    """A fact that the candidate may ask for."""

    asked: tuple[Line, ...] = Field(min_length=1, description="Ways in which candidates ask for it.")
    reply: Line


class Calibration(Strict):
    """Answers that the judge must tell apart; `interviewer scenario check` runs it on them."""

    strong: Text
    acceptable: Text
    weak: Text
    flags: dict[Id, Text] = Field(default_factory=dict, description="For each red flag an answer that shows it.")


class Question(Strict):
    """What is asked, what a good answer contains, and how to help somebody towards it."""

    id: Id
    title: Line = Field(description="Short, for headings.")
    asks: Text = Field(description="As the interviewer says it.")
    again: Line = Field(description="The same, put shorter and in other words, for whoever asks to hear it again.")
    points: tuple[Point, ...] = Field(min_length=1)
    red_flags: tuple[RedFlag, ...] = ()
    hints: tuple[Hint, ...] = ()
    clarifications: tuple[Clarification, ...] = ()
    reference: Text = Field(description="The reference answer, in Markdown.")

    @model_validator(mode="after")
    def _names_hold(self) -> Self:
        names = [point.id for point in self.points] + [flag.id for flag in self.red_flags]
        for name, times in Counter(names).items():
            if times > 1:
                raise ValueError(f"the id {name!r} is used {times} times in question {self.id!r}")
        known = {point.id for point in self.points}
        for hint in self.hints:
            for name in hint.points:
                if name not in known:
                    raise ValueError(f"a hint of question {self.id!r} names the unknown point {name!r}")
        tiers: dict[str, Tier] = {}
        for point in self.points:
            if point.group and tiers.setdefault(point.group, point.tier) is not point.tier:
                raise ValueError(f"the points of group {point.group!r} in question {self.id!r} differ in tier")
        return self

    def point(self, name: str) -> Point:
        """The point with this id; KeyError if there is none."""
        for point in self.points:
            if point.id == name:
                return point
        raise KeyError(name)

    def flag(self, name: str) -> RedFlag:
        """The red flag with this id; KeyError if there is none."""
        for flag in self.red_flags:
            if flag.id == name:
                return flag
        raise KeyError(name)


class AskWhen(Strict):
    """A follow-up's condition on its parent's points: all of `has`, none of `lacks`."""

    has: tuple[Id, ...] = ()
    lacks: tuple[Id, ...] = ()


class FollowUp(Question):
    """A question with a parent, and points and a level of its own."""

    ask_when: Literal["always"] | AskWhen = "always"


class MainQuestion(Question):
    """A question that everybody is asked."""

    section: Id
    calibration: Calibration
    follow_ups: tuple[FollowUp, ...] = ()


class Section(Strict):
    """A timed part of the interview."""

    id: Id
    title: Line
    minutes: Annotated[float, Field(gt=0, le=240)]
    lends_to: Id | None = Field(None, description="The neighbour that gets the minutes of a section without questions.")


class Role(Strict):
    """What the candidate is interviewed for."""

    position: Line
    company: Line
    team: Line
    stack: Line
    experience: Line


class Criterion(Strict):
    """One reason to pass, to pass strongly or to fail, tied to points, to flags, or left to a person."""

    id: Id
    says: Line
    points: tuple[Ref, ...] = ()
    need: Annotated[int, Field(ge=1)] | None = Field(None, description="Points needed; default half, rounded up.")
    flags: tuple[Ref, ...] = ()
    person: bool = Field(False, description="Only a person can tell.")

    @model_validator(mode="after")
    def _has_one_basis(self) -> Self:
        if self.person == bool(self.points or self.flags):
            raise ValueError(f"criterion {self.id!r} needs points or flags, or `person: true`, and not both")
        if self.need and self.need > len(self.points):
            raise ValueError(f"criterion {self.id!r} needs {self.need} points of {len(self.points)}")
        return self

    @property
    def needed(self) -> int:
        """How many of its points must have credit."""
        return self.need or (len(self.points) + 1) // 2


class Criteria(Strict):
    """What decides, as the source of the interview words it."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True, populate_by_name=True)

    passing: tuple[Criterion, ...] = Field(min_length=1, alias="pass")
    strong: tuple[Criterion, ...] = Field((), alias="strong_pass")
    failing: tuple[Criterion, ...] = Field((), alias="fail")


class Scenario(Strict):
    """One role's interview: role, timed sections, questions and evaluation criteria."""

    schema_version: Literal[1] = Field(alias="schema")
    id: Id
    title: Line
    summary: Line = Field(description="One line, for lists.")
    role: Role
    welcome: Text = Field(description="Said first: explains the format and invites questions.")
    briefing: tuple[Line, ...] = Field((), description="Advice shown to the candidate before it starts.")
    closing_advice: tuple[Line, ...] = Field((), description="Advice shown in practice after the end.")
    facts: tuple[Clarification, ...] = Field((), description="What candidates may ask about role and team.")
    sections: tuple[Section, ...] = Field(min_length=1)
    questions: tuple[MainQuestion, ...] = Field(min_length=1)
    criteria: Criteria

    @model_validator(mode="after")
    def _names_hold(self) -> Self:
        for name, times in Counter(question.id for question in self.all_questions()).items():
            if times > 1:
                raise ValueError(f"the question id {name!r} is used {times} times")
        sections = [section.id for section in self.sections]
        if len(set(sections)) < len(sections):
            raise ValueError("two sections have the same id")
        for question in self.questions:
            self._check_main(question, sections)
        used = {question.section for question in self.questions}
        for section in self.sections:
            if section.id not in used and section.lends_to not in used:
                raise ValueError(f"section {section.id!r} has no question; say with `lends_to` which one gets its time")
        self._check_criteria()
        return self

    @staticmethod
    def _check_main(question: MainQuestion, sections: list[str]) -> None:
        if question.section not in sections:
            raise ValueError(f"question {question.id!r} names the unknown section {question.section!r}")
        for name in question.calibration.flags:
            if all(flag.id != name for flag in question.red_flags):
                raise ValueError(f"a calibration answer of {question.id!r} names the unknown flag {name!r}")
        known = {point.id for point in question.points}
        for follow_up in question.follow_ups:
            if isinstance(follow_up.ask_when, AskWhen):
                for name in (*follow_up.ask_when.has, *follow_up.ask_when.lacks):
                    if name not in known:
                        raise ValueError(f"`ask_when` of {follow_up.id!r} names {name!r}, no point of {question.id!r}")

    def _check_criteria(self) -> None:
        points = {f"{q.id}.{point.id}" for q in self.all_questions() for point in q.points}
        flags = {f"{q.id}.{flag.id}" for q in self.all_questions() for flag in q.red_flags}
        for criterion in (*self.criteria.passing, *self.criteria.strong, *self.criteria.failing):
            for name in criterion.points:
                if name not in points:
                    raise ValueError(f"criterion {criterion.id!r} names the unknown point {name!r}")
            for name in criterion.flags:
                if name not in flags:
                    raise ValueError(f"criterion {criterion.id!r} names the unknown flag {name!r}")

    def all_questions(self) -> Iterator[Question]:
        """Every question in file order: each main question, then its follow-ups."""
        for question in self.questions:
            yield question
            yield from question.follow_ups

    def question(self, name: str) -> Question:
        """The main or follow-up question with this id; KeyError if there is none."""
        for question in self.all_questions():
            if question.id == name:
                return question
        raise KeyError(name)

    def main_of(self, name: str) -> MainQuestion:
        """The main question that this id names or belongs to; KeyError if there is none."""
        for question in self.questions:
            if question.id == name or any(follow_up.id == name for follow_up in question.follow_ups):
                return question
        raise KeyError(name)

    def section_minutes(self, name: str) -> float:
        """Minutes of a section, with those lent to it by sections without questions."""
        lent = sum(section.minutes for section in self.sections if section.lends_to == name)
        return lent + next(section.minutes for section in self.sections if section.id == name)

    def total_minutes(self) -> float:
        """Minutes of the whole interview."""
        return sum(section.minutes for section in self.sections)
