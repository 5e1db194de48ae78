"""Simulated candidates: each holds a whole interview with the real session and judge, in a time of its own.

Nothing is stored here. What comes out is the events of an interview, to be stored as a whole or not at all.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from random import Random
from typing import Final

from interviewer import __version__
from interviewer.core.events import Commented, Consented, Contested, Decided, Event, Mode, Said, Started
from interviewer.core.findings import Status
from interviewer.core.fingerprint import scenario_sha256
from interviewer.core.hiring import summarise
from interviewer.core.ports import GoOn, Leaving, Utterance
from interviewer.core.replay import apply
from interviewer.core.scenario import Scenario
from interviewer.core.scoring import Standing
from interviewer.core.state import State
from interviewer.evaluation.rehearsal.candidates import Character
from interviewer.evaluation.rehearsal.material import Manners, Material, Memory
from interviewer.session import Result, Session, Team

REVIEWER: Final = "simulated reviewer"
"""Who has looked at simulated candidates; no account can have this name."""
READING: Final = 0.3
"""Seconds for each word of the interviewer's."""
TYPING: Final = 1.5
"""Seconds for each word of an answer: 40 words a minute."""
PASTING: Final = 4.0
"""Seconds for an answer that is pasted."""
THINKING: Final = (4.0, 30.0)
"""Seconds before an answer: at least, at most."""
MOST_ANSWERS: Final = 150
"""Whoever has answered so often leaves, so that the demo ends whatever the interviewer does."""
CONTESTED_AFTER: Final = timedelta(minutes=20)
REVIEWED_AFTER: Final = timedelta(hours=15)
"""Since the interview ended."""
NOT_EARNED: Final = (Status.CONTRADICTED, Status.PARTIAL, Status.UNCLEAR, Status.ABSENT)
"""What a candidate may find wrong, what is likeliest to be argued about first."""


@dataclass(frozen=True, slots=True)
class Simulated:
    """A simulated candidate: a name, a manner (None: has not begun), and when the interview begins.

    `day` counts from the day on which the position was made. `leaves_after` so many answers; `away`: for how long
    (None: for good). What is to happen after the end: the candidate `contests` a finding with this reason, a reviewer
    has a `comment`, and decides to `advance` the candidate with this reason.
    """

    name: str
    character: type[Character] | None
    day: int
    at: time
    leaves_after: int = MOST_ANSWERS
    away: timedelta | None = None
    pastes: bool = False
    contests: str = ""
    comment: str = ""
    advance: str = ""


@dataclass(frozen=True, slots=True)
class Setting:
    """What all simulated candidates have in common: the team, the scenario, and the words they can say."""

    team: Team
    scenario: Scenario
    material: Material
    manners: Manners


class ToldClock:
    """Stands still but for the seconds that it is told of."""

    def __init__(self, begin: datetime) -> None:
        self._begin = begin
        self._seconds = 0.0

    def now(self) -> datetime:
        """The time of the interview."""
        return self._begin + timedelta(seconds=self._seconds)

    def monotonic(self) -> float:
        """Seconds since it began."""
        return self._seconds

    def go_on(self, seconds: float) -> None:
        """Let time pass."""
        self._seconds += seconds


def started(setting: Setting, at: datetime, questions: Sequence[str], time_factor: float | None, salt: str) -> Started:
    """The beginning of a simulated candidate's interview; the same salt, the same interview."""
    return Started(
        at=at,
        scenario_id=setting.scenario.id,
        scenario_sha256=scenario_sha256(setting.scenario),
        mode=Mode.SCREEN,
        questions=tuple(questions),
        time_factor=time_factor,
        judge=setting.team.judge.version,
        speaker=setting.team.speaker.name,
        salt=salt,
        program=__version__,
    )


def hold(person: Simulated, character: type[Character], setting: Setting, begin: Started, notice: str) -> list[Event]:
    """All events of an interview; `notice` is the version of the notice that was agreed to.

    Raises what the judge and the speaker raise.
    """
    clock = ToldClock(begin.at)
    log = _Log([begin, Consented(at=begin.at, notice=notice)])
    actor = _Actor(person, character(Memory(setting.material, setting.manners, begin.salt)), clock, begin.salt)
    session = Session(setting.scenario, log, list(log.events), replace(setting.team, clock=clock))
    if session.run(actor) is not Result.ENDED and person.away is not None:
        clock.go_on(person.away.total_seconds())
        session.run(actor)
    state = session.state
    for event in _afterwards(person, state, clock.now()) if state.ended else ():
        state = apply(state, event)
        log.append(event)
    return log.events


class _Log:
    """The events of one interview, in memory."""

    interview = "simulated"

    def __init__(self, events: list[Event]) -> None:
        self.events = events

    def append(self, event: Event) -> None:
        self.events.append(event)


class _Actor:
    """Says what the character would say, and takes the time that somebody at a keyboard takes."""

    def __init__(self, person: Simulated, character: Character, clock: ToldClock, seed: str) -> None:
        self._person = person
        self._character = character
        self._clock = clock
        self._random = Random(seed)
        self._answers = 0
        self._leaves_after = person.leaves_after

    def hear(self, line: Said, state: State) -> None:
        """What was said is in the state when it is time to answer."""

    def answer(self, state: State) -> Utterance | Leaving:
        if self._answers == self._leaves_after:
            self._leaves_after = MOST_ANSWERS
            return Leaving.PAUSE
        self._answers += 1
        saying = self._character.reply(state)
        pasted = len(saying.text) if self._person.pastes and saying.command is None else 0
        self._clock.go_on(self._seconds(state, saying.text, bool(pasted)))
        return Utterance(saying.text, command=saying.command, pasted=pasted)

    def _seconds(self, state: State, text: str, pasted: bool) -> float:
        reading = READING * len(state.turns[-1].text.split())
        writing = PASTING if pasted else TYPING * len(text.split())
        return reading + self._random.uniform(*THINKING) + writing

    def review(self, state: State) -> GoOn:
        return GoOn()

    def thinking(self) -> AbstractContextManager[object]:
        return nullcontext()


def _afterwards(person: Simulated, state: State, ended: datetime) -> Iterator[Event]:
    """What happens to a finished interview."""
    target = _arguable(state) if person.contests else None
    if target is not None:
        yield Contested(at=ended + CONTESTED_AFTER, target=target, reason=person.contests)
    if person.comment:
        yield Commented(at=ended + REVIEWED_AFTER, by=REVIEWER, text=person.comment)
    if person.advance:
        yield Decided(at=ended + REVIEWED_AFTER, by=REVIEWER, decision="advance", reason=person.advance)


def _arguable(state: State) -> str | None:
    """The finding that a candidate would argue about first, if any fell short."""
    short = [
        (NOT_EARNED.index(point.status), f"{one.question.id}.{point.point.id}")
        for one in summarise(state).grades
        if one.standing is Standing.SCORED
        for point in one.points
        if point.status in NOT_EARNED
    ]
    # Of the same status, the first in the interview: `min` keeps the order.
    return min(short, key=lambda one: one[0])[1] if short else None
