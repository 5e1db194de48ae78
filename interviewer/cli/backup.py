"""`interviewer backup` and `interviewer restore`: the whole database as one file, and back."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from interviewer.bootstrap import Program, program
from interviewer.core.errors import CheckFailed, UsageError
from interviewer.core.turns import clean
from interviewer.screening.records import PROGRAM, Deed, Entry

if TYPE_CHECKING:
    from interviewer.store.backup import Contents

INTERRUPTED: Final = 130
SHOWN: Final = 10
"""Damaged interviews that are named."""

FileArgument = Annotated[Path, typer.Argument(metavar="FILE", help="The backup.")]


def backup(
    file: FileArgument,
    force: Annotated[bool, typer.Option("--force", help="Replace the file if there is one.")] = False,
) -> None:
    """Copy the database to a file, also while it is being served, and check the copy.

    The file is for you only, and holds all accounts, positions and interviews, but neither .env nor own scenarios.
    """
    # The database layer takes long to load.
    from interviewer.store.backup import back_up

    ours = program()
    contents = back_up(ours.settings.database, file, force=force)
    if contents.current:
        # A database that the next start would bring up to date first stays as it was backed up.
        ours.office.note(Entry(at=ours.clock.now(), who=PROGRAM, deed=Deed.BACKED_UP))
        ours.store.close()
    typer.echo(f"{_held(contents)} in {file} ({_size(file)}).")
    if contents.damaged:
        raise CheckFailed(
            f"The backup is a true copy, but of a database that is damaged: {_some(contents.damaged)}.",
            "Keep your older backups. `interviewer interviews export` saves what is left of an interview.",
        )
    typer.echo("The copy was checked: the log of every interview holds together.")


def restore(
    file: FileArgument,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask first.")] = False,
    damaged: Annotated[
        bool, typer.Option("--damaged", help="Restore it even if logs of interviews in it do not hold together.")
    ] = False,
) -> None:
    """Put a backup in the place of the database, which is kept beside it. Not while it is being served.

    What was deleted since the backup was made is deleted again, as far as the replaced database tells.
    """
    # The database layer takes long to load.
    from interviewer.hosting.lock import only_one
    from interviewer.hosting.restoring import restore as put_back
    from interviewer.store.backup import prepared

    ours = program()
    ours.settings.prepare_home()
    database = ours.settings.database
    with only_one(ours.settings.home) as tell:
        tell("a backup is being restored")
        with prepared(file, database) as (made, contents):
            if contents.damaged and not damaged:
                raise CheckFailed(
                    f"The backup {file} holds what is damaged: {_some(contents.damaged)}.",
                    "Restore an older one; or add --damaged to restore this one as it is.",
                )
            if database.exists() and not yes and not _sure(ours, contents):
                typer.echo("Nothing was restored.")
                return
            restored = put_back(ours, made)
    typer.echo(f"{_held(contents)} in {database}.")
    if restored.kept:
        typer.echo(f"What was there is kept in {restored.kept}. Delete it when you are sure: it holds people's words.")
    if restored.again:
        typer.echo(f"Deleted since the backup, and deleted again: {_some(restored.again)}.")


def _sure(ours: Program, contents: Contents) -> bool:
    database = ours.settings.database
    if not (sys.stdin and sys.stdin.isatty()):
        raise UsageError(f"{database} was not replaced: nobody can be asked here.", "Add --yes to replace it.")
    try:
        return typer.confirm(f"Replace {database} by the backup of {_held(contents)}?")
    except typer.Abort:
        raise typer.Exit(INTERRUPTED) from None


def _held(contents: Contents) -> str:
    many = f"{contents.interviews} interview{'' if contents.interviews == 1 else 's'}"
    return f"{many} (the last begun {contents.latest:%Y-%m-%d %H:%M} UTC)" if contents.latest else many


def _some(names: tuple[str, ...]) -> str:
    more = len(names) - SHOWN
    return clean("; ".join(names[:SHOWN]) + (f"; and {more} more" if more > 0 else ""))


def _size(file: Path) -> str:
    return f"{file.stat().st_size / 1e6:.1f} MB"
