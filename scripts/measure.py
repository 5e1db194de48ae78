"""Measures what the design sets bars for, and prints it beside them: `scripts/bench [llm|web] [--runs N] [--json]`.
With `llm`, what a chat model behind a server of fixed latency leaves to us (`scripts/measure_llm.py`); with `web`, the
pages under load (`scripts/measure_web.py`).

Wall times of real processes and real turns, medians of several runs. A number over its bar is shown as such and never
fails: times belong to a machine, and tests assert none.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from itertools import count, cycle, islice
from pathlib import Path
from typing import Final

from interviewer.core.events import EVENT, MoveKind, Said, Who
from interviewer.core.ports import IntentContext
from interviewer.core.scenario import Scenario
from interviewer.core.state import Turn
from interviewer.library import content, load_file
from scripts.sample import ANSWERS, KEPT, SCENARIO, read

ROOT: Final = Path(__file__).resolve().parents[1]
PROGRAM: Final = [sys.executable, "-m", "interviewer"]
QUESTION: Final = "api-call"
WORDS: Final = 150
POINTS: Final = 9


@dataclass(frozen=True)
class Measure:
    """One row: what was measured, the figure in its unit, and the bar, where there is one."""

    what: str
    figure: float
    unit: str
    bar: float | None = None

    def row(self) -> str:
        """The row of the table."""
        bar = "" if self.bar is None else f"<= {self.bar:g} {self.unit}"
        verdict = "" if self.bar is None else ("within" if self.figure <= self.bar else "over")
        return f"{self.what:<48}{self.figure:>9.3g} {self.unit:<4}{bar:>12}  {verdict}".rstrip()


def environment(home: Path) -> dict[str, str]:
    """An environment as an installed program has it: compiled modules are kept, one thread, a home of its own."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "INTERVIEWER_HOME": str(home), "OMP_NUM_THREADS": "1", "PYTHONPATH": str(ROOT)}


def help_seconds(home: Path) -> float:
    """Wall time of `interviewer --help`."""
    began = time.perf_counter()
    subprocess.run([*PROGRAM, "--help"], env=environment(home), cwd=home, stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - began


def first_question_seconds(home: Path, asks: str) -> float:
    """From the start of a piped practice interview to its first question."""
    wanted = " ".join(asks.split())
    began = time.perf_counter()
    command = [*PROGRAM, "practice", SCENARIO, "--question", QUESTION]
    with subprocess.Popen(
        command, env=environment(home), cwd=home, stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8"
    ) as process:
        assert process.stdin and process.stdout
        for line in process.stdout:
            if wanted in " ".join(line.split()):
                break
        else:
            raise SystemExit("the first question was never shown")
        seconds = time.perf_counter() - began
        process.stdin.close()
        process.stdout.read()
    return seconds


def answers(scenario: Scenario) -> Iterator[str]:
    """Answers of 150 words each, no two the same, from what candidates say in the calibration answers."""
    texts = [text for one in scenario.questions for text in (one.calibration.strong, one.calibration.acceptable)]
    words = " ".join(texts).split()
    for start in count(0, 7):
        yield " ".join(islice(cycle(words), start, start + WORDS))


def turn_seconds(runs: int) -> tuple[float, list[float]]:
    """The first turn, which loads the model, and `runs` more: reading the intent and judging, in seconds, one core."""
    from interviewer.judging.embedded import EmbeddedJudge
    from interviewer.judging.intent import EmbeddedIntentReader

    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    scenario = load_file(content("scenarios") / f"{SCENARIO}.yaml")
    question = scenario.question(QUESTION)
    assert len(question.points) == POINTS, f"{QUESTION} no longer has {POINTS} points"
    judge, reader = EmbeddedJudge(), EmbeddedIntentReader()
    context = IntentContext(question, MoveKind.ASK, (*question.clarifications, *scenario.facts))
    asked = Turn(number=1, who=Who.INTERVIEWER, text=question.asks, question=QUESTION, move=MoveKind.ASK)
    taken = []
    for text in islice(answers(scenario), runs + 1):
        turn = Turn(number=2, who=Who.CANDIDATE, text=text, question=QUESTION)
        began = time.perf_counter()
        reader.read(turn, context)
        judge.assess(question, [asked, turn])
        taken.append(time.perf_counter() - began)
    return taken[0], taken[1:]


def peak_megabytes(home: Path) -> float:
    """The most memory that a whole piped interview has in use (resident, in MB)."""
    turns = "".join(f"{text}\n" for text in (*ANSWERS.values(), *["I don't know that one, sorry."] * 40))
    process = subprocess.Popen(
        [*PROGRAM, "practice", SCENARIO],
        env=environment(home),
        cwd=home,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
    )
    assert process.stdin
    with suppress(BrokenPipeError), process.stdin:
        process.stdin.write(turns.encode())
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise SystemExit(f"the whole interview ended with status {process.returncode}")
    # Linux counts in units of 1024 bytes, macOS in bytes.
    return used.ru_maxrss * (1 if sys.platform == "darwin" else 1024) / 1e6


def append_seconds(home: Path, times: int) -> list[float]:
    """How long each of many events takes to be stored for good."""
    from interviewer.store import Store

    sample = read(KEPT)
    store = Store(home / "append.db")
    began, *_ = sample.events
    assert began.kind == "started"
    log = store.begin(sample.scenario, began)
    judged = next(one for one in sample.events if one.kind == "judged")
    said = Said(at=datetime.now(UTC), turn=1, who=Who.CANDIDATE, text="a few words " * 20)
    taken = []
    for event in islice(cycle((said, EVENT.validate_python(judged))), times):
        start = time.perf_counter()
        log.append(event)
        taken.append(time.perf_counter() - start)
    store.close()
    return taken


def p95(values: Sequence[float]) -> float:
    """The value that 19 of 20 stay under."""
    return statistics.quantiles(values, n=20)[-1]


def measures(runs: int) -> Iterator[Measure]:
    """All rows, in the order in which they are measured."""
    asks = load_file(content("scenarios") / f"{SCENARIO}.yaml").question(QUESTION).asks
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        help_seconds(home)
        taken = [help_seconds(home) for _ in range(runs)]
        yield Measure("interviewer --help, median", statistics.median(taken), "s", 0.35)
        yield Measure("first question on screen, first start", first_question_seconds(home, asks), "s", 1.5)
        taken = [first_question_seconds(home, asks) for _ in range(runs)]
        yield Measure("first question on screen, median", statistics.median(taken), "s", 1.5)
        first, taken = turn_seconds(runs * 10)
        what = f"{WORDS} words, {POINTS} points, one core"
        yield Measure(f"{what}: first, with loading", first * 1000, "ms")
        yield Measure(f"{what}: median", statistics.median(taken) * 1000, "ms")
        yield Measure(f"{what}: p95", p95(taken) * 1000, "ms", 200)
        yield Measure("resident memory, whole interview, peak", peak_megabytes(home), "MB", 450)
        taken = append_seconds(home, runs * 40)
        yield Measure("storing an event: median", statistics.median(taken) * 1000, "ms")
        yield Measure("storing an event: p95", p95(taken) * 1000, "ms")


def chat_measures(runs: int) -> Iterator[Measure]:
    """The rows of `scripts/bench llm`."""
    from scripts import measure_llm

    return measure_llm.measures(runs, load_file(content("scenarios") / f"{SCENARIO}.yaml"), QUESTION)


def web_measures(options: argparse.Namespace) -> Iterator[Measure]:
    """The rows of `scripts/bench web`."""
    from scripts import measure_web

    return measure_web.measures(options.candidates, options.minutes, options.turns, options.only)


def found(options: argparse.Namespace) -> Iterator[Measure]:
    """The rows that were asked for."""
    if options.what == "web":
        return web_measures(options)
    return (chat_measures if options.what == "llm" else measures)(max(2, options.runs))


def main() -> None:
    parser = argparse.ArgumentParser(prog="scripts/bench", description="Measure start-up, turns, memory and storage.")
    parser.add_argument(
        "what",
        nargs="?",
        choices=("llm", "web"),
        help="llm: with a chat model, against a loopback server; web: the pages, under load",
    )
    parser.add_argument("--runs", type=int, default=7, help="how often each start is measured (default 7)")
    parser.add_argument("--candidates", type=int, default=200, help="web: candidates at once (default 200)")
    parser.add_argument("--minutes", type=float, default=5.0, help="web: how long they answer (default 5)")
    parser.add_argument("--turns", type=int, default=10_000, help="web: turns while memory is watched (default 10000)")
    parser.add_argument("--only", choices=("load", "memory", "doubts"), default="", help="web: one part")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    options = parser.parse_args()
    machine = f"Python {platform.python_version()}, {platform.machine()}, {os.cpu_count()} processors"
    if options.json:
        rows = [asdict(one) for one in found(options)]
        print(json.dumps({"schema": "interviewer.bench/1", "machine": machine, "measures": rows}, indent=1))
        return
    print(machine)
    for one in found(options):
        print(one.row(), flush=True)


if __name__ == "__main__":
    main()
