"""What a whole interview needs in a test: a clock that stands still, a log in memory, a candidate with a script."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import yaml

from interviewer.core.events import Command, Event, Said
from interviewer.core.ports import GoOn, IntentReader, Judge, Leaving, SelfReport, TryAgain, Utterance
from interviewer.core.scenario import Scenario
from interviewer.core.state import State
from interviewer.judging.scripted import ScriptedIntentReader, ScriptedJudge
from interviewer.session import Session, Team
from interviewer.speaking.authored import AuthoredSpeaker
from interviewer.speaking.lines import Lines
from tests.factories import BEGIN, started, tiny_scenario

ROOT = Path(__file__).parents[1]
LINES: Lines = yaml.safe_load((ROOT / "prompts" / "lines.yaml").read_text(encoding="utf-8"))
Choice = TryAgain | GoOn | SelfReport | Leaving


@dataclass
class StillClock:
    """Moves only when it is told to."""

    seconds: float = 0.0

    def now(self) -> datetime:
        return BEGIN + timedelta(seconds=self.seconds)

    def monotonic(self) -> float:
        return self.seconds


@dataclass
class ListLog:
    """A log in memory."""

    events: list[Event] = field(default_factory=list)
    interview: str = "test"

    def append(self, event: Event) -> None:
        self.events.append(event)


@dataclass
class Actor:
    """Says the lines of a script, each after so many seconds; at its end the input ends."""

    script: Sequence[str | Leaving]
    clock: StillClock
    choices: Iterable[Choice] = ()
    seconds: float = 20.0
    heard: list[str] = field(default_factory=list)
    reviews: list[State] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._lines = iter(self.script)
        self._choices = iter(self.choices)

    def hear(self, line: Said, state: State) -> None:
        self.heard.append(line.text)

    def answer(self, state: State) -> Utterance | Leaving:
        said = next(self._lines, Leaving.END_OF_INPUT)
        if isinstance(said, Leaving):
            return said
        self.clock.seconds += self.seconds
        commands = {command.value: command for command in Command}
        return Utterance(said, command=commands.get(said))

    def review(self, state: State) -> Choice:
        self.reviews.append(state)
        return next(self._choices, GoOn())

    def thinking(self) -> AbstractContextManager[object]:
        return nullcontext()


def stage(
    scenario: Scenario | None = None,
    judge: Judge | None = None,
    reader: IntentReader | None = None,
    log: ListLog | None = None,
    clock: StillClock | None = None,
    **more: Any,
) -> tuple[Session, ListLog, StillClock]:
    """A session over a log in memory; `more` are fields of Started."""
    scenario = scenario or tiny_scenario()
    clock = clock or StillClock()
    judge = judge or ScriptedJudge({})
    team = Team(judge, reader or ScriptedIntentReader(), AuthoredSpeaker(LINES), clock)
    if log is None:
        log = ListLog([started(scenario, judge=judge.version, **more)])
    return Session(scenario, log, list(log.events), team), log, clock
