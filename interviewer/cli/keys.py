"""`interviewer keys`: the key for a model's endpoint, kept in the home folder; shown to nobody."""

from __future__ import annotations

import sys
from typing import Final

import typer
from pydantic import SecretStr

from interviewer.settings import KEY, Settings

MAX_INPUT: Final = 2_000
"""Characters that are read of a key from standard input."""

app = typer.Typer(
    help="The key for a model's endpoint: keep it, remove it, or see whether there is one.", no_args_is_help=True
)


@app.command("set")
def set_key() -> None:
    """Ask for the key, without showing it, and keep it in the home folder for you only.

    In a pipe, the first line of standard input is the key.
    """
    settings = Settings.load()
    if sys.stdin.isatty():
        given = typer.prompt(f"Key for the endpoint ({KEY}; it is not shown)", hide_input=True)
    else:
        given = sys.stdin.readline(MAX_INPUT)
    path = settings.keep_key(SecretStr(given))
    typer.echo(f"Kept in {path}, which only you may read. A key alone changes nothing: no model is used unasked.")
    source = Settings.load().models.sources[KEY]
    if source != str(path):
        typer.echo(f"The {KEY} from {source} is used before it.")


@app.command("remove")
def remove() -> None:
    """Remove the key that is kept in the home folder."""
    settings = Settings.load()
    removed = settings.drop_key()
    typer.echo(f"Removed {settings.keys}." if removed else "There was no key in the home folder.")
    left = Settings.load().models
    if left.key is not None:
        typer.echo(f"There still is an {KEY} from {left.sources[KEY]}.")


@app.command("show")
def show() -> None:
    """Tell whether there is a key, where it comes from, and its last characters."""
    models = Settings.load().models
    if models.key is None:
        typer.echo("There is no key. `interviewer keys set` keeps one.")
        return
    end = f", ending in {models.key_end}" if models.key_end else ""
    typer.echo(f"There is a key{end} (from {models.sources[KEY]}).")
