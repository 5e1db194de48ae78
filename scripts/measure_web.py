"""Measures the pages under load: `scripts/bench web [--candidates N] [--minutes M] [--turns N] [--only PART] [--json]`.

The server is `interviewer serve` in a process of its own, with the embedded judge; what asks it runs beside it, on the
same two cores. Three parts:

- `load`: so many candidates at once, each of whom answers about a minute after the question. When an answer is sent
  is fixed beforehand, and the time counts from then: a server that falls behind cannot slow its own load down. A page
  with a script is played: the answer streamed, the page fetched after it, a sign of presence every twenty seconds.
  Afterwards the database is compared with what was sent.
- `memory`: so many turns, one after another as fast as they go, by a few candidates at once, in interviews that begin
  and end; how much memory the server has in use meanwhile.
- `doubts`: simulated candidates in all packaged scenarios, and how many doubts each leaves to a person.

A figure over its bar is shown as such and never fails.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import statistics
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from datetime import time as clock_time
from itertools import count, cycle
from pathlib import Path
from random import Random
from typing import Any, Final

import httpx2

from interviewer.bootstrap import Program
from interviewer.core.events import Said, Who
from interviewer.core.hiring import summarise
from interviewer.core.replay import replay
from interviewer.core.scenario import Scenario
from interviewer.evaluation.rehearsal.candidates import EVERYBODY
from interviewer.evaluation.rehearsal.material import Material
from interviewer.hosting.presence import BEAT_EVERY
from interviewer.hosting.simulated import Setting, Simulated, hold, started
from interviewer.library import content, load_file
from interviewer.library.casefiles import read_cases, read_manners
from interviewer.screening.invite import Invite, token_sha256
from interviewer.settings import Settings
from interviewer.store import Store
from interviewer.store.office import Office
from scripts.measure import Measure, p95
from tests.serving import Served, attribute, furnish
from tests.serving import field as field_of

SCENARIO: Final = "junior-backend"
EVERY: Final = 60.0
"""Seconds from a question to its answer, more or less."""
ABOUT: Final = 10.0
"""Seconds more or less."""
CORES: Final = 2
ROUNDS: Final = 3
"""An interview may be over before the load is; everybody has so many invitations."""
AT_ONCE: Final = 8
"""Candidates at once where only memory is looked at."""
TIMEOUT: Final = 60.0
SHORT: Final = ("it sends a request and waits", "the server answers", "I am not sure about that one", "404, I think")
LINES: Final = {"Accept": "application/x-ndjson"}


@dataclass
class Seen:
    """What happened to everybody: seconds, and what was acknowledged or failed."""

    turns: list[float] = field(default_factory=list)
    """From when an answer was due to the end of what the interviewer says to it."""
    lines: list[float] = field(default_factory=list)
    """To the first line."""
    pages: list[float] = field(default_factory=list)
    """For the page after it."""
    beats: list[float] = field(default_factory=list)
    taken: dict[str, list[str]] = field(default_factory=dict)
    """Under each link, the answers that were acknowledged, in order."""
    failed: Counter[str] = field(default_factory=Counter)


class Candidate:
    """Somebody with a link, at a page with a script."""

    def __init__(self, client: httpx2.AsyncClient, token: str, seen: Seen) -> None:
        self._client = client
        self._at = f"/i/{token}"
        self._token = token
        self._seen = seen
        self._page = ""
        self._turn = ""
        self.over = False

    async def begin(self) -> None:
        """Open the link, agree, and begin."""
        notice = await self._client.get(self._at)
        form = {"version": field_of(notice.text, "version"), "agree": "yes", "keeps_to_help": "yes"}
        await self._client.post(self._at, data=form)
        self._read(await self._client.post(f"{self._at}/begin", data={"start": "yes"}))

    def another(self, token: str) -> Candidate:
        """Somebody else, in the same browser."""
        return Candidate(self._client, token, self._seen)

    def _read(self, answer: httpx2.Response) -> None:
        """The page as it is now."""
        well(answer)
        self.over = answer.url.path.endswith("/done")
        if not self.over:
            self._page, self._turn = attribute(answer.text, "data-page"), field_of(answer.text, "turn")

    async def answer(self, words: str, due: float) -> None:
        """Send an answer that was due at that time, listen to the end, and fetch the page anew."""
        form = {"turn": self._turn, "words": words, "command": "", "pasted": "0"}
        first, fate = 0.0, ""
        async with self._client.stream("POST", f"{self._at}/say", data=form, headers=LINES) as stream:
            well(stream)
            async for line in stream.aiter_lines():
                first = first or time.perf_counter()
                row = json.loads(line)
                fate = row.get("fate", fate)
        if fate != "done":
            self._seen.failed[f"an answer: {fate or 'cut'}"] += 1
            return
        now = time.perf_counter()
        self._seen.taken.setdefault(self._token, []).append(words)
        self._seen.turns.append(now - due)
        self._seen.lines.append(first - due)
        self._read(await self._client.get(f"{self._at}/talk"))
        self._seen.pages.append(time.perf_counter() - now)

    async def beat(self) -> None:
        """Say that the page is open."""
        began = time.perf_counter()
        answer = await self._client.post(f"{self._at}/presence", data={"page": self._page, "state": "here"})
        well(answer)
        self._seen.beats.append(time.perf_counter() - began)


def well(answer: httpx2.Response) -> None:
    """Raise ValueError, which tells what was asked and what came, for any other status than that of success."""
    if not answer.is_success:
        told = " ".join(re.sub(r"<[^>]*>", " ", answer.text if answer.is_stream_consumed else "").split())
        page = answer.url.path.rpartition("/")[2]
        raise ValueError(f"{answer.status_code} for {answer.request.method} {page}: {told[-200:]}")


def answers(scenario: Scenario) -> list[str]:
    """What candidates say in the calibration answers."""
    return [
        text
        for one in scenario.questions
        for text in (one.calibration.strong, one.calibration.acceptable, one.calibration.weak)
    ]


@asynccontextmanager
async def browsers(url: str) -> AsyncIterator[httpx2.AsyncClient]:
    """All browsers in one: connections are kept, as browsers do."""
    limits = httpx2.Limits(max_connections=None, max_keepalive_connections=None, keepalive_expiry=10.0)
    async with httpx2.AsyncClient(
        base_url=url, timeout=TIMEOUT, follow_redirects=True, limits=limits, trust_env=False
    ) as client:
        yield client


async def until(moment: float) -> None:
    """Wait until a time of the monotonic clock."""
    await asyncio.sleep(max(0.0, moment - time.perf_counter()))


# Load


async def under_load(url: str, tokens: Sequence[str], texts: Sequence[str], candidates: int, minutes: float) -> Seen:
    """Everybody begins; then all answer at their own times."""
    seen = Seen()
    async with browsers(url) as client:
        gate = asyncio.Semaphore(AT_ONCE)

        async def come(token: str) -> Candidate:
            async with gate:
                one = Candidate(client, token, seen)
                await one.begin()
                return one

        there = await asyncio.gather(*(come(token) for token in tokens[:candidates]))
        begin = time.perf_counter() + 1.0
        end = begin + minutes * 60.0
        spare = iter(tokens[candidates:])
        people = (
            _person(number, one, (begin, EVERY * number / candidates, end), spare, texts)
            for number, one in enumerate(there)
        )
        await asyncio.gather(*(_guarded(one, seen) for one in people))
    return seen


async def _guarded(person: Any, seen: Seen) -> None:
    try:
        await person
    except (httpx2.HTTPError, ValueError, AssertionError) as error:
        seen.failed[f"{type(error).__name__}: {error}"] += 1


async def _person(
    number: int, one: Candidate, times: tuple[float, float, float], spare: Iterator[str], texts: Sequence[str]
) -> None:
    """Answer again and again between begin and end, the first time at one's own place in the first minute."""
    random = Random(number)
    begin, place, end = times
    here = [one]
    beats = asyncio.create_task(_beats(here, random.uniform(0, BEAT_EVERY)))
    try:
        for turn in count():
            due = max(begin, begin + place + EVERY * turn + random.uniform(-ABOUT, ABOUT))
            if due >= end:
                return
            await until(due)
            await here[0].answer(f"{texts[(number + turn) % len(texts)]} ({number}.{turn})", due)
            if here[0].over:
                here[0] = here[0].another(next(spare))
                await here[0].begin()
    finally:
        beats.cancel()
        await asyncio.gather(beats, return_exceptions=True)


async def _beats(here: Sequence[Candidate], first: float) -> None:
    await asyncio.sleep(first)
    while True:
        await here[0].beat()
        await asyncio.sleep(BEAT_EVERY)


def stored(home: Path) -> dict[str, list[str]]:
    """Under the hash of each link, the candidate's words that the database holds, in order."""
    store = Store(Settings.load(environ={"INTERVIEWER_HOME": str(home)}).database)
    try:
        invites = Office(store.database).invites("backend")
        return {one.token_sha256: list(_words(store, one)) for one in invites}
    finally:
        store.close()


def _words(store: Store, invite: Invite) -> Iterator[str]:
    for name in invite.interviews:
        for event in store.open(name).events:
            if isinstance(event, Said) and event.who is Who.CANDIDATE:
                yield event.text


def compared(seen: Seen, kept: dict[str, list[str]]) -> tuple[int, int]:
    """How many acknowledged answers are not stored in their order, and how many are stored twice."""
    lost = twice = 0
    for token, sent in seen.taken.items():
        there = kept.get(token_sha256(token), [])
        lost += sum((Counter(sent) - Counter(there)).values())
        lost += int([one for one in there if one in set(sent)] != sent)
        twice += sum(times - 1 for times in Counter(there).values())
    return lost, twice


def failures(seen: Seen) -> Iterator[Measure]:
    """How many requests failed, and how."""
    yield Measure("requests that failed", sum(seen.failed.values()), "", 0)
    for words, times in seen.failed.most_common(5):
        yield Measure(f"  {words[:300]}", times, "")


def load_measures(candidates: int, minutes: float) -> Iterator[Measure]:
    """The rows of the load."""
    scenario = load_file(content("scenarios") / f"{SCENARIO}.yaml")
    texts = answers(scenario)
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        tokens = furnish(home, scenario, ROUNDS * candidates)
        with Served(home) as served:
            began, used = time.perf_counter(), processor_seconds(served.process.pid)
            seen = asyncio.run(under_load(served.url, tokens, texts, candidates, minutes))
            share = (processor_seconds(served.process.pid) - used) / (time.perf_counter() - began)
            memory = megabytes(served.process.pid)
        lost, twice = compared(seen, stored(home))
    what = f"{candidates} candidates, {minutes:g} min"
    yield Measure(f"{what}: answers", len(seen.turns), "")
    yield Measure("words of an answer, median", statistics.median(len(text.split()) for text in texts), "")
    yield Measure("a turn, judged and answered: median", statistics.median(seen.turns), "s")
    yield Measure("a turn, judged and answered: p95", p95(seen.turns), "s", 1.5)
    yield Measure("a turn, judged and answered: slowest", max(seen.turns), "s")
    yield Measure("the first line: p95", p95(seen.lines), "s")
    yield Measure("the page after it: p95", p95(seen.pages), "s")
    yield Measure("a sign of presence: p95", p95(seen.beats or [0.0, 0.0]), "s")
    yield Measure("answers that were lost", lost, "", 0)
    yield Measure("answers that were stored twice", twice, "", 0)
    yield from failures(seen)
    yield Measure("cores that the server used", share, "")
    yield Measure("resident memory at the end", memory, "MB")


# Memory


def megabytes(process: int) -> float:
    """What a process has in memory (resident)."""
    status = Path(f"/proc/{process}/status")
    if status.exists():
        line = next(one for one in status.read_text(encoding="ascii").splitlines() if one.startswith("VmRSS"))
        return int(line.split()[1]) * 1024 / 1e6
    told = subprocess.run(["ps", "-o", "rss=", "-p", str(process)], capture_output=True, check=True, encoding="ascii")
    return int(told.stdout) * 1024 / 1e6


def processor_seconds(process: int) -> float:
    """Processor time that a process has used; zero where the system does not tell."""
    stat = Path(f"/proc/{process}/stat")
    if not stat.exists():
        return 0.0
    fields = stat.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def many_turns(url: str, tokens: Sequence[str], turns: int, process: int) -> tuple[Seen, list[tuple[int, float]]]:
    """So many turns; how much memory there was in use after how many."""
    seen = Seen()
    samples: list[tuple[int, float]] = []
    left = iter(tokens)
    words = cycle(SHORT)

    async def work(client: httpx2.AsyncClient) -> None:
        for token in left:
            one = Candidate(client, token, seen)
            await one.begin()
            while not one.over:
                if len(seen.turns) >= turns or seen.failed.total() > 100:
                    return
                await one.answer(f"{next(words)} ({len(seen.turns)})", time.perf_counter())
                if len(seen.turns) % 100 == 0:
                    samples.append((len(seen.turns), megabytes(process)))

    async with browsers(url) as client:
        await asyncio.gather(*(_guarded(work(client), seen) for _ in range(AT_ONCE)))
    return seen, samples


def slope(samples: Sequence[tuple[int, float]]) -> float:
    """Growth in MB for a thousand turns, by least squares; none where there is but one number of turns."""
    if len({turns for turns, _ in samples}) < 2:
        return 0.0
    return statistics.linear_regression(*zip(*samples, strict=True)).slope * 1000


def memory_measures(turns: int) -> Iterator[Measure]:
    """The rows of the memory."""
    scenario = load_file(content("scenarios") / f"{SCENARIO}.yaml")
    with tempfile.TemporaryDirectory() as folder:
        tokens = furnish(Path(folder), scenario, max(50, turns // 4))
        with Served(Path(folder)) as served:
            before = megabytes(served.process.pid)
            seen, samples = asyncio.run(many_turns(served.url, tokens, turns, served.process.pid))
        lost, twice = compared(seen, stored(Path(folder)))
    second = [one for one in samples if one[0] >= turns / 2]
    yield Measure("turns, one after another", len(seen.turns), "")
    yield Measure("interviews they were in", len(seen.taken), "")
    yield Measure("resident memory before the first", before, "MB")
    for part in (10, 2, 1):
        at = min(samples, key=lambda one: abs(one[0] - turns / part))
        yield Measure(f"resident memory after {at[0]} turns", at[1], "MB")
    yield Measure("growth for 1,000 turns, over all", slope(samples), "MB")
    yield Measure("growth for 1,000 turns, second half", slope(second), "MB", 1.0)
    yield Measure("answers that were lost or stored twice", lost + twice, "", 0)
    yield from failures(seen)


# Doubts


def doubts(seeds: int) -> Iterator[tuple[str, str, int]]:
    """Scenario, manner, and the number of decisive doubts of each simulated candidate's interview."""
    with tempfile.TemporaryDirectory() as folder:
        ours = Program(Settings.load(environ={"INTERVIEWER_HOME": folder}))
        manners = read_manners(content("evals") / "candidates" / "lines.yaml")
        for path in sorted(content("scenarios").glob("*.yaml")):
            scenario = load_file(path)
            cases = read_cases([content("evals") / "golden" / f"{scenario.id}.jsonl"], {scenario.id: scenario})
            setting = Setting(ours.team(), scenario, Material(scenario, cases), manners)
            names = [one.id for one in scenario.questions]
            for character in EVERYBODY:
                for seed in range(seeds):
                    person = Simulated(character.name, character, 0, clock_time(9))
                    begin = started(setting, datetime(2026, 1, 5, 9, tzinfo=UTC), names, 2.0, f"{seed:016x}")
                    events = hold(person, character, setting, begin, "bench")
                    yield scenario.id, character.name, len(summarise(replay(scenario, events)).doubts)


def doubt_measures(seeds: int) -> Iterator[Measure]:
    """The rows of the doubts."""
    found = list(doubts(seeds))
    numbers = [number for _, _, number in found]
    yield Measure("simulated interviews", len(numbers), "")
    yield Measure("decisive doubts of one: median", statistics.median(numbers), "", 3)
    yield Measure("decisive doubts of one: mean", statistics.mean(numbers), "")
    yield Measure("decisive doubts of one: most", max(numbers), "")
    for scenario in sorted({name for name, _, _ in found}):
        own = [number for name, _, number in found if name == scenario]
        yield Measure(f"  {scenario}: median", statistics.median(own), "")


def on_two_cores() -> None:
    """The server and what asks it share two cores, on a larger machine too."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, set(sorted(os.sched_getaffinity(0))[:CORES]))


def measures(candidates: int, minutes: float, turns: int, only: str = "") -> Iterator[Measure]:
    """All rows, or those of one part."""
    on_two_cores()
    if only in ("", "load"):
        yield from load_measures(candidates, minutes)
    if only in ("", "memory"):
        yield from memory_measures(turns)
    if only in ("", "doubts"):
        yield from doubt_measures(seeds=2)
