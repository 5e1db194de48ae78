"""Judges with a chat model behind them on a bench: asked several at a time, within no interview's budget."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Final

from interviewer.bootstrap import Program
from interviewer.cast import Cast, JudgeKind
from interviewer.core import fence
from interviewer.core.findings import Assessment, JudgeVersion, Reading, Unscored
from interviewer.core.ports import IntentContext, IntentReader, Judge
from interviewer.core.scenario import Question
from interviewer.core.state import Turn
from interviewer.evaluation.cases import Case
from interviewer.evaluation.outcomes import Verdict
from interviewer.evaluation.runner import Bench
from interviewer.judging.panel import Panel
from interviewer.judging.sources import chat_sources, embedded_sources
from interviewer.library import content
from interviewer.measuring.golden import LabelledSet

KINDS: Final = (JudgeKind.LLM.value, JudgeKind.PANEL.value)
"""The judges that a chat model is part of."""
SALT: Final = "measured"
PATIENT: Final = 3600.0
"""Seconds: a measurement waits for what a conversation would not."""
PROMPT: Final = "judge.md"


@dataclass(frozen=True)
class OneAtATime:
    """A judge and a reader of intent that may not be used from two threads at once."""

    judge: Judge
    reader: IntentReader
    lock: Lock

    @property
    def version(self) -> JudgeVersion:
        """The judge's."""
        return self.judge.version

    def check(self) -> None:
        """Make sure that both can be used."""
        self.judge.check()
        self.reader.check()

    def assess(self, question: Question, turns: Sequence[Turn]) -> Assessment | Unscored:
        """The judge's outcome."""
        with self.lock:
            return self.judge.assess(question, turns)

    def read(self, turn: Turn, context: IntentContext) -> Reading:
        """The reader's reading."""
        with self.lock:
            return self.reader.read(turn, context)


def bench_of(ours: Program, kind: str, found: LabelledSet) -> Bench:
    """A bench for the model that is set, alone or in a panel. Raises SettingsError."""
    model = ours.offer(Cast(JudgeKind(kind))).cast.judge_model
    slow = ours.chat_judge(model, SALT, ours.terms(bounded=False))
    alone = OneAtATime(ours.judge, ours.reader, Lock())
    panel = Panel(alone, slow, merge=True, clock=ours.clock, wait=PATIENT)
    judge: Judge = panel if kind == JudgeKind.PANEL else slow
    return Bench(judge, alone, found.scenarios, ours.library.facts(), time.perf_counter)


def spread(bench: Bench, at_once: int, cases: Sequence[Case]) -> Iterator[Verdict]:
    """The verdicts on all cases, in their order; a model answers several as quickly as one."""
    with ThreadPoolExecutor(at_once) as pool:
        yield from pool.map(bench.work, cases)


def sources_of(judge: JudgeVersion) -> dict[str, str]:
    """Everything that can move a verdict of a judge with a model, the rubrics aside."""
    return {**code_sources(judge.name.partition(":")[0]), f"judge {judge.name}": judge.hash}


def code_sources(kind: str) -> dict[str, str]:
    """Prompt and code that a verdict of such a judge passes through: what can be told without a model."""
    prompt = content("prompts") / PROMPT
    beside = {f"prompts/{PROMPT}": _sha256(prompt), "interviewer/core/fence.py": _sha256(Path(fence.__file__))}
    embedded = embedded_sources() if kind == JudgeKind.PANEL else {}
    return {**beside, **chat_sources(), **embedded}


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes().replace(b"\r\n", b"\n")).hexdigest()
