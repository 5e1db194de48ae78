"""The typer app with all its commands, and the one boundary where errors become words and an exit status."""

from __future__ import annotations

import sys
from contextlib import suppress
from pathlib import Path
from typing import TextIO

import typer

from interviewer import __version__, failures
from interviewer.cli import backup, doctor, evals, interviews, keys, menu, practice, report, scenarios, serve, users
from interviewer.core.errors import InterviewerError
from interviewer.core.turns import clean
from interviewer.settings import Settings

INTERRUPTED = 130

app = typer.Typer(
    name="interviewer",
    help="A structured technical interview in conversation. Every score rests on your own words.",
    epilog="Begin with `interviewer practice`: no account, no key, no network.",
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("practice")(practice.practice)
app.command("resume")(practice.resume)
app.command("report")(report.report)
app.add_typer(interviews.app, name="interviews")
app.add_typer(scenarios.app, name="scenario")
app.add_typer(evals.app, name="eval")
app.add_typer(keys.app, name="keys")
app.add_typer(users.app, name="user")
app.command("serve")(serve.serve)
app.command("backup")(backup.backup)
app.command("restore")(backup.restore)
app.command("doctor")(doctor.doctor)


@app.callback(invoke_without_command=True)
def start(
    context: typer.Context,
    version: bool = typer.Option(False, "--version", help="Print the version and stop."),
) -> None:
    """A structured technical interview in conversation. Every score rests on your own words."""
    if version:
        typer.echo(f"interviewer {__version__}")
        raise typer.Exit
    if context.invoked_subcommand is None:
        menu.menu(context)


def main() -> None:
    """Run the command line; every way out has its exit status (DESIGN: 0, 1, 2, 3, 4, 130)."""
    _forgiving_streams()
    try:
        app()
    except InterviewerError as error:
        _tell(error.message, error.remedy)
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    except BrokenPipeError:
        # Whoever read our output has closed it; say nothing more, and keep the interpreter from trying to.
        sys.stdout = None
        sys.exit(0)
    except Exception as error:  # noqa: BLE001 - the boundary: our own failure, told without a traceback
        where = _keep(error)
        _tell(
            f"The program itself failed ({type(error).__name__}). Nothing that was stored is lost.",
            f"`interviewer resume` goes on where it was. {where}",
        )
        sys.exit(1)


def _forgiving_streams() -> None:
    """Undecodable input and unprintable output are replaced and never end the program."""
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")


def _tell(message: str, remedy: str) -> None:
    with suppress(OSError):
        stream: TextIO | None = sys.stderr
        if stream is None:
            return
        # Names of interviews, files and scenarios may come from strangers.
        stream.write("".join(f"{clean(part)}\n" for part in (message, remedy) if part))
        stream.flush()


def _keep(error: Exception) -> str:
    """Keep the frames of a failure for a bug report, and say where they are."""
    home: Path | None = None
    with suppress(InterviewerError):
        home = Settings.load().home
    place = failures.keep(error, home)
    if place:
        return f"The places in the code are in {place}; please report them."
    return "Please report it with: " + " < ".join(reversed(failures.names(error)))


if __name__ == "__main__":
    main()
