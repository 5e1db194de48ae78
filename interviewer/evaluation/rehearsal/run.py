"""Holds whole interviews with simulated candidates, through the real session, and counts."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from interviewer import __version__
from interviewer.core.errors import IllegalEvent, InterviewerError
from interviewer.core.events import Event, Mode, Said, Started
from interviewer.core.fingerprint import scenario_sha256
from interviewer.core.pacing import TYPED_FACTOR
from interviewer.core.ports import GoOn, IntentReader, Judge, Leaving, Speaker, Utterance
from interviewer.core.scenario import Clarification, Question, Scenario
from interviewer.core.state import State
from interviewer.evaluation.cases import Case, digest
from interviewer.evaluation.rehearsal.candidates import EVERYBODY, Character
from interviewer.evaluation.rehearsal.counting import LeakFinder, count
from interviewer.evaluation.rehearsal.material import Labels, Manners, Material, Memory
from interviewer.evaluation.rehearsal.results import Interview, Rehearsed, TranscriptLine
from interviewer.session import Session, Team

SEED: Final = "rehearsal"
BEGIN: Final = datetime(2026, 1, 1, 9, 0, tzinfo=UTC)
SECONDS_BEFORE: Final = 4.0
"""A simulated candidate thinks so long before each answer, and then ..."""
SECONDS_A_WORD: Final = 0.5
"""... needs so long for each word: 120 words a minute."""
MOST_TURNS: Final = 30
"""A candidate who was asked to speak so many times for each question of the scenario leaves."""
MOST_EVENTS: Final = 10 * MOST_TURNS
"""So many events for each question are more than any interview has: an interviewer that talks to itself is stopped."""


class CountedClock:
    """Stands still but for the seconds that it is told of."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def now(self) -> datetime:
        """The time of the interview, in UTC."""
        return BEGIN + timedelta(seconds=self.seconds)

    def monotonic(self) -> float:
        """Seconds since the interview began."""
        return self.seconds


@dataclass(frozen=True, slots=True)
class Crew:
    """Everybody who takes part in every interview, and who finds leaks in what the speaker says."""

    judge: Judge
    reader: IntentReader
    speaker: Speaker
    find_leaks: LeakFinder
    facts: tuple[Clarification, ...] = ()


class Endless(Exception):
    """The interviewer goes on and on."""


class _Log:
    """The events of one interview, in memory."""

    interview = "rehearsal"

    def __init__(self, started: Started, most: int) -> None:
        self.events: list[Event] = [started]
        self._most = most

    def append(self, event: Event) -> None:
        if len(self.events) >= self._most:
            raise Endless(f"{self._most} events, and no end")
        self.events.append(event)


class _Actor:
    """A character before the session: speaks its words, notes their labels, and lets time pass."""

    def __init__(self, character: Character, clock: CountedClock, most: int) -> None:
        self.labels: dict[int, Labels] = {}
        self._character = character
        self._clock = clock
        self._left = most

    def hear(self, line: Said, state: State) -> None:
        """What was said is in the state when it is time to answer."""

    def answer(self, state: State) -> Utterance | Leaving:
        if not self._left:
            return Leaving.PAUSE
        self._left -= 1
        saying = self._character.reply(state)
        self.labels[len(state.turns) + 1] = saying.labels
        self._clock.seconds += SECONDS_BEFORE + SECONDS_A_WORD * len(saying.text.split())
        return Utterance(saying.text, command=saying.command)

    def review(self, state: State) -> GoOn:
        return GoOn()

    def thinking(self) -> AbstractContextManager[object]:
        return nullcontext()


class _Remembered:
    """A finder of leaks that judges each line once for each question, whichever of its points are open."""

    def __init__(self, finder: LeakFinder) -> None:
        self._finder = finder
        self._known: dict[tuple[str, str], tuple[str, ...]] = {}

    def __call__(self, question: Question, line: str, open_points: Collection[str]) -> tuple[str, ...]:
        key = (question.id, line)
        if key not in self._known:
            self._known[key] = self._finder(question, line, [point.id for point in question.points])
        return tuple(name for name in self._known[key] if name in open_points)


def rehearse(
    scenario: Scenario,
    cases: Iterable[Case],
    manners: Manners,
    crew: Crew,
    *,
    mode: Mode = Mode.PRACTICE,
    seed: str = SEED,
    characters: Sequence[type[Character]] = EVERYBODY,
) -> Rehearsed:
    """Interview each simulated candidate once for the scenario; `cases` are the answers they have to give.

    The same arguments give the same interviews. Raises CaseFileError when a main question has no labelled answer.
    """
    material = Material(scenario, cases)
    finder = _Remembered(crew.find_leaks)
    held = (_interview(one, scenario, material, manners, crew, finder, mode, seed) for one in characters)
    return Rehearsed(interviews=tuple(held))


def _interview(
    character: type[Character],
    scenario: Scenario,
    material: Material,
    manners: Manners,
    crew: Crew,
    finder: LeakFinder,
    mode: Mode,
    seed: str,
) -> Interview:
    own_seed = digest([seed, scenario.id, mode, character.name])
    questions = sum(1 for _ in scenario.all_questions())
    clock = CountedClock()
    actor = _Actor(character(Memory(material, manners, own_seed)), clock, MOST_TURNS * questions)
    log = _Log(_started(scenario, crew, mode, own_seed), MOST_EVENTS * questions)
    team = Team(crew.judge, crew.reader, crew.speaker, clock, crew.facts)
    session = Session(scenario, log, list(log.events), team)
    crash = _held(session, actor)
    return Interview(
        candidate=character.name,
        scenario=scenario.id,
        mode=mode,
        ended=session.state.ended,
        crash=crash,
        counts=count(scenario, log.events, actor.labels, finder),
        transcript=_transcript(session.state),
    )


def _held(session: Session, actor: _Actor) -> str:
    """Hold the interview, and tell what broke it off, if anything did; a missing model or the like is raised."""
    try:
        session.run(actor)
    except InterviewerError as error:
        if not isinstance(error, IllegalEvent):
            raise
        return error.message
    except Exception as error:  # noqa: BLE001 - whatever breaks an interview off is what is counted here
        return f"{type(error).__name__}: {error}"
    return ""


def _started(scenario: Scenario, crew: Crew, mode: Mode, seed: str) -> Started:
    return Started(
        at=BEGIN,
        scenario_id=scenario.id,
        scenario_sha256=scenario_sha256(scenario),
        mode=mode,
        questions=tuple(one.id for one in scenario.questions),
        time_factor=TYPED_FACTOR,
        judge=crew.judge.version,
        speaker=crew.speaker.name,
        salt=seed[:16],
        program=__version__,
    )


def _transcript(state: State) -> tuple[TranscriptLine, ...]:
    return tuple(
        TranscriptLine(turn=turn.number, who=turn.who, text=turn.text, question=turn.question, move=turn.move)
        for turn in state.turns
    )
