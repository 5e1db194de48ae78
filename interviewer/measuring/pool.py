"""Spreads work over the machine's cores: each process makes itself a bench, which costs it about a second."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import Any, Final, TypeVar

Task = TypeVar("Task")
Result = TypeVar("Result")

MIN_TASKS: Final = 64
"""Fewer quick tasks are not worth starting processes for."""
MOST_PROCESSES: Final = 8

_bench: Any = None


def _begin(make: Callable[[], Any]) -> None:
    global _bench
    _bench = make()


def _do(job: tuple[Callable[[Any, Any], Any], Any]) -> Any:
    function, task = job
    return function(_bench, task)


def processes() -> int:
    """How many processes work side by side: one for each core that this process may use."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(cores, MOST_PROCESSES)


def spread(
    make: Callable[[], Any],
    function: Callable[[Any, Task], Result],
    tasks: Sequence[Task],
    *,
    chunk: int = 8,
    least: int = MIN_TASKS,
) -> Iterator[Result]:
    """The results of `function(make(), task)` for all tasks, in their order; both must be importable by name.

    Fewer than `least` tasks are done in this process.
    """
    count = processes()
    if count == 1 or len(tasks) < least:
        bench = make()
        yield from (function(bench, task) for task in tasks)
        return
    # Spawned, because a forked copy of a process with threads (the model's runtime has some) may hang.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(count, mp_context=context, initializer=_begin, initargs=(make,)) as pool:
        yield from pool.map(_do, [(function, task) for task in tasks], chunksize=chunk)
