"""`interviewer serve`: the screening pages, from one process on one database."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Annotated, Final

import typer

from interviewer.bootstrap import Program, program
from interviewer.core.errors import UsageError

if TYPE_CHECKING:
    from interviewer.web.config import Serving

_EXTRA: Final = frozenset({"argon2", "fastapi", "itsdangerous", "python_multipart", "starlette", "uvicorn"})


def serve(
    host: Annotated[str, typer.Option(help="The address to listen at.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="The port; 0 takes any that is free.")] = 8000,
    demo: Annotated[
        bool, typer.Option("--demo", help="With a position of twelve simulated candidates, to look around.")
    ] = False,
) -> None:
    """Serve the pages for screening: positions and invitations, candidates' interviews, review."""
    try:
        from interviewer.web import server
    except ModuleNotFoundError as error:
        if error.name not in _EXTRA:
            raise
        raise UsageError(
            f"The pages need packages that are not installed ({error.name}).",
            "Run: pip install 'quoted-interviewer[web]'",
        ) from None
    ours = program()

    def prepare(serving: Serving) -> None:
        if demo:
            _demo(ours, host, serving)

    with suppress(KeyboardInterrupt):
        server.serve(ours, host, port, lambda serving: _say(ours, serving), prepare)
    typer.echo("Stopped. Interviews that were under way go on when the pages are served again.")


def _demo(ours: Program, host: str, serving: Serving) -> None:
    """Make the demo where it is missing, with an account where nobody else can reach the pages."""
    from interviewer.hosting import demo
    from interviewer.hosting.passwords import Passwords
    from interviewer.web.config import LOOPBACK, loopback

    demo.seed(ours, typer.echo)
    # Behind a proxy the address to listen at is this machine's own, but the public one is not.
    demo.account(ours, Passwords(), typer.echo, local=loopback(host) and serving.hosts == LOOPBACK)


def _say(ours: Program, serving: Serving) -> None:
    """The first lines: where to open the pages, and what comes first."""
    typer.echo(f"The pages are served at {serving.public_url}")
    if not ours.office.accounts():
        typer.echo("There is no account yet. Make the first one in another terminal:")
        typer.echo("  interviewer user add NAME --role admin")
    typer.echo("Stop with Ctrl+C.")
