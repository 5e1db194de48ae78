"""The composition root: the one place that picks concrete classes, and that imports what is slow only when needed.

Start-up is measured (`scripts/bench`): the database layer costs 0.2 s and the embedded judge's
runtime as much again, so `--help` loads neither.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from interviewer import __version__
from interviewer.core import pacing
from interviewer.core.errors import NotFound
from interviewer.core.events import Event, Mode, Started
from interviewer.core.fingerprint import scenario_sha256
from interviewer.core.ports import Clock, EventLog, IntentReader, Judge
from interviewer.core.scenario import Scenario
from interviewer.library import Library
from interviewer.session import Session, Team
from interviewer.settings import Settings
from interviewer.speaking.authored import AuthoredSpeaker

if TYPE_CHECKING:
    from interviewer.store import Store


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        """The present time, aware, in UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Seconds that only ever grow."""
        return time.monotonic()


@dataclass
class Program:
    """Everything that the commands need, made when it is first asked for."""

    settings: Settings
    scenarios: Path | None = None
    clock: Clock = field(default_factory=SystemClock)

    @cached_property
    def library(self) -> Library:
        """Scenarios and prompts: the package's, then the home folder's, then those under `--scenarios`."""
        return Library(home=self.settings.home, extra=self.scenarios)

    @cached_property
    def store(self) -> Store:
        """The database in the home folder."""
        from interviewer.store import Store

        return Store(self.settings.database)

    @cached_property
    def judge(self) -> Judge:
        """The embedded judge; its model is loaded with the first answer."""
        from interviewer.judging.embedded import EmbeddedJudge

        return EmbeddedJudge()

    @cached_property
    def reader(self) -> IntentReader:
        """Reads what a turn wants of the conversation, on the same encoder as the judge."""
        from interviewer.judging.intent import EmbeddedIntentReader

        return EmbeddedIntentReader()

    @cached_property
    def team(self) -> Team:
        """Judge, reader, speaker and clock of an interview."""
        facts = self.library.facts()
        speaker = AuthoredSpeaker(self.library.lines(), facts)
        return Team(judge=self.judge, reader=self.reader, speaker=speaker, clock=self.clock, facts=facts)

    def begin(self, scenario: Scenario, mode: Mode, *, question: str | None = None, timed: bool = True) -> Begun:
        """Start an interview: the whole scenario, or one main question of it. NotFound for an unknown question."""
        names = tuple(one.id for one in scenario.questions)
        if question is not None and question not in names:
            raise NotFound(
                f"{scenario.id!r} has no main question {question!r}.", f"Its questions are: {', '.join(names)}."
            )
        self.ready()
        started = Started(
            at=self.clock.now(),
            scenario_id=scenario.id,
            scenario_sha256=scenario_sha256(scenario),
            mode=mode,
            questions=(question,) if question else names,
            time_factor=pacing.TYPED_FACTOR if timed else None,
            judge=self.judge.version,
            speaker=AuthoredSpeaker.name,
            salt=secrets.token_hex(8),
            program=__version__,
        )
        log = self.store.begin(scenario, started)
        return Begun(log, self.session(scenario, log, [started]))

    def ready(self) -> None:
        """Make sure that an interview can be held before one is stored.

        Raises SettingsError, ModelFileError and ScenarioError.
        """
        self.settings.prepare_home()
        _ = self.team
        self.judge.check()
        self.reader.check()

    def session(self, scenario: Scenario, log: EventLog, events: Sequence[Event]) -> Session:
        """A session over an interview's log."""
        return Session(scenario, log, events, self.team)


@dataclass(frozen=True, slots=True)
class Begun:
    """An interview that has just been started."""

    log: EventLog
    session: Session


def program(scenarios: Path | None = None) -> Program:
    """The program, set up from the environment; raises SettingsError."""
    return Program(Settings.load(), scenarios)
