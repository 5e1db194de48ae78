"""Making a scenario one's own: its questions, sections and criteria are changed in the position's own copy.

Every change is a new version under a new hash. Interviews that have begun keep the version they began with.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from interviewer.bootstrap import Program
from interviewer.core.errors import UsageError
from interviewer.core.fingerprint import scenario_sha256
from interviewer.core.scenario import Criterion, FollowUp, MainQuestion, Question, Scenario, Section
from interviewer.hosting.positions import slug
from interviewer.screening import editing as rules
from interviewer.screening.editing import Edited, Kind
from interviewer.screening.position import Position
from interviewer.screening.records import Deed, Entry

_TRIES: Final = 5


class ChangedMeanwhile(UsageError):
    """Somebody else saved the same thing since it was opened."""


class _Late(Exception):
    """Another version was stored in between."""


@dataclass(frozen=True, slots=True)
class Saved:
    """A position after its scenario was changed, and what else was changed for its sake."""

    position: Position
    scenario: Scenario
    repairs: tuple[str, ...]


class Editing:
    """What recruiters do with a position's own scenario.

    Raises NotFound for what is not there, CannotEdit for what cannot be, ChangedMeanwhile where somebody was faster,
    and UsageError for a position whose scenario is not its own.
    """

    def __init__(self, program: Program) -> None:
        self._office = program.office
        self._clock = program.clock

    def make_ours(self, name: str, by: str) -> Position:
        """From now on the position has a copy of the scenario that can be changed."""
        changed = self._office.change_position(name, lambda one: one.model_copy(update={"ours": True}))
        self._note(by, name, "made ours")
        return changed

    def put_question(self, name: str, question: Question, was: str, by: str) -> Saved:
        """Store another version of a question; `was` is the stamp of the version that was opened."""

        def edit(scenario: Scenario) -> Edited:
            rules.main_of(scenario, question.id)
            if stamp(scenario.question(question.id)) != was:
                raise _changed_meanwhile()
            return rules.put_question(scenario, question)

        return self._save(name, edit, question.id, by)

    def add_question(self, name: str, question: MainQuestion, by: str) -> Saved:
        """One more main question; it is asked from now on."""
        return self._save(name, lambda scenario: rules.add_question(scenario, question), question.id, by)

    def add_follow_up(self, name: str, parent: str, question: FollowUp, by: str) -> Saved:
        """One more follow-up of a main question."""
        return self._save(name, lambda scenario: rules.add_follow_up(scenario, parent, question), question.id, by)

    def drop_question(self, name: str, question: str, by: str) -> Saved:
        """Remove a question; a main one with its follow-ups."""
        return self._save(name, lambda scenario: rules.drop_question(scenario, question), question, by)

    def put_plan(
        self, name: str, sections: Sequence[Section], placed: Sequence[rules.Placed], was: str, by: str
    ) -> Saved:
        """Store other sections, and where each question stands; `was` is the stamp of the plan that was opened."""

        def edit(scenario: Scenario) -> Edited:
            if plan_stamp(scenario) != was:
                raise _changed_meanwhile()
            return rules.put_plan(scenario, sections, placed)

        return self._save(name, edit, "sections", by)

    def put_criterion(self, name: str, kind: Kind, criterion: Criterion, was: str, by: str) -> Saved:
        """Store another version of a criterion, or one more; `was` is the stamp of the one opened, "" for a new one."""

        def edit(scenario: Scenario) -> Edited:
            held = [one for one in rules.criteria_of(scenario, kind) if one.id == criterion.id]
            if [criterion_stamp(one) for one in held] != [was] * bool(was):
                raise _changed_meanwhile()
            return Edited(rules.put_criterion(scenario, kind, criterion))

        return self._save(name, edit, f"criteria.{criterion.id}", by)

    def drop_criterion(self, name: str, kind: Kind, criterion: str, by: str) -> Saved:
        """Remove a criterion."""
        return self._save(
            name, lambda one: Edited(rules.drop_criterion(one, kind, criterion)), f"criteria.{criterion[:40]}", by
        )

    def put_texts(self, name: str, change: Callable[[Scenario], Scenario], was: str, by: str) -> Saved:
        """Store other words around the questions: title, welcome, role, facts; `was` as of what was opened."""

        def edit(scenario: Scenario) -> Edited:
            if text_stamp(scenario) != was:
                raise _changed_meanwhile()
            return Edited(Scenario.model_validate(change(scenario).model_dump(by_alias=True)))

        return self._save(name, edit, "texts", by)

    def _save(self, name: str, edit: Callable[[Scenario], Edited], target: str, by: str) -> Saved:
        """Edit what is stored at present; where somebody stores something else meanwhile, once more."""
        for _ in range(_TRIES):
            held = self._office.position(name)
            if not held.ours:
                raise UsageError(
                    "This position still uses a shared scenario.", "Choose \u201cMake it ours\u201d first."
                )
            if held.closed_at is not None:
                raise UsageError("This position is closed.", "Open it again to change its questions.")
            before = self._office.scenario(held.scenario_sha256)
            edited = edit(before)
            changed = self._store(held, before, edited.scenario)
            if changed:
                self._note(by, name, target)
                return Saved(changed, edited.scenario, edited.repairs)
        raise _changed_meanwhile()

    def _store(self, held: Position, before: Scenario, after: Scenario) -> Position | None:
        """Store a new version, with the questions that are asked; None where another was stored since `before`."""
        asked = _asked(held.settings.questions, before, after)
        settings = held.settings.model_copy(update={"questions": asked})

        def change(one: Position) -> Position:
            if one.scenario_sha256 != held.scenario_sha256 or one.settings != held.settings:
                raise _Late
            return one.model_copy(update={"settings": settings})

        try:
            return self._office.change_position(held.id, change, after)
        except _Late:
            return None

    def _note(self, by: str, subject: str, target: str) -> None:
        at = self._clock.now()
        self._office.note(Entry(at=at, who=by, deed=Deed.SCENARIO_CHANGED, subject=subject, target=target))


def stamp(question: Question) -> str:
    """Stands for a question as it is, its follow-ups aside."""
    return _hash(question.model_dump_json(exclude={"follow_ups"}))


def text_stamp(scenario: Scenario) -> str:
    """Stands for everything of a scenario but its questions, sections and criteria."""
    return _hash(scenario.model_dump_json(exclude={"questions", "sections", "criteria"}))


def plan_stamp(scenario: Scenario) -> str:
    """Stands for a scenario's sections, and for which questions they hold in which order."""
    placed = [f"{one.id} {one.section} {[each.id for each in one.follow_ups]}" for one in scenario.questions]
    return _hash("\n".join((scenario.model_dump_json(include={"sections"}), *placed)))


def criterion_stamp(criterion: Criterion) -> str:
    """Stands for a criterion as it is."""
    return _hash(criterion.model_dump_json())


def version_of(scenario: Scenario) -> str:
    """The first digits of a scenario's hash, as pages show it."""
    return scenario_sha256(scenario)[:12]


def new_id(words: str, taken: Iterable[str], otherwise: str) -> str:
    """An id from the first words of a text, used by nothing else; `otherwise` where the text gives none."""
    held = set(taken)
    first = slug("-".join(slug(words, 200).split("-")[:4]), 32) or otherwise
    return next(name for name in (first, *(f"{first}-{number}" for number in range(2, 10_000))) if name not in held)


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _asked(names: Sequence[str], before: Scenario, after: Scenario) -> tuple[str, ...]:
    """The main questions that are asked after an edit: those asked before, and the new ones, in file order."""
    known = {one.id for one in before.questions}
    asked = tuple(one.id for one in after.questions if one.id in names or one.id not in known)
    if not asked:
        raise rules.CannotEdit("This is the only question that is asked.", "Choose another one in the settings first.")
    return asked


def _changed_meanwhile() -> ChangedMeanwhile:
    return ChangedMeanwhile(
        "Somebody else saved this since you opened it.",
        "Your words are below. Saving once more puts them in place of theirs.",
    )
