"""`interviewer user`: who may sign in to the office, and as what. Every change is in the office's record."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer
from pydantic import TypeAdapter, ValidationError

from interviewer.bootstrap import Program, program
from interviewer.cli.showing import show_rows
from interviewer.core.errors import NotFound, UsageError
from interviewer.screening.accounts import MAX_PASSWORD, MIN_PASSWORD, Account, UserName, after_right
from interviewer.screening.records import CANDIDATE, PROGRAM, Deed, Entry
from interviewer.screening.roles import Role

if TYPE_CHECKING:
    from interviewer.hosting.passwords import Passwords

app = typer.Typer(help="Who may sign in to the office: add, list, change and remove accounts.", no_args_is_help=True)

NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="Name of the account.")]


@app.command()
def add(
    name: NameArgument,
    role: Annotated[
        Role, typer.Option("--role", help="admin: everything; reviewer: invite, review and export; viewer: look only.")
    ],
) -> None:
    """Add an account. The password is asked for; in a pipe, the first line of standard input is the password."""
    passwords = _passwords()
    ours = program()
    ours.settings.prepare_home()
    taken = _checked(name)
    if ours.office.account(taken) is not None:
        raise UsageError(f"There is an account {taken!r} already.", f"`interviewer user password {taken}` changes it.")
    now = ours.clock.now()
    account = Account(
        name=taken,
        role=role,
        password=passwords.hash(_asked(taken)),
        created_at=now,
        # Not zero: a session of a removed account must not come alive again with a new one of the same name.
        epoch=int(now.timestamp()),
    )
    ours.office.add_account(account)
    _note(ours, Deed.ACCOUNT_ADDED, taken)
    typer.echo(f"{taken} may sign in as {role}.")
    if not any(one.role is Role.ADMIN for one in ours.office.accounts()):
        typer.echo("There is no admin yet, who would answer requests to delete: `interviewer user role NAME admin`.")


@app.command("list")
def list_() -> None:
    """List all accounts; passwords are shown to nobody."""
    ours = program()
    accounts = ours.office.accounts() if ours.store.database.exists() else ()
    if not accounts:
        typer.echo("There are no accounts yet. Add one with `interviewer user add NAME --role admin`.")
        return
    now = ours.clock.now()
    rows = [
        (one.name, one.role, f"{one.created_at:%Y-%m-%d %H:%M}", _standing(one, one.locked(now))) for one in accounts
    ]
    show_rows(("Account", "Role", "Added (UTC)", ""), rows)


@app.command()
def password(name: NameArgument) -> None:
    """Set a new password, end the account's sessions, and unlock it."""
    passwords = _passwords()
    ours = program()
    if ours.office.account(name) is None:
        raise NotFound(f"There is no account {name[:40]!r}.", "`interviewer user list` shows all of them.")
    hashed = passwords.hash(_asked(name))
    ours.office.change_account(
        name, lambda one: after_right(one).model_copy(update={"password": hashed, "epoch": one.epoch + 1})
    )
    _note(ours, Deed.PASSWORD_CHANGED, name)
    typer.echo(f"The password of {name} is changed. Whoever was signed in as {name} has to sign in again.")


@app.command("role")
def change_role(
    name: NameArgument, role: Annotated[Role, typer.Argument(metavar="ROLE", help="admin, reviewer or viewer.")]
) -> None:
    """Give an account another role, at once; the last admin stays one."""
    ours = program()
    ours.office.change_account(name, lambda one: one.model_copy(update={"role": role}))
    _note(ours, Deed.ROLE_CHANGED, name)
    typer.echo(f"{name} is now {role}.")


@app.command()
def remove(name: NameArgument) -> None:
    """Remove an account and end its sessions; what it did stays in the record. The last admin cannot be removed."""
    ours = program()
    ours.office.remove_account(name)
    _note(ours, Deed.ACCOUNT_REMOVED, name)
    typer.echo(f"{name} may no longer sign in.")


def _passwords() -> Passwords:
    """What hashes passwords: a part of the web application, which need not be installed, and slow to load."""
    try:
        from interviewer.hosting.passwords import Passwords
    except ModuleNotFoundError as error:
        raise UsageError(
            f"Accounts are for the web application, which is not installed ({error.name} is missing).",
            "Run: pip install 'quoted-interviewer[web]'",
        ) from error
    return Passwords()


def _checked(name: str) -> str:
    if name in (CANDIDATE, PROGRAM):
        raise UsageError(f"{name!r} stands for somebody else in the record of who did what.", "Choose another name.")
    try:
        return TypeAdapter(UserName).validate_python(name)
    except ValidationError:
        raise UsageError(
            f"{name[:60]!r} cannot be the name of an account.",
            "Use up to 40 small letters and digits, with single . _ or - between them.",
        ) from None


def _asked(name: str) -> str:
    """A password: asked for twice at a terminal, without showing it; else the first line of standard input."""
    if sys.stdin and sys.stdin.isatty():
        words = f"Password for {name} ({MIN_PASSWORD} characters or more; it is not shown)"
        return str(typer.prompt(words, hide_input=True, confirmation_prompt="The same again"))
    # One character more than is allowed, and the end of the line: what is too long shows as such.
    return sys.stdin.readline(MAX_PASSWORD + 3).rstrip("\r\n") if sys.stdin else ""


def _note(ours: Program, deed: Deed, name: str) -> None:
    ours.office.note(Entry(at=ours.clock.now(), who=PROGRAM, deed=deed, target=name))


def _standing(account: Account, locked: bool) -> str:
    return f"locked until {account.locked_until:%H:%M} UTC: too many wrong passwords" if locked else ""
