"""`interviewer doctor`: what the program finds on this machine, and what to do about what is wrong."""

from __future__ import annotations

import shutil
import sys
import textwrap
from collections.abc import Iterator
from typing import Annotated, Final

import typer

from interviewer.bootstrap import program
from interviewer.cli import checks, model_checks, model_trial
from interviewer.cli.checks import Check, Health
from interviewer.core.errors import CheckFailed, SettingsError
from interviewer.core.turns import clean

MARGIN: Final = 23
"""Columns for the outcome and the name of a check."""


def doctor(
    measure: Annotated[
        bool, typer.Option("--measure", help="Try the chat model on 40 labelled answers, and say what it is good for.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="With --measure: do not ask before spending.")] = False,
) -> None:
    """Check what the program needs on this machine."""
    if measure:
        model_trial.measure_model(program(), yes=yes)
        return
    problems = 0
    for one in _checks():
        problems += one.health is Health.PROBLEM
        health = one.health.upper() if one.health is Health.PROBLEM else one.health
        typer.echo(_wrapped(one.found, f"{health:<9}{one.name:<14}"))
        if one.remedy:
            typer.echo(_wrapped(one.remedy, " " * MARGIN))
    if problems:
        raise CheckFailed(f"{problems} problem{'' if problems == 1 else 's'} found.", "Each is marked PROBLEM above.")


def _wrapped(text: str, label: str) -> str:
    """A text beside its label; folded to the width of a terminal, and in one line elsewhere."""
    words = " ".join(clean(text).split())
    if not (sys.stdout and sys.stdout.isatty()):
        return label + words
    width = max(shutil.get_terminal_size().columns, MARGIN + 20)
    return textwrap.fill(words, width, initial_indent=label, subsequent_indent=" " * MARGIN, break_on_hyphens=False)


def _checks() -> Iterator[Check]:
    yield from checks.program_checks()
    try:
        ours = program()
    except SettingsError as error:
        yield Check("settings", Health.PROBLEM, error.message, error.remedy)
    else:
        for name, part in (
            ("settings", checks.settings_checks),
            ("home folder", checks.home_checks),
            ("database", checks.database_checks),
            ("scenarios", checks.scenario_checks),
            ("judge", checks.judge_checks),
            ("model", model_checks.model_checks),
        ):
            yield from checks.guarded(name, part, ours)
    yield from checks.terminal_checks()
