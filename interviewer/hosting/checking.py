"""Checks of edited scenarios, run beside the pages: what `interviewer scenario check` finds, question by question.

A judge takes seconds to a minute for a question, so one thread does it, and pages ask how far it is. What was found
of a question holds as long as the question, and what is said to everybody, stays the same.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from threading import Event, Lock
from typing import Final

from interviewer.bootstrap import Program
from interviewer.core.errors import InterviewerError
from interviewer.core.findings import Assessment, JudgeVersion, Unscored
from interviewer.core.ports import Judge
from interviewer.core.scenario import Question, Scenario
from interviewer.core.state import Turn
from interviewer.evaluation.problem import Problem
from interviewer.evaluation.scenario_check import check_plan, check_question
from interviewer.speaking.leaks import finder

KEPT: Final = 400
"""Questions whose problems are kept; the one looked at longest ago is let go."""


@dataclass(frozen=True, slots=True)
class Looked:
    """What is known of a scenario: its problems, the questions that are being looked at, and those that are not.

    `failed`: why a question could not be looked at, where it could not.
    """

    problems: tuple[Problem, ...]
    running: tuple[str, ...]
    unknown: tuple[str, ...]
    known: tuple[str, ...]
    failed: str = ""


class _Stopped(Exception):
    """Nobody wants to know any more."""


class _Watched:
    """A judge that gives up as soon as its verdict is not wanted any more."""

    def __init__(self, judge: Judge, stop: Event) -> None:
        self._judge = judge
        self._stop = stop

    @property
    def version(self) -> JudgeVersion:
        return self._judge.version

    def check(self) -> None:
        self._judge.check()

    def assess(self, question: Question, turns: Sequence[Turn]) -> Assessment | Unscored:
        if self._stop.is_set():
            raise _Stopped
        return self._judge.assess(question, turns)


@dataclass(frozen=True, slots=True)
class _Work:
    """A question that is being looked at, or will be: for which position, and how to stop it."""

    owner: str
    stop: Event
    future: Future[None]


class Checks:
    """Looks at scenarios in a thread of its own; safe to use from all others."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="check")
        self._lock = Lock()
        self._found: OrderedDict[str, tuple[Problem, ...] | str] = OrderedDict()
        self._work: dict[str, _Work] = {}

    def start(self, owner: str, scenario: Scenario, names: Iterable[str]) -> None:
        """Look at some main questions, unless they are known; what the same owner wanted before is given up."""
        wanted = {self._key(scenario, name): name for name in names}
        with self._lock:
            for key, work in list(self._work.items()):
                if work.owner == owner and key not in wanted:
                    work.stop.set()
                    work.future.cancel()
                    del self._work[key]
            for key, name in wanted.items():
                if key not in self._work and not isinstance(self._found.get(key), tuple):
                    stop = Event()
                    self._work[key] = _Work(owner, stop, self._pool.submit(self._look, key, scenario, name, stop))

    def looked(self, scenario: Scenario) -> Looked:
        """What is known of a scenario by now; what needs no judge is looked up at once."""
        problems = list(check_plan(scenario))
        running, unknown, known, failed = [], [], [], ""
        with self._lock:
            for main in scenario.questions:
                key = self._key(scenario, main.id)
                found = self._found.get(key)
                if isinstance(found, tuple):
                    self._found.move_to_end(key)
                    problems += found
                    known.append(main.id)
                elif key in self._work:
                    running.append(main.id)
                else:
                    unknown.append(main.id)
                    failed = failed or found or ""
        return Looked(tuple(problems), tuple(running), tuple(unknown), tuple(known), failed)

    def wait(self) -> None:
        """Come back when everything that was started is done."""
        with self._lock:
            futures = [work.future for work in self._work.values()]
        for future in futures:
            future.exception()

    def close(self) -> None:
        """Give up whatever is not done."""
        with self._lock:
            for work in self._work.values():
                work.stop.set()
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _look(self, key: str, scenario: Scenario, name: str, stop: Event) -> None:
        judge = _Watched(self._program.judge, stop)
        found: tuple[Problem, ...] | str
        try:
            found = tuple(check_question(scenario, name, judge, finder(judge)))
        except _Stopped:
            return
        except InterviewerError as error:
            found = f"{error.message} {error.remedy}".strip()
        except Exception as error:  # noqa: BLE001 - a check that breaks is told on the page, and breaks nothing else
            found = f"The check broke off ({type(error).__name__})."
        with self._lock:
            if not stop.is_set():
                self._found[key] = found
                self._work.pop(key, None)
            while len(self._found) > KEPT:
                self._found.popitem(last=False)

    def _key(self, scenario: Scenario, name: str) -> str:
        """Stands for everything that the problems of a question depend on."""
        said = scenario.model_dump_json(include={"welcome", "briefing", "facts"})
        # A main question's own follow-ups are in it; other questions' lines are never said while it is open.
        question = scenario.main_of(name).model_dump_json()
        return hashlib.sha256(f"{self._program.judge.version.hash}\n{said}\n{question}".encode()).hexdigest()
