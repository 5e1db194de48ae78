"""Runs one interview through ports only: do what is due, store it, then let it be seen.

Every step starts from the state that the log tells, so a process that died anywhere goes on
where it was: words that were stored but not judged are judged, a line that was stored but
perhaps not seen is shown again, and nothing is appended twice.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from interviewer.core import events as ev
from interviewer.core import policy
from interviewer.core.events import Event, Move, Who
from interviewer.core.findings import Outcome, Reading
from interviewer.core.machine import Phase
from interviewer.core.policy import COMMAND_INTENTS, Task
from interviewer.core.ports import (
    Audience,
    Candidate,
    Clock,
    EventLog,
    GoOn,
    IntentContext,
    IntentReader,
    Judge,
    Leaving,
    SelfReport,
    Speaker,
    TryAgain,
    Utterance,
    Waiting,
)
from interviewer.core.replay import apply, replay
from interviewer.core.scenario import Clarification, Scenario
from interviewer.core.state import State, Turn

SETTLING: Final = (Task.REVIEW, Task.END)
"""Before these, findings that are still to come are waited for, since they show in what comes next."""
SETTLE_SECONDS: Final = 20.0


WAITED_FOR: Final = (Task.LISTEN, Task.REVIEW, Task.NOTHING)
"""Nothing is left to do before the candidate has said or chosen something."""


class Result(StrEnum):
    """How a run of an interview came to a stop."""

    ENDED = "ended"
    PAUSED = "paused"
    INTERRUPTED = "interrupted"


@dataclass(frozen=True, slots=True)
class Team:
    """Everybody who takes part, the candidate aside."""

    judge: Judge
    reader: IntentReader
    speaker: Speaker
    clock: Clock
    facts: tuple[Clarification, ...] = ()
    """What is true of every interview; a scenario's own facts come before them."""
    waiting: Waiting | None = None
    """The judge again, where its findings may come late."""


class Session:
    """One interview, live."""

    def __init__(self, scenario: Scenario, log: EventLog, events: Sequence[Event], team: Team) -> None:
        """Take up an interview where its log left it; raises IllegalEvent for a log that cannot be."""
        self.state: State = replay(scenario, events)
        self.unstored = ""
        """The candidate's words between being said and being stored: what to give back if storing fails."""
        self._heard = False
        self._log = log
        self._team = team
        self._tasks: dict[Task, Callable[[Audience], None]] = {
            Task.DECIDE: self._decide,
            Task.SPEAK: self._speak,
            Task.RESUME: self._resume,
            Task.END: self._end,
        }

    def run(self, candidate: Candidate) -> Result:
        """Go on until the interview ends or the candidate leaves. StoreError and IllegalEvent pass through."""
        self.show_again(candidate)
        while True:
            task = self.settle(candidate)
            if task is Task.NOTHING:
                return Result.ENDED
            result = self._review(candidate) if task is Task.REVIEW else self._listen(candidate)
            if result is not None:
                return result

    def settle(self, audience: Audience) -> Task:
        """Do all that is due until the candidate's word is waited for: LISTEN or REVIEW; NOTHING when it has ended.

        An interview that was left is taken up again. StoreError and IllegalEvent pass through.
        """
        while True:
            self._collect()
            task, question = policy.due(self.state)
            if task in SETTLING and self._team.waiting:
                with audience.thinking():
                    self._collect(SETTLE_SECONDS)
            if task in WAITED_FOR:
                return task
            if task is Task.JUDGE and question is not None:
                self._judge(audience, question)
                continue
            self._tasks[task](audience)

    def _append(self, event: Event) -> None:
        """Check an event against the state, store it, and only then let it count."""
        after = apply(self.state, event)
        self._log.append(event)
        self.state = after

    def _collect(self, wait: float = 0.0) -> None:
        """Let findings join the log that came after the conversation had gone on."""
        for one in self._team.waiting.late(wait) if self._team.waiting else ():
            now = self._team.clock.now()
            self._append(
                ev.Judged(at=now, question=one.question, attempt=one.attempt, turn=one.turn, outcome=one.outcome)
            )

    def show_again(self, audience: Audience) -> None:
        """After a break, the last line of the interviewer's that waits for an answer is shown again."""
        task, _ = policy.due(self.state)
        if task is Task.RESUME:
            self._resume(audience)
            task, _ = policy.due(self.state)
        last = self.state.turns[-1] if self.state.turns else None
        if last is not None and (task is Task.LISTEN or self.state.partial):
            audience.hear(self._as_said(last), self.state)

    def _as_said(self, turn: Turn) -> ev.Said:
        more = self.state.partial
        return ev.Said(at=self._team.clock.now(), turn=turn.number, who=turn.who, text=turn.text, more=more)

    def _resume(self, audience: Audience) -> None:
        self._append(ev.Resumed(at=self._team.clock.now()))

    def _end(self, audience: Audience) -> None:
        move = self.state.move
        reason = move.end if move and move.end else ev.EndReason.COMPLETED
        self._append(ev.Ended(at=self._team.clock.now(), reason=reason))

    def _judge(self, audience: Audience, name: str) -> None:
        number = self.state.open[1] if self.state.open else 1
        turns = self.state.judged_turns(name, number)
        question = self.state.scenario.question(name)
        with audience.thinking():
            outcome: Outcome = self._team.judge.assess(question, turns)
        last = max(turn.number for turn in turns if turn.is_answer)
        now = self._team.clock.now()
        self._append(ev.Judged(at=now, question=name, attempt=number, turn=last, outcome=outcome))

    def _decide(self, audience: Audience) -> None:
        move = policy.decide(self.state, self._reading(audience))
        self._append(ev.Moved(at=self._team.clock.now(), move=move))

    def _reading(self, audience: Audience) -> Reading | None:
        """How the candidate's last turn reads, if one waits for a reaction."""
        state = self.state
        if state.unanswered is None or state.move is None:
            return None
        turn = state.turn(state.unanswered)
        if turn.command is not None:
            return Reading(intent=COMMAND_INTENTS[turn.command])
        question = state.scenario.question(state.open[0]) if state.open else None
        facts = (*(question.clarifications if question else ()), *state.scenario.facts, *self._team.facts)
        context = IntentContext(question=question, after=state.move.kind, facts=facts)
        with audience.thinking():
            return self._team.reader.read(turn, context)

    def _speak(self, audience: Audience) -> None:
        move: Move | None = self.state.move
        assert move is not None, "the table lets nobody speak before a move"
        turn = len(self.state.turns) + (not self.state.partial)
        for part in self._team.speaker.say(self.state, move):
            line = ev.Said(
                at=self._team.clock.now(),
                turn=turn,
                who=Who.INTERVIEWER,
                text=part.text,
                more=part.more,
                usage=part.usage,
            )
            self._append(line)
            audience.hear(line, self.state)

    def _listen(self, candidate: Candidate) -> Result | None:
        shown = self._team.clock.monotonic()
        said = candidate.answer(self.state)
        if isinstance(said, Leaving):
            return self._leave(said)
        self.take(said, self._team.clock.monotonic() - shown)
        return None

    def take(self, said: Utterance, seconds: float) -> None:
        """Store what the candidate said `seconds` after the interviewer's line was shown; `settle` reacts to it.

        Raises StoreError, and then `unstored` holds the words; IllegalEvent where no answer is waited for.
        """
        line = ev.Said(
            at=self._team.clock.now(),
            turn=len(self.state.turns) + 1,
            who=Who.CANDIDATE,
            text=said.text,
            channel=said.channel,
            command=said.command,
            seconds=round(max(0.0, seconds), 3),
            pasted=said.pasted,
        )
        self.unstored = said.text
        self._append(line)
        self.unstored = ""
        self._heard = True

    def interrupt(self, at: datetime | None = None) -> None:
        """Note that the candidate left, wherever the interview stands: now, or `at` a time that showed only later."""
        if self.state.phase in (Phase.NEW, Phase.PAUSED, Phase.ENDED):
            return
        self._append(ev.Paused(at=at or self._team.clock.now()))

    def _leave(self, leaving: Leaving) -> Result | None:
        if leaving is Leaving.END_OF_INPUT and self._heard and policy.may_end(self.state):
            self._append(ev.Moved(at=self._team.clock.now(), move=policy.leave(self.state)))
            return None
        self._append(ev.Paused(at=self._team.clock.now()))
        return Result.INTERRUPTED if leaving is Leaving.INTERRUPT else Result.PAUSED

    def _review(self, candidate: Candidate) -> Result | None:
        choice = candidate.review(self.state)
        if isinstance(choice, Leaving):
            return self._leave(choice)
        now = self._team.clock.now()
        if isinstance(choice, SelfReport):
            self._append(ev.Contested(at=now, target=choice.target, attempt=choice.attempt, evidence=choice.evidence))
        elif isinstance(choice, TryAgain):
            self._append(ev.Retried(at=now, question=choice.question))
        elif isinstance(choice, GoOn):
            self._append(ev.Moved(at=now, move=policy.decide(self.state)))
        return None
