"""Positions: made, looked over, changed and closed; every deed goes into the record."""

from __future__ import annotations

import re
import secrets
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from interviewer.bootstrap import Program
from interviewer.cast import Cast, JudgeKind
from interviewer.core.errors import SettingsError, UsageError
from interviewer.core.events import Event, Started
from interviewer.core.scenario import Scenario
from interviewer.library import Origin
from interviewer.screening.due import earliest
from interviewer.screening.invite import Invite, Status
from interviewer.screening.position import TIME_FACTORS, Position, Settings, Timing, minutes
from interviewer.screening.records import Deed, Entry

_LETTERS: Final = "23456789abcdefghjkmnpqrstuvwxyz"
_TRIES: Final = 5


@dataclass(frozen=True, slots=True)
class Listed:
    """A position in the list, with how many invitations have come how far."""

    position: Position
    counts: Mapping[Status, int]

    @property
    def invited(self) -> int:
        """Everybody who was invited, revoked links aside."""
        return sum(count for status, count in self.counts.items() if status is not Status.REVOKED)


@dataclass(frozen=True, slots=True)
class Choice:
    """A scenario that a position can be made from."""

    id: str
    title: str
    summary: str
    packaged: bool


@dataclass(frozen=True, slots=True)
class JudgeChoice:
    """A judge that may be chosen, and what that means; `problem`: why it cannot be, at present."""

    kind: JudgeKind
    words: str
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Version:
    """One version of the questions, and the interviews that were held with it."""

    sha256: str
    questions: tuple[str, ...]
    interviews: tuple[str, ...]


class Positions:
    """What recruiters do with positions. Raises NotFound for an unknown id, and UsageError for what cannot be."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._office = program.office

    def listed(self) -> tuple[Listed, ...]:
        """All positions, open ones first, the latest first."""
        now = self._program.clock.now()
        found = [Listed(one, counts(self._office.invites(one.id), now)) for one in self._office.positions()]
        return tuple(sorted(found, key=lambda one: one.position.closed_at is not None))

    def choices(self) -> tuple[Choice, ...]:
        """The scenarios that can be used, by id."""
        listed = self._program.library.list()
        return tuple(
            Choice(one.id, one.title, one.summary, one.origin is Origin.PACKAGED) for one in listed if one.scenario
        )

    def scenario(self, position: Position) -> Scenario:
        """The scenario that new candidates for a position are asked."""
        return self._office.scenario(position.scenario_sha256)

    def judges(self, scenario: Scenario) -> tuple[JudgeChoice, ...]:
        """The judges, the embedded one first; where no model is set, the others say what is missing."""
        return (
            JudgeChoice(JudgeKind.EMBEDDED, "On this machine; nothing leaves it, and it costs nothing."),
            self._by_model(
                JudgeKind.PANEL, "The embedded judge and a model together; where they differ, you decide.", scenario
            ),
            self._by_model(JudgeKind.LLM, "A model alone; the embedded judge only steers the conversation.", scenario),
        )

    def _by_model(self, kind: JudgeKind, words: str, scenario: Scenario) -> JudgeChoice:
        if not self._program.settings.models.configured:
            return JudgeChoice(kind, words, "No model is set on this server; docs/models.md tells how.")
        try:
            offer = self._program.offer(Cast(kind))
        except SettingsError as error:
            return JudgeChoice(kind, words, f"{error.message} {error.remedy}".strip())
        where = f"{offer.place} (model {offer.cast.judge_model})"
        own = ", on your own machine or network" if offer.local else ""
        sent = f"Sent to {where}{own}: each question, its points, and what is said on it; no name, no mail address."
        return JudgeChoice(kind, f"{words} {sent} {offer.cost_words(scenario, self._program.prompts)}")

    def make(self, scenario: str, settings: Settings, by: str) -> Position:
        """A new position from a scenario of the library. Raises NotFound and ScenarioError for the scenario."""
        found = self._program.library.get(scenario)
        self._check(found, settings)
        for last in range(_TRIES - 1, -1, -1):
            position = Position(
                id=_id(settings.title),
                settings=settings,
                scenario_id=found.id,
                scenario_sha256="",
                created_at=self._program.clock.now(),
                created_by=by,
            )
            try:
                self._office.add_position(position, found)
                break
            except UsageError:
                if not last:
                    raise
        self._note(by, Deed.POSITION_MADE, position.id)
        return self._office.position(position.id)

    def change(self, name: str, settings: Settings, by: str) -> Position:
        """Other settings; interviews that were begun keep those they began with."""
        self._check(self.scenario(self._office.position(name)), settings)
        return self._changed(name, by, Deed.POSITION_CHANGED, "settings", lambda one: {"settings": settings})

    def close(self, name: str, by: str) -> Position:
        """Nobody is invited any more, and nobody begins; who has begun may finish."""
        now = self._program.clock.now()
        return self._changed(name, by, Deed.POSITION_CLOSED, "", lambda one: {"closed_at": one.closed_at or now})

    def reopen(self, name: str, by: str) -> Position:
        """A closed position is open again."""
        return self._changed(name, by, Deed.POSITION_CHANGED, "reopened", lambda one: {"closed_at": None})

    def _changed(
        self, name: str, by: str, deed: Deed, target: str, update: Callable[[Position], Mapping[str, object]]
    ) -> Position:
        changed = self._office.change_position(name, lambda one: one.model_copy(update=dict(update(one))))
        self._note(by, deed, name, target)
        return changed

    def _check(self, scenario: Scenario, settings: Settings) -> None:
        """Raise UsageError for questions that the scenario does not have, and SettingsError for no model."""
        names = [one.id for one in scenario.questions]
        unknown = [one for one in settings.questions if one not in names]
        if unknown:
            raise UsageError(f"The scenario has no question {unknown[0]!r}.", "Choose among the questions listed.")
        if settings.judge is not JudgeKind.EMBEDDED:
            self._program.offer(Cast(settings.judge))

    def _note(self, by: str, deed: Deed, subject: str, target: str = "") -> None:
        self._office.note(Entry(at=self._program.clock.now(), who=by, deed=deed, subject=subject, target=target))


def counts(invites: Sequence[Invite], now: datetime) -> Mapping[Status, int]:
    """How many invitations have come how far; every status has its number."""
    found = Counter(one.status(now) for one in invites)
    return {status: found[status] for status in Status}


def too_early(position: Position, today: date) -> date | None:
    """The first day on which everybody may be invited, where that is still to come."""
    first = earliest(position.settings.places, position.created_at.date())
    return first if first and today < first else None


def length(scenario: Scenario, settings: Settings, timing: Timing | None = None) -> float | None:
    """Minutes that a candidate has for the position's questions at most; None: no limit."""
    return minutes(scenario, settings, TIME_FACTORS[timing or settings.timing])


def versions(interviews: Mapping[str, Sequence[Event]]) -> tuple[Version, ...]:
    """Which versions of the questions these interviews were held with, the most frequent first.

    More than one means that candidates were asked different things: then their results are not quite comparable.
    """
    held: dict[tuple[str, tuple[str, ...]], list[str]] = {}
    for name, started in _started(interviews):
        held.setdefault((started.scenario_sha256, started.questions), []).append(name)
    found = [Version(sha256, questions, tuple(names)) for (sha256, questions), names in held.items()]
    return tuple(sorted(found, key=lambda one: len(one.interviews), reverse=True))


def _started(interviews: Mapping[str, Sequence[Event]]) -> Iterator[tuple[str, Started]]:
    for name, events in interviews.items():
        if events and isinstance(events[0], Started):
            yield name, events[0]


def slug(text: str, most: int = 40) -> str:
    """An id from a text: lower-case letters, digits and single hyphens; empty where the text has none of them."""
    plain = re.sub(r"[^a-z0-9]+", "-", text.casefold()).strip("-")
    return plain[:most].rstrip("-")


def _id(title: str) -> str:
    """A readable id that nobody can guess wrong: the title's words and four random letters."""
    return "-".join(one for one in (slug(title, 34), "".join(secrets.choice(_LETTERS) for _ in range(4))) if one)
