"""Two judges at once: the fast one keeps the conversation going, the slow one's word counts, however late it comes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from threading import Event, Lock, Thread
from typing import Final

from interviewer.core.errors import InterviewerError
from interviewer.core.findings import Assessment, JudgeVersion, Outcome, Unscored, UnscoredReason
from interviewer.core.ports import Clock, Judge, Late
from interviewer.core.scenario import Question
from interviewer.core.state import Turn
from interviewer.evaluation.runner import Priced
from interviewer.judging.merging import CONSTANTS, merged

WAIT: Final = 4.0
"""Seconds from a turn to the interviewer's next move, at most, as far as judging goes."""

REVISION: Final = 1
"""Counted up with every change of code here that can move a verdict; part of the judge's hash."""


@dataclass(eq=False)
class _Call:
    """The slow judge's work on a question's turns."""

    question: Question
    turns: tuple[Turn, ...]
    fast: Outcome | None = None
    """What the fast judge found, which works at the same time."""
    heard: Event = field(default_factory=Event)
    """Set when it has found it."""
    done: Event = field(default_factory=Event)
    found: Outcome | None = None
    superseded: bool = False

    @property
    def last(self) -> Turn:
        """The last of the candidate's turns."""
        return max((turn for turn in self.turns if turn.is_answer), key=lambda turn: turn.number)

    @property
    def key(self) -> tuple[str, int]:
        """The attempt that it is about."""
        return self.question.id, self.last.attempt


class Panel:
    """A fast judge and a slow one; a Judge, and Waiting for what comes late. For one interview."""

    def __init__(self, fast: Judge, slow: Judge, *, merge: bool, clock: Clock, wait: float = WAIT) -> None:
        """`merge`: the findings of both count together; else the fast one only stands in. `wait`: in seconds."""
        self._fast = fast
        self._slow = slow
        self._merge = merge
        self._clock = clock
        self._wait = wait
        self._lock = Lock()
        self._calls: list[_Call] = []

    @property
    def version(self) -> JudgeVersion:
        """The slow judge's; merged: `panel:MODEL`, and the hash of both judges and of how they are merged."""
        return self._together(self._fast.version, self._slow.version)

    def check(self) -> None:
        """Whatever keeps either judge from judging."""
        self._fast.check()
        self._slow.check()

    def estimate(self, question: Question, turns: Sequence[Turn]) -> float:
        """What judging these turns costs at most, in US dollars."""
        return sum(one.estimate(question, turns) for one in (self._fast, self._slow) if isinstance(one, Priced))

    def assess(self, question: Question, turns: Sequence[Turn]) -> Assessment | Unscored:
        """The slow judge's outcome where it comes in time; else the fast one's, and the slow one's comes late.

        A failure of the slow judge's comes late too, so that the conversation goes on by what the fast one found.
        """
        begun = self._clock.monotonic()
        call = self._call(question, tuple(turns))
        try:
            call.fast = fast = self._fast.assess(question, turns)
        finally:
            call.heard.set()
        if isinstance(fast, Unscored) and fast.reason is UnscoredReason.OTHER_LANGUAGE:
            self._drop(call)
            return fast.model_copy(update={"judge": self._together(fast.judge, self._slow.version)})
        call.done.wait(max(0.0, begun + self._wait - self._clock.monotonic()))
        found = call.found if call.done.is_set() else None
        if found is None or (isinstance(found, Unscored) and isinstance(fast, Assessment)):
            return fast
        self._drop(call)
        return found

    def _drop(self, call: _Call) -> None:
        """Nothing of this call is to be told late."""
        with self._lock:
            self._calls = [one for one in self._calls if one is not call]

    def late(self, wait: float = 0.0) -> Sequence[Late]:
        """What has come since the last call, the oldest first; waits at most so many seconds for what is to come.

        What a newer turn of the same question has overtaken is not waited for, and is still told when it comes.
        """
        end = self._clock.monotonic() + wait
        with self._lock:
            awaited = [call for call in self._calls if not call.superseded]
        for call in awaited:
            call.done.wait(max(0.0, end - self._clock.monotonic()))
        with self._lock:
            come = [call for call in self._calls if call.done.is_set()]
            self._calls = [call for call in self._calls if call not in come]
        return [Late(*call.key, call.last.number, call.found) for call in come if call.found]

    def _call(self, question: Question, turns: tuple[Turn, ...]) -> _Call:
        """The call about these turns: the one under way, or a new one that overtakes those about fewer turns."""
        call = _Call(question, turns)
        with self._lock:
            for other in self._calls:
                if other.key == call.key and other.turns == turns:
                    return other
                other.superseded |= other.key == call.key
            self._calls.append(call)
        Thread(target=self._work, args=(call,), name="judge", daemon=True).start()
        return call

    def _work(self, call: _Call) -> None:
        """In a thread of its own, which never keeps the process from ending."""
        try:
            call.found = self._outcome(call, self._slow.assess(call.question, call.turns))
        except Exception as error:  # noqa: BLE001 - whatever breaks a judge off costs the candidate nothing
            told = error.message if isinstance(error, InterviewerError) else type(error).__name__
            detail = f"the judge broke off: {told}"
            call.found = Unscored(judge=self.version, reason=UnscoredReason.JUDGE_FAILED, detail=detail)
        finally:
            call.done.set()

    def _outcome(self, call: _Call, slow: Outcome) -> Outcome:
        """The slow judge's outcome as the panel's own."""
        call.heard.wait()
        version = self._together(call.fast.judge if call.fast else self._fast.version, slow.judge)
        if isinstance(slow, Assessment) and isinstance(call.fast, Assessment) and self._merge:
            return merged(call.fast, slow, version)
        return slow.model_copy(update={"judge": version})

    def _together(self, fast: JudgeVersion, slow: JudgeVersion) -> JudgeVersion:
        if not self._merge:
            return slow
        parts = json.dumps([REVISION, CONSTANTS, fast.hash, slow.hash])
        name = f"panel:{slow.name.removeprefix('llm:')}"
        return JudgeVersion(name=name, hash=hashlib.sha256(parts.encode()).hexdigest())
