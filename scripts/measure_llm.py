"""Measures what we add to a model's own time: `scripts/bench llm [--runs N] [--json]`.

The model is a server on loopback with a fixed latency, so that what is over it is ours. Every figure is the wall time
of a real call through the real client.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from pydantic import SecretStr

from interviewer.bootstrap import Program
from interviewer.cast import Cast, JudgeKind, SpeakerKind
from interviewer.core.events import Command, Mode, MoveKind, Said, Who
from interviewer.core.ports import GoOn, Leaving, Utterance
from interviewer.core.scenario import MainQuestion, Question, Scenario
from interviewer.core.state import State, Turn
from interviewer.judging.panel import Panel
from interviewer.models.tokens import count_messages
from interviewer.session import Result
from interviewer.settings import ModelSettings, Settings
from scripts.measure import Measure, p95
from tests.chatting import point, reply
from tests.endpoint import Endpoint, Exchange, delta, perform

MODEL: Final = "fixed-latency"
LATENCY: Final = 0.2
"""Seconds that the server takes for a verdict."""
BETWEEN: Final = 0.02
"""Seconds between two pieces of a sentence."""
PIECES: Final = ("Okay,", " so", " one", " side", " asks", " and", " the", " other", " one", " answers.")
SAID: Final = "so the client sends a http request and the server answers, and before that it asks dns for the ip"
QUOTES: Final = (("req-resp", "the client sends a http request and the server answers"), ("dns", "it asks dns"))


@dataclass
class Timed:
    """A server that takes its fixed time, and remembers when it was done."""

    silent: bool = False
    """Whether verdicts never come."""
    verdicts: list[float] = field(default_factory=list)
    """When each verdict had been sent (monotonic seconds)."""
    sentences: list[float] = field(default_factory=list)
    """When the last piece of each sentence was about to be sent."""
    asked: list[int] = field(default_factory=list)
    """Tokens of each prompt for a verdict."""
    spoken: list[int] = field(default_factory=list)
    """Tokens of each prompt for a reaction."""

    def answer(self, exchange: Exchange) -> None:
        """Stream a sentence, or give a verdict after the latency."""
        texts = [str(one["content"]) for one in exchange.seen.messages]
        (self.spoken if exchange.streams else self.asked).append(count_messages(texts))
        if exchange.streams:
            self._say(exchange)
        elif self.silent:
            exchange.wait()
        else:
            time.sleep(LATENCY)
            perform(exchange, reply(*(point(name, words) for name, words in QUOTES)))
            self.verdicts.append(time.perf_counter())

    def _say(self, exchange: Exchange) -> None:
        exchange.begin_events()
        for piece in PIECES:
            time.sleep(BETWEEN)
            if piece is PIECES[-1]:
                self.sentences.append(time.perf_counter())
            exchange.event(delta(exchange, piece))
        # That a full stop ends a sentence shows in what comes next, which here comes at once.
        exchange.event(delta(exchange, None, "stop"))
        exchange.event("[DONE]")
        exchange.end_events()


@contextmanager
def program(timed: Timed) -> Iterator[tuple[Program, Endpoint]]:
    """The program in a folder of its own, with the server as its model."""
    with tempfile.TemporaryDirectory() as folder, Endpoint(timed.answer) as server:
        models = ModelSettings(base_url=server.url, model=MODEL, key=SecretStr("none"), tokens=None, dollars=None)
        made = Program(Settings(home=Path(folder), sources={}, models=models))
        yield made, server
        made.store.close()


def turns_of(question: Question, number: int) -> tuple[Turn, ...]:
    """The question as it was asked, and an answer that is never quite the same."""
    asked = Turn(number=1, who=Who.INTERVIEWER, text=question.asks, question=question.id, move=MoveKind.ASK)
    said = Turn(number=2, who=Who.CANDIDATE, text=f"{SAID}, number {number}", question=question.id)
    return asked, said


def own_seconds(runs: int, question: Question) -> Iterator[Measure]:
    """From the words to the findings, less the server's latency: the model alone, and in a panel."""
    timed = Timed()
    with program(timed) as (ours, _):
        slow = ours.chat_judge(MODEL, "bench", ours.terms(bounded=False))
        panel = Panel(ours.judge, slow, merge=True, clock=ours.clock)
        slow.assess(question, turns_of(question, 0))
        ours.judge.assess(question, turns_of(question, 0))
        for name, judge, bar in (("the model alone", slow, 20.0), ("a panel, embedded judge included", panel, None)):
            taken = []
            for number in range(1, runs + 1):
                began = time.perf_counter()
                judge.assess(question, turns_of(question, number))
                taken.append((time.perf_counter() - began - LATENCY) * 1000)
            yield Measure(f"own time a turn, {name}: median", statistics.median(taken), "ms", bar)
            yield Measure(f"own time a turn, {name}: p95", p95(taken), "ms")


@dataclass
class Watcher:
    """A candidate who says the lines of a script, and notes when each line of the interviewer's is heard."""

    script: Sequence[str] = (SAID,)
    answered: float = 0.0
    heard: list[tuple[float, bool]] = field(default_factory=list)
    """After the first answer: when a line came, and whether more followed."""

    def __post_init__(self) -> None:
        self._lines = iter(self.script)

    def hear(self, line: Said, state: State) -> None:
        """Note when."""
        if self.answered:
            self.heard.append((time.perf_counter(), line.more))

    def answer(self, state: State) -> Utterance | Leaving:
        """The next line; at the end, leave."""
        said = next(self._lines, None)
        if said is None:
            return Leaving.PAUSE
        self.answered = self.answered or time.perf_counter()
        return Utterance(said, command=Command.SKIP if said == Command.SKIP else None)

    def review(self, state: State) -> GoOn:
        """Go on."""
        return GoOn()

    @contextmanager
    def thinking(self) -> Iterator[None]:
        """Nothing to show."""
        yield


def sentence_seconds(runs: int, scenario: Scenario, question: str) -> Iterator[Measure]:
    """From a sentence's last token to the candidate's ear, by way of the checks and the database."""
    timed = Timed()
    taken = []
    with program(timed) as (ours, _):
        offer = ours.offer(Cast(speaker=SpeakerKind.LLM))
        for run in range(runs + 1):
            watcher = Watcher()
            began = ours.begin(scenario, Mode.PRACTICE, questions=[question], offer=offer)
            began.session.run(watcher)
            first, more = watcher.heard[0]
            assert more, "the sentence was refused, so that nothing was measured"
            if run:
                taken.append((first - timed.sentences[run]) * 1000)
    yield Measure("a sentence shown after its last token: median", statistics.median(taken), "ms", 20)
    yield Measure("a sentence shown after its last token: p95", p95(taken), "ms")


def reaction_seconds(scenario: Scenario, question: str) -> Iterator[Measure]:
    """From an answer to the interviewer's reaction, with a judge that never answers and a speaker that does."""
    with program(Timed(silent=True)) as (ours, server):
        offer = ours.offer(Cast(JudgeKind.PANEL, SpeakerKind.LLM))
        watcher = Watcher()
        began = ours.begin(scenario, Mode.PRACTICE, questions=[question], offer=offer)
        assert began.session.run(watcher) is Result.PAUSED
        server.release.set()
    yield Measure("the reaction, with a judge that never answers", watcher.heard[0][0] - watcher.answered, "s", 4.5)


def prompt_growth(scenario: Scenario, question: str) -> Iterator[Measure]:
    """One question asked ten times in an interview: the prompts after its first answer, the tenth against the second.

    It is the same question each time, so that only what was said before could make them grow.
    """
    plain = scenario.question(question).model_dump(by_alias=True) | {"follow_ups": ()}
    again = [MainQuestion.model_validate(plain | {"id": f"{question}-{number}"}) for number in range(1, 11)]
    none = scenario.criteria.model_copy(update={"passing": (), "strong": (), "failing": ()})
    long = scenario.model_copy(update={"questions": tuple(again), "criteria": none})
    timed = Timed()
    with program(timed) as (ours, _):
        offer = ours.offer(Cast(JudgeKind.PANEL, SpeakerKind.LLM))
        script = [
            f"{SAID}, as I said {number} times" if not skip else "/skip" for number in range(10) for skip in (0, 1)
        ]
        began = ours.begin(long, Mode.SCREEN, time_factor=None, offer=offer)
        began.session.run(Watcher(script))
    for what, tokens in (("judge", timed.asked), ("speaker", timed.spoken)):
        assert len(tokens) == len(again), f"{len(tokens)} prompts of the {what} for {len(again)} questions"
        ratio = tokens[9] / tokens[1]
        yield Measure(f"prompt of question 10 by that of question 2, {what}", ratio, "x", 1.2)
        yield Measure(f"prompt of question 2, {what}", tokens[1], "tok")


def measures(runs: int, scenario: Scenario, question: str) -> Iterator[Measure]:
    """All rows."""
    yield from own_seconds(runs * 3, scenario.question(question))
    yield from sentence_seconds(runs, scenario, question)
    yield from reaction_seconds(scenario, question)
    yield from prompt_growth(scenario, question)
