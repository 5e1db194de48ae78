"""What `doctor` looks at: each check tells what it found and, where something is wrong, what to do."""

from __future__ import annotations

import os
import platform
import re
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from importlib import metadata
from pathlib import Path
from typing import Final

from interviewer import __version__
from interviewer.bootstrap import Program
from interviewer.cli.interviews import Standing, entry_of
from interviewer.cli.showing import console
from interviewer.core.errors import InterviewerError
from interviewer.core.events import Who
from interviewer.core.findings import Assessment
from interviewer.core.state import Turn
from interviewer.settings import DEFAULT, HOME

LEAST_SPACE: Final = 100 * 1024 * 1024
"""Free bytes in the home folder below which something is wrong."""
NARROW: Final = 60
"""Columns below which tables are hard to read."""
DISTRIBUTION: Final = "quoted-interviewer"
_REINSTALL: Final = f"Install the program again: `pip install --force-reinstall {DISTRIBUTION}`."


class Health(StrEnum):
    """The outcome of a check; a note is worth knowing, and no failure."""

    OK = "ok"
    NOTE = "note"
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at."""

    name: str
    health: Health
    found: str
    remedy: str = ""


Checks = Iterator[Check]


def guarded(name: str, checks: Callable[[Program], Checks], ours: Program) -> Checks:
    """The checks of a part; whatever goes wrong within them is itself a problem that was found."""
    try:
        yield from checks(ours)
    except InterviewerError as error:
        yield Check(name, Health.PROBLEM, error.message, error.remedy)
    except Exception as error:  # noqa: BLE001 - a doctor reports whatever fails, and goes on
        yield Check(name, Health.PROBLEM, f"cannot be used ({type(error).__name__}: {error})", _REINSTALL)


def program_checks() -> Checks:
    """Versions of the program, of Python and of the packages it uses."""
    yield Check("program", Health.OK, f"interviewer {__version__}, Python {platform.python_version()}")
    try:
        requirements = metadata.requires(DISTRIBUTION) or []
    except metadata.PackageNotFoundError:
        yield Check("packages", Health.NOTE, "the program runs without being installed", _REINSTALL)
        return
    names = [found[0] for one in requirements if "extra ==" not in one and (found := re.match(r"[\w.-]+", one))]
    versions, missing = [], []
    for name in names:
        try:
            versions.append(f"{name} {metadata.version(name)}")
        except metadata.PackageNotFoundError:
            missing.append(name)
    if missing:
        yield Check("packages", Health.PROBLEM, f"missing: {', '.join(missing)}", _REINSTALL)
    yield Check("packages", Health.OK, ", ".join(versions))


def settings_checks(ours: Program) -> Checks:
    """Each setting that is not left as it was, and where its value came from; of a key, that there is one."""
    settings = ours.settings
    yield Check("setting", Health.OK, f"{HOME} = {settings.home} (from {settings.sources[HOME]})")
    for name, value, source in settings.models.told():
        if source != DEFAULT:
            yield Check("setting", Health.OK, f"{name} = {value} (from {source})")


def home_checks(ours: Program) -> Checks:
    """The home folder: writable, private, with space left."""
    home = ours.settings.home
    there = next(one for one in (home, *home.parents) if one.exists())
    remedy = f"Make it writable for you, or set {HOME} to another folder."
    if home.exists() and not _can_write(home):
        yield Check("home folder", Health.PROBLEM, f"{home} cannot be written", remedy)
    elif not home.exists() and not os.access(there, os.W_OK | os.X_OK):
        yield Check("home folder", Health.PROBLEM, f"{home} cannot be made in {there}", remedy)
    else:
        yield Check("home folder", Health.OK, f"{home}{'' if home.exists() else ', made with the first interview'}")
    mode = home.stat().st_mode & 0o777 if home.exists() else 0o700
    if mode & 0o022:
        words = f"other users may change what is in it (mode {mode:o})"
        yield Check("home folder", Health.PROBLEM, words, f"Run: chmod 700 '{home}'")
    elif mode & 0o077:
        words = f"other users may see the names of its files (mode {mode:o}); the database is closed to them"
        yield Check("home folder", Health.NOTE, words, f"Run: chmod 700 '{home}'")
    free = shutil.disk_usage(there).free
    if free < LEAST_SPACE:
        yield Check("free space", Health.PROBLEM, _megabytes(free), f"Free some space on the disk of {there}.")
    else:
        yield Check("free space", Health.OK, _megabytes(free))


def _can_write(folder: Path) -> bool:
    """Whether a file can be made in it: rights alone do not tell that of a read-only or full disk."""
    try:
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False


def _megabytes(size: int) -> str:
    return f"{size / 1024**3:.1f} GB" if size >= 1024**3 else f"{size / 1024**2:.0f} MB"


def database_checks(ours: Program) -> Checks:
    """The database: its version, its rights, and the log of every interview in it."""
    path = ours.settings.database
    if not path.exists():
        yield Check("database", Health.OK, f"{path}: none yet, made with the first interview")
        return
    # SQLModel takes long to load, and only a database that is there needs it.
    from interviewer.store.migrations import STEPS

    entries = [entry_of(ours.store, summary) for summary in ours.store.list()]
    version = STEPS[-1][0]
    yield Check("database", Health.OK, f"{path}, version {version}, interviews: {len(entries)}")
    mode = path.stat().st_mode & 0o777
    if mode & 0o077:
        words = f"other users may read it (mode {mode:o})"
        yield Check("database", Health.PROBLEM, words, f"Run: chmod 600 '{path}'")
    damaged = [one for one in entries if one.standing is Standing.DAMAGED]
    for one in damaged:
        name = one.summary.id
        remedy = f"`interviewer interviews export {name}` saves what is left of it."
        yield Check("database", Health.PROBLEM, f"interview {name} is damaged: {one.problem}", remedy)
    if entries and not damaged:
        yield Check("database", Health.OK, "the log of every interview holds together")


def judge_checks(ours: Program) -> Checks:
    """The embedded judge: its files are those it was built with, and it can judge an answer."""
    # The judge's runtime takes long to load.
    from interviewer.judging.encoder import FOLDER, SHA256, checked_bytes

    for name, expected in SHA256.items():
        checked_bytes(FOLDER, name, expected)
        yield Check("judge's file", Health.OK, f"{FOLDER / name}, sha256 {expected[:16]}")
    scenario = next((one.scenario for one in ours.library.list() if one.scenario), None)
    if scenario is None:
        return
    question = scenario.questions[0]
    answer = Turn(number=1, who=Who.CANDIDATE, text=question.calibration.strong, question=question.id)
    began = time.monotonic()
    outcome = ours.judge.assess(question, (answer,))
    seconds = time.monotonic() - began
    version = f"{outcome.judge.name}, {ours.judge.version.hash[:16]}"
    if isinstance(outcome, Assessment):
        yield Check("judge", Health.OK, f"{version}: loaded, and judged a sample answer, in {seconds:.1f} s")
    else:
        yield Check("judge", Health.PROBLEM, f"{version}: cannot judge a sample answer", _REINSTALL)


def scenario_checks(ours: Program) -> Checks:
    """The scenarios: how many there are, which are broken; and the interviewer's lines."""
    listed = ours.library.list()
    sound = [one for one in listed if not one.broken]
    found = f"{len(sound)} usable: {', '.join(one.id for one in sound) or 'none'}"
    yield Check("scenarios", Health.OK if sound else Health.PROBLEM, found, "" if sound else _REINSTALL)
    for one in listed:
        if one.broken:
            first = one.problem.splitlines()[0]
            remedy = f"Correct it, then run `interviewer scenario check {one.path}`."
            yield Check("scenarios", Health.PROBLEM, f"{one.id} is broken: {first}", remedy)
    ours.library.lines()
    yield Check("lines", Health.OK, "the interviewer's lines can be read")


def terminal_checks() -> Checks:
    """What the terminal can show."""
    if not (sys.stdout and sys.stdout.isatty()):
        yield Check("terminal", Health.OK, f"none: standard output is a file or a pipe ({sys.stdout.encoding})")
        return
    screen = console()
    colours = screen.color_system or "none"
    yield Check("terminal", Health.OK, f"{screen.width} columns, colours: {colours}, {screen.encoding}")
    if not screen.encoding.startswith("utf"):
        words = f"{screen.encoding} lacks some of the marks; they are shown in ASCII"
        yield Check("terminal", Health.NOTE, words, "Set a UTF-8 locale, for instance LANG=C.UTF-8.")
    if screen.width < NARROW:
        yield Check("terminal", Health.NOTE, f"{screen.width} columns are few for tables", "Make the window wider.")
