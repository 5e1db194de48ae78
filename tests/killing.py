"""Runs the program again and again, each time in a process of its own that may kill itself at a given event.

    python -m tests.killing            jobs as JSON on standard input, one a line; one line of JSON back for each

A job: {"arguments", "home", "input", "output", "kill": {"event": n, "when": "before"|"after"} or null, "judge"}.
The n-th time that this process stores an event it is killed (SIGKILL: no handler runs, nothing is flushed), right
before the transaction begins or right after it is committed. The product has no hook for this: the store's two ways
of writing are wrapped here. Imports are paid for once: every job is a fork of this process, which has opened no file
of the program's and runs one thread.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import traceback
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from interviewer import bootstrap, store
from interviewer.cli import app, pipe
from interviewer.judging.scripted import ScriptedIntentReader, ScriptedJudge
from interviewer.reporting import panel

LOADED = (pipe, panel)
"""Imported here so that no fork has to."""

PHRASES = {
    "the client sends": ["request", "method"],
    "it replies": ["response"],
    "kept for a day": ["cache-header"],
    "404 is missing": ["not-found"],
    "201": ["created"],
}
"""What the scripted judge hears in the answers to `tests.factories.tiny_scenario`."""


class StillClock:
    """Always the same moment, so that two logs of the same conversation are the same."""

    def now(self) -> datetime:
        return datetime(2026, 1, 5, 9, 0, tzinfo=UTC)

    def monotonic(self) -> float:
        return 0.0


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def deadly(write: Callable[..., Any], kill: dict[str, Any], count: list[int]) -> Callable[..., Any]:
    """A way of storing an event that kills the process at the given one."""

    def wrapped(*arguments: Any) -> Any:
        count[0] += 1
        doomed = count[0] == kill["event"]
        if doomed and kill["when"] == "before":
            die()
        result = write(*arguments)
        if doomed:
            die()
        return result

    return wrapped


def prepare(job: dict[str, Any]) -> None:
    """Make this process the program of the job: its streams, its home, its clock, its judge, its end."""
    for stream, path, flags in ((0, job["input"], os.O_RDONLY), (1, job["output"], os.O_WRONLY | os.O_CREAT)):
        os.dup2(os.open(path, flags, 0o600), stream)
    os.dup2(1, 2)
    sys.stdin = os.fdopen(0, encoding="utf-8", closefd=False)
    sys.stdout, sys.stderr = (os.fdopen(one, "w", encoding="utf-8", closefd=False) for one in (1, 2))
    os.environ["INTERVIEWER_HOME"] = job["home"]
    bootstrap.SystemClock.now = StillClock.now  # type: ignore[method-assign,assignment]
    bootstrap.SystemClock.monotonic = StillClock.monotonic  # type: ignore[method-assign,assignment]
    bootstrap.secrets.token_hex = lambda size=8: "5a" * size  # type: ignore[assignment]
    if job["judge"] == "scripted":
        bootstrap.Program.judge = ScriptedJudge(PHRASES)  # type: ignore[assignment]
        bootstrap.Program.reader = ScriptedIntentReader()  # type: ignore[assignment]
    if job["kill"]:
        count = [0]
        store.Store.begin = deadly(store.Store.begin, job["kill"], count)  # type: ignore[method-assign]
        store.StoredLog.append = deadly(store.StoredLog.append, job["kill"], count)  # type: ignore[method-assign]


def become(job: dict[str, Any]) -> None:
    """Run the program and leave with its exit status; never returns."""
    status = 99
    try:
        prepare(job)
        sys.argv = ["interviewer", *job["arguments"]]
        app.main()
        status = 0
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else 0
    except BaseException:  # noqa: BLE001 - whatever it was, this fork must not go on as the parent
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def main() -> None:
    for line in sys.stdin:
        job = json.loads(line)
        child = os.fork()
        if child == 0:
            become(job)
        _, told = os.waitpid(child, 0)
        sys.stdout.write(json.dumps({"status": os.waitstatus_to_exitcode(told)}) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
