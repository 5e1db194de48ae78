"""Whatever a candidate types and however a judge judges: nothing illegal, every limit holds, and it ends."""

from __future__ import annotations

import hashlib
import itertools
from collections import Counter
from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from interviewer.core import policy
from interviewer.core.events import Command, Mode, MoveKind, Said, Who
from interviewer.core.findings import Assessment, Finding, Intent, JudgeVersion, Reading, Span, Status, Unscored
from interviewer.core.findings import UnscoredReason as Reason
from interviewer.core.helping import CORE_PROBES, HINTS, MINIMUM_PROBES
from interviewer.core.machine import Phase
from interviewer.core.ports import IntentContext, Leaving, TryAgain
from interviewer.core.replay import replay
from interviewer.core.scenario import Question, Tier
from interviewer.core.scoring import grade
from interviewer.core.state import Attempt, Turn
from interviewer.session import Result
from tests.factories import tiny_scenario
from tests.stage import Actor, Choice, ListLog, StillClock, stage

WORDS = [
    "a request goes out",
    "json comes back",
    "hm",
    "first, and",
    "I don't know",
    "what do you mean?",
    "skip",
    "yes",
]
SAID = st.one_of(
    st.sampled_from(WORDS),
    st.sampled_from([command.value for command in Command]),
    st.text(alphabet="abc ?.,\n→é", min_size=1).filter(lambda text: bool(text.strip())),
)


def dice(*parts: object) -> int:
    """A number that depends on these parts and on nothing else."""
    return int.from_bytes(hashlib.sha256(repr(parts).encode()).digest()[:4])


class MoodyJudge:
    """Finds whatever its seed makes it find, with evidence that is always there."""

    version = JudgeVersion(name="moody", hash="0")

    def __init__(self, seed: int) -> None:
        self._seed = seed

    def assess(self, question: Question, turns: Sequence[Turn]) -> Assessment | Unscored:
        last = [turn for turn in turns if turn.is_answer][-1]
        if dice(self._seed, last.number, "fails") % 9 == 0:
            return Unscored(judge=self.version, reason=list(Reason)[last.number % 2])
        points = tuple(self._finding(point.id, last) for point in question.points)
        return Assessment(judge=self.version, points=points)

    def _finding(self, name: str, turn: Turn) -> Finding:
        status = list(Status)[dice(self._seed, name, turn.number) % len(Status)]
        text = turn.text.strip()
        start = turn.text.index(text)
        evidence = (Span(turn=turn.number, start=start, end=start + len(text), text=text),)
        return Finding(target=name, status=status, probability=0.5, evidence=evidence)


class MoodyReader:
    """Reads whatever its seed makes it read."""

    def __init__(self, seed: int) -> None:
        self._seed = seed

    def read(self, turn: Turn, context: IntentContext) -> Reading:
        intent = list(Intent)[dice(self._seed, turn.number, "intent") % len(Intent)]
        fact = 0 if context.facts and intent is Intent.CLARIFY and turn.number % 2 else None
        return Reading(intent=intent, fact=fact)


@settings(max_examples=150, deadline=None)
@given(
    script=st.lists(SAID, min_size=1, max_size=12),
    seed=st.integers(0, 10_000),
    mode=st.sampled_from(Mode),
    timed=st.booleans(),
    seconds=st.floats(0, 400),
    again=st.sampled_from(["http", None]),
)
def test_every_interview_ends_within_its_limits(
    script: list[str], seed: int, mode: Mode, timed: bool, seconds: float, again: str | None
) -> None:
    judge, reader = MoodyJudge(seed), MoodyReader(seed)
    session, log, clock = stage(judge=judge, reader=reader, mode=mode, time_factor=2.0 if timed else None)
    choices: list[Choice] = [TryAgain(again)] if again else []
    # The script is said over and over, so that only the limits can end the interview.
    actor = Actor(script * 40, clock, choices=choices, seconds=seconds)
    assert session.run(actor) is Result.ENDED
    assert session.state.phase is Phase.ENDED
    assert replay(session.state.scenario, log.events) == session.state
    for attempt in session.state.attempts.values():
        check_limits(attempt, [session.state.turn(number) for number in attempt.turns])
    lines = [event.text for event in log.events if isinstance(event, Said) and event.who is Who.INTERVIEWER]
    for graded in (grade(session.state, name) for name in ("http", "caching", "codes")):
        assert 1 <= graded.low <= graded.high <= 4
    assert all(line != following for line, following in itertools.pairwise(lines)), "the same line twice in a row"


def check_limits(attempt: Attempt, turns: list[Turn]) -> None:
    question = tiny_scenario().question(attempt.question)
    probes = [question.point(move.point or "") for move in attempt.moves if move.kind is MoveKind.PROBE]
    tiers = Counter(point.tier for point in probes)
    assert max(Counter(point.id for point in probes).values(), default=0) <= 1
    assert tiers[Tier.MINIMUM] <= MINIMUM_PROBES
    assert tiers[Tier.CORE] <= CORE_PROBES
    assert tiers[Tier.STRONG] == 0
    assert attempt.count(MoveKind.HINT) <= HINTS
    assert attempt.count(*policy.STRAYING) <= policy.STRAYS
    assert attempt.count(MoveKind.WAIT) <= policy.WAITS
    assert len(turns) <= 80


@settings(max_examples=80, deadline=None)
@given(script=st.lists(SAID, min_size=1, max_size=10), seed=st.integers(0, 10_000), data=st.data())
def test_an_interview_that_is_left_anywhere_goes_on_as_if_it_had_not_been(
    script: list[str], seed: int, data: st.DataObject
) -> None:
    judge, reader = MoodyJudge(seed), MoodyReader(seed)
    session, whole, clock = stage(judge=judge, reader=reader)
    session.run(Actor(script * 40, clock))
    cut = data.draw(st.integers(1, len(whole.events)), label="events stored before the process died")
    kept = list(whole.events[:cut])
    said = sum(isinstance(event, Said) and event.who is Who.CANDIDATE for event in kept)
    again, log, clock = stage(judge=judge, reader=reader, log=ListLog(kept), clock=StillClock(20.0 * said))
    rest: list[str | Leaving] = [*(script * 40)[said:]]
    assert again.run(Actor(rest, clock)) is Result.ENDED
    assert [event.model_dump(exclude={"at"}) for event in log.events] == [
        event.model_dump(exclude={"at"}) for event in whole.events
    ]
