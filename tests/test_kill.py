"""A piped interview that is killed (SIGKILL) at any event boundary, then resumed: nothing is lost, nothing asked twice.

The clock stands still and the salt is fixed, so the log of the killed and resumed interview must be that of the
undisturbed one, event by event.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from interviewer.bootstrap import Program
from interviewer.core.events import Command
from interviewer.library import load_file
from interviewer.settings import Settings
from interviewer.store import Store
from tests.factories import tiny_scenario

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[1]
TURNS = (
    "the client sends a request",
    "/hint",
    "and it replies with json",
    "there is a header, so it is kept for a day",
    "nothing else comes to mind",
    "/repeat",
    "that is all I know",
    "still all I know",
    "404 is missing",
    "201 when something was made",
    "no questions, thanks",
)
"""Answers, commands and turns that say nothing new: probes, a hint, a follow-up, two reviews and the farewell."""


class Runner:
    """Hands jobs to `tests.killing`."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.killing"],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
        )

    def run(self, job: dict[str, Any]) -> int:
        """The exit status of a job's process; -9 when it was killed."""
        process = self._process
        assert process.stdin and process.stdout
        process.stdin.write(json.dumps(job) + "\n")
        process.stdin.flush()
        status: int = json.loads(process.stdout.readline())["status"]
        return status

    def close(self) -> None:
        self._process.communicate(timeout=30)


@pytest.fixture(scope="module")
def runner() -> Iterator[Runner]:
    made = Runner()
    yield made
    made.close()


@dataclass
class Play:
    """One interview in a home of its own, in as many processes as it takes."""

    runner: Runner
    folder: Path
    arguments: Sequence[str]
    turns: Sequence[str]
    judge: str = "scripted"

    def __post_init__(self) -> None:
        self.folder.mkdir()

    def run(self, *arguments: str, turns: Sequence[str] = (), kill: dict[str, Any] | None = None) -> tuple[int, str]:
        """Exit status and output of one process."""
        given, told = self.folder / "input.txt", self.folder / "output.txt"
        given.write_text("".join(f"{turn}\n" for turn in turns), encoding="utf-8")
        told.unlink(missing_ok=True)
        job = {"arguments": arguments, "home": str(self.folder / "home"), "input": str(given), "output": str(told)}
        status = self.runner.run({**job, "kill": kill, "judge": self.judge})
        return status, told.read_text(encoding="utf-8")

    def begin(self, kill: dict[str, Any] | None = None) -> tuple[int, str]:
        """Start the interview with all turns on standard input."""
        return self.run("practice", *self.arguments, turns=self.turns, kill=kill)

    def finish(self) -> tuple[int, str]:
        """Go on after a kill with the turns that were not stored; starts anew when nothing was."""
        if not self.rows():
            return self.begin()
        return self.run("resume", turns=self.turns[self.said() :])

    @contextmanager
    def store(self) -> Iterator[Store]:
        """The database that the processes have left."""
        store = Program(Settings(home=self.folder / "home", sources={})).store
        yield store
        store.close()

    def rows(self) -> list[dict[str, Any]]:
        """The rows of the only interview, with bodies and hashes; none when nothing was stored."""
        with self.store() as store:
            names = [one.id for one in store.list()]
            assert len(names) <= 1, "an interview was begun twice"
            return list(store.export(names[0])["events"]) if names else []

    def sound(self) -> bool:
        """Whether the chain of the only interview holds."""
        with self.store() as store:
            return store.verify(store.list()[0].id).ok

    def events(self) -> list[dict[str, Any]]:
        return [row["event"] for row in self.rows()]

    def said(self) -> int:
        """How many of the candidate's turns are stored."""
        return sum(one["kind"] == "said" and one["who"] == "candidate" for one in self.events())

    def report(self) -> Any:
        """The final report without what is this very log's own: its id and the hash at its head."""
        status, told = self.run("report", "last", "--format", "json")
        assert status == 0, told
        return without(json.loads(told), {"interview", "head"})


def without(plain: Any, names: set[str]) -> Any:
    """Plain data without these keys, wherever they stand."""
    if isinstance(plain, dict):
        return {key: without(value, names) for key, value in plain.items() if key not in names}
    return [without(one, names) for one in plain] if isinstance(plain, list) else plain


def asked(events: Sequence[dict[str, Any]]) -> list[tuple[str, str]]:
    """What was asked: each question, probe and hint."""
    moves = [one["move"] for one in events if one["kind"] == "moved"]
    return [
        (one["kind"], f"{one['question']}.{one['point']}.{one['hint']}")
        for one in moves
        if one["kind"] in ("ask", "probe", "hint")
    ]


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Arguments that practise the small scenario."""
    path = tmp_path_factory.mktemp("scenario") / "tiny.yaml"
    path.write_text(yaml.safe_dump(tiny_scenario().model_dump(mode="json", by_alias=True)), encoding="utf-8")
    assert load_file(path) == tiny_scenario()
    return ["tiny", "--scenarios", str(path)]


@pytest.fixture(scope="module")
def undisturbed(runner: Runner, tiny: list[str], tmp_path_factory: pytest.TempPathFactory) -> Play:
    play = Play(runner, tmp_path_factory.mktemp("kills") / "undisturbed", tiny, TURNS)
    status, told = play.begin()
    assert status == 0, told
    return play


def check_survival(play: Play, n: int, when: str, expected: Sequence[dict[str, Any]], report: Any) -> None:
    """Kill a play at its n-th event, resume it, and compare all with the undisturbed play."""
    where = f"killed {when} event {n}"
    status, _ = play.begin({"event": n, "when": when})
    assert status == -signal.SIGKILL, where
    before = play.rows()
    assert len(before) == (n if when == "after" else n - 1), where
    over = bool(before) and before[-1]["kind"] == "ended"
    status, told = play.finish()
    assert status == (2 if over else 0), f"{where}\n{told}"
    after = play.rows()
    assert after[: len(before)] == before, f"{where}: what was stored has changed"
    assert play.events() == expected, where
    calls = asked(play.events())
    assert len(set(calls)) == len(calls), f"{where}: something was asked twice"
    assert play.sound(), where
    assert play.report() == report, where


def test_the_undisturbed_interview_is_worth_killing(undisturbed: Play) -> None:
    events = undisturbed.events()
    kinds = {one["move"]["kind"] for one in events if one["kind"] == "moved"}
    assert {"greet", "ask", "probe", "hint", "close", "review", "farewell"} <= kinds
    assert {one["command"] for one in events if one["kind"] == "said"} >= {Command.HINT, Command.REPEAT, None}
    assert events[-1]["kind"] == "ended" and len(events) > 40


@pytest.mark.parametrize("when", ["before", "after"])
def test_killed_at_every_event(undisturbed: Play, tmp_path: Path, when: str) -> None:
    expected, report = undisturbed.events(), undisturbed.report()
    for n in range(1, len(expected) + 1):
        play = Play(undisturbed.runner, tmp_path / f"{when}-{n}", undisturbed.arguments, TURNS)
        check_survival(play, n, when, expected, report)


def test_killed_again_and_again(undisturbed: Play, tmp_path: Path) -> None:
    """Every process stores three events and dies at the fourth."""
    play = Play(undisturbed.runner, tmp_path / "again", undisturbed.arguments, TURNS)
    expected, kill = undisturbed.events(), {"event": 4, "when": "before"}
    status, _ = play.begin(kill)
    processes = 1
    while status == -signal.SIGKILL:
        assert len(play.rows()) == 3 * processes
        status, told = play.run("resume", turns=TURNS[play.said() :], kill=kill)
        processes += 1
    assert status == 0, told
    assert processes > 10
    assert play.events() == expected
    assert play.report() == undisturbed.report()
    status, told = play.run("interviews", "verify", "last")
    assert status == 0, told


def test_the_line_that_waits_is_shown_again_and_once(undisturbed: Play, tmp_path: Path) -> None:
    """Killed after the first question was stored and before it was seen: the resumed process shows it, once."""
    first = tiny_scenario().questions[0].asks
    n = 1 + next(
        place for place, one in enumerate(undisturbed.events()) if one["kind"] == "said" and first in one["text"]
    )
    play = Play(undisturbed.runner, tmp_path / "seen", undisturbed.arguments, TURNS)
    _, before = play.begin({"event": n, "when": "after"})
    assert first not in before
    status, after = play.finish()
    assert status == 0
    assert after.count(first) == 1
    assert sum(first in one.get("text", "") for one in play.events()) == 1


def test_killed_with_the_real_judge(runner: Runner, tmp_path: Path) -> None:
    """One question of the first scenario with the embedded judge, killed before and after each of the judge's words."""
    turns = (
        "so the app has a url and it asks dns for the ip, then it sends a http request and you get json back",
        "a tcp connection, with the three way handshake",
        "I don't know",
        "no idea, sorry",
        "let's go on",
        "I really don't know",
    )
    arguments = ["junior-backend", "--question", "api-call"]
    whole = Play(runner, tmp_path / "whole", arguments, turns, judge="embedded")
    status, told = whole.begin()
    assert status == 0, told
    expected, report = whole.events(), whole.report()
    judged = [place for place, one in enumerate(expected, 1) if one["kind"] == "judged"]
    assert judged
    for n, when in [(judged[0], "before"), (judged[0], "after"), (judged[-1], "before")]:
        play = Play(runner, tmp_path / f"{when}-{n}", arguments, turns, judge="embedded")
        check_survival(play, n, when, expected, report)
