"""`interviewer interviews`: what is stored on this machine, and whether it is still what was stored."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from interviewer.bootstrap import program
from interviewer.cli.practice import INTERRUPTED
from interviewer.cli.rejudge import rejudge_command
from interviewer.cli.showing import deliver, json_text, named, page, show_rows, write
from interviewer.cli.why import Told, tell
from interviewer.core.errors import CheckFailed, DamagedLog, IllegalEvent, InterviewerError, UsageError
from interviewer.core.events import Mode
from interviewer.core.hiring import summarise
from interviewer.core.machine import Phase
from interviewer.core.replay import replay
from interviewer.core.state import State
from interviewer.core.turns import clean

if TYPE_CHECKING:
    from rich.console import Console

    from interviewer.store import Store
    from interviewer.store.records import StoredInterview, Summary

SCHEMA: Final = "interviewer.interviews/1"
MARGIN: Final = 18
"""Columns for a turn's number and speaker."""

app = typer.Typer(
    help="List, show, verify, export or delete interviews.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

InterviewArgument = Annotated[
    str, typer.Argument(metavar="INTERVIEW", help="Id of an interview, the beginning of one, or `last`.")
]
OutputOption = Annotated[
    Path | None, typer.Option("--output", "-o", help="Write to this file instead of standard output.")
]


class ListFormat(StrEnum):
    """How a list is written."""

    TABLE = "table"
    JSON = "json"


class Standing(StrEnum):
    """Where a stored interview stands."""

    IN_PROGRESS = "in progress"
    PAUSED = "paused"
    ENDED = "ended"
    DAMAGED = "damaged"


@dataclass(frozen=True, slots=True)
class Entry:
    """One interview of the list; a problem says why it counts as damaged."""

    summary: Summary
    standing: Standing
    recommendation: str | None = None
    problem: str = ""


def replayed(stored: StoredInterview) -> State:
    """The state that a stored log tells; raises DamagedLog where it tells what cannot have happened."""
    try:
        return replay(stored.scenario, stored.events)
    except IllegalEvent as error:
        raise DamagedLog(
            f"The log of interview {stored.id} is damaged: its rows hold together, but {error.message}.",
            f"`interviewer interviews export {stored.id}` saves what is left of it.",
        ) from error


@app.command("list")
def list_(
    output_format: Annotated[ListFormat, typer.Option("--format", help="A table, or JSON for programs.")] = (
        ListFormat.TABLE
    ),
) -> None:
    """List all interviews, the newest first."""
    store = program().store
    entries = [entry_of(store, summary) for summary in store.list()]
    if output_format is ListFormat.JSON:
        deliver(json_text({"schema": SCHEMA, "interviews": [_plain(one) for one in entries]}), None, "the list")
        return
    if not entries:
        typer.echo("There are no interviews yet. Begin one with `interviewer practice`.")
        return
    show_rows(
        ("Interview", "Scenario", "Mode", "State", "Started (UTC)", "Recommendation"), [_cells(one) for one in entries]
    )
    for entry in entries:
        if entry.problem:
            typer.echo(f"{entry.summary.id}: {clean(entry.problem)}")


def entry_of(store: Store, summary: Summary) -> Entry:
    """An interview with what only its events tell; whatever is wrong with one stays with that one."""
    if summary.damaged:
        return Entry(summary, Standing.DAMAGED, problem=summary.problem)
    if summary.ended and summary.mode is Mode.PRACTICE:
        return Entry(summary, Standing.ENDED)
    try:
        state = replayed(store.open(summary.id))
    except InterviewerError as error:
        return Entry(summary, Standing.DAMAGED, problem=error.message)
    if not summary.ended:
        return Entry(summary, Standing.PAUSED if state.phase is Phase.PAUSED else Standing.IN_PROGRESS)
    return Entry(summary, Standing.ENDED, summarise(state).recommendation)


def _plain(entry: Entry) -> dict[str, str | None]:
    """An interview as `--format json` has it; times are UTC, and practice has no recommendation."""
    summary = entry.summary
    return {
        "id": summary.id,
        "scenario": summary.scenario_id or None,
        "mode": summary.mode,
        "state": entry.standing,
        "started_at": summary.started_at.isoformat() if summary.started_at else None,
        "recommendation": entry.recommendation,
    }


def _cells(entry: Entry) -> tuple[str, ...]:
    summary = entry.summary
    started = f"{summary.started_at:%Y-%m-%d %H:%M}" if summary.started_at else "-"
    return (
        summary.id,
        summary.scenario_id or "-",
        summary.mode or "-",
        entry.standing,
        started,
        entry.recommendation or "-",
    )


@app.command()
def show(
    interview: InterviewArgument,
    why: Annotated[
        bool, typer.Option("--why", help="Also tell each move's reason, and the findings behind it.")
    ] = False,
) -> None:
    """Show the transcript of an interview."""
    store = program().store
    stored = store.open(named(store, interview))
    replayed(stored)
    told = tell(stored.scenario, stored.events, why=why)
    with page() as out:
        write(out, stored.scenario.title, style="bold")
        write(out, f"{stored.id}, {stored.length} rows, head {stored.head[:16]}", style="dim")
        for one in told:
            _print(out, one)


def _print(out: Console, one: Told) -> None:
    if one.number is None:
        write(out, f"- {one.text}" if one.depth else one.text, MARGIN + 2 * one.depth, "dim")
        return
    label = f"{one.number:>3}  {one.who}"
    write(out, one.text, MARGIN, label=label, style="" if one.candidate else "bold")


@app.command()
def verify(
    interview: InterviewArgument,
    head: Annotated[
        str | None, typer.Option("--head", help="The head that a receipt, a report or an export shows.")
    ] = None,
) -> None:
    """Check that an interview's log is still what was stored."""
    store = program().store
    name = named(store, interview)
    found = store.verify(name, head)
    if found.ok:
        stored = store.open(name)
        replayed(stored)
        name = stored.id
    typer.echo(f"rows  {found.length}{'' if found.ok else ' that hold'}")
    typer.echo(f"head  {found.head}")
    if not found.ok:
        raise CheckFailed(
            f"The log of interview {name} does not hold: {clean(found.problem)}.",
            f"`interviewer interviews export {name}` saves what is left of it.",
        )
    if found.matched is not None:
        typer.echo(f"The head that was given is that of row {found.matched}; up to there nothing has changed.")
    typer.echo(f"The log of interview {name} holds together.")


@app.command()
def export(interview: InterviewArgument, output: OutputOption = None) -> None:
    """Write everything that is stored of an interview as JSON."""
    store = program().store
    plain = store.export(named(store, interview))
    deliver(json_text(plain), output, f"interview {plain['interview']}")


@app.command()
def delete(
    interview: InterviewArgument, yes: Annotated[bool, typer.Option("--yes", help="Do not ask first.")] = False
) -> None:
    """Delete an interview, and every word of it, for good."""
    store = program().store
    name = named(store, interview)
    if not yes:
        name = str(store.export(name)["interview"])
        if not (sys.stdin and sys.stdin.isatty()):
            raise UsageError(f"Interview {name} was not deleted: nobody can be asked here.", "Add --yes to delete it.")
        try:
            sure = typer.confirm(f"Delete interview {name} for good?")
        except typer.Abort:
            raise typer.Exit(INTERRUPTED) from None
        if not sure:
            typer.echo("Nothing was deleted.")
            return
    typer.echo(f"Interview {store.delete(name)} is deleted.")


app.command("rejudge")(rejudge_command)
