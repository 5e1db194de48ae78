"""`interviewer user`: accounts are made and changed from the command line, and no password is ever shown."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from threading import Timer

import pytest
from argon2 import PasswordHasher

from interviewer.bootstrap import program
from interviewer.cli import users
from interviewer.hosting.passwords import Passwords
from interviewer.screening.accounts import MAX_PASSWORD, Account, after_wrong
from interviewer.screening.records import PROGRAM, Deed
from interviewer.screening.roles import Role
from tests.test_cli_admin import Ran, Run, run

__all__ = ["run"]
WORDS = "correct horse battery"
OTHERS = "staple of another kind"


@pytest.fixture(autouse=True)
def light(monkeypatch: pytest.MonkeyPatch) -> Passwords:
    """Hashing that takes no time worth mentioning."""
    made = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    monkeypatch.setattr(users, "_passwords", lambda: made)
    return made


class Stream:
    """Standard input that is a pipe."""

    def __init__(self, text: str) -> None:
        self._text = text

    def isatty(self) -> bool:
        return False

    def readline(self, limit: int = -1) -> str:
        line, _, self._text = self._text.partition("\n")
        return (line + "\n")[:limit]


Typed = Callable[..., Ran]


@pytest.fixture
def typed(run: Run, monkeypatch: pytest.MonkeyPatch) -> Typed:
    """Run the program with a text in its standard input."""

    def ran(text: str, *arguments: str) -> Ran:
        monkeypatch.setattr(sys, "stdin", Stream(text))
        done = run(*arguments)
        assert text.strip() == "" or text.strip() not in done.out + done.err
        return done

    return ran


def account(name: str) -> Account:
    found = program().office.account(name)
    assert found
    return found


def deeds() -> list[tuple[str, str, str, str]]:
    """The record, the first line first."""
    return [(one.who, one.deed, one.subject, one.target) for _, one in reversed(program().office.entries())]


def test_nobody_yet(run: Run, home: Path) -> None:
    ran = run("user", "list")
    assert ran == (0, "There are no accounts yet. Add one with `interviewer user add NAME --role admin`.\n", "")
    assert not home.exists()


def test_an_account_is_added_from_a_pipe(typed: Typed, run: Run, home: Path, light: Passwords) -> None:
    assert typed(f"{WORDS}\r\nand more\n", "user", "add", "ada", "--role", "admin") == (
        0, "ada may sign in as admin.\n", "",
    )  # fmt: skip
    made = account("ada")
    assert made.role is Role.ADMIN
    assert made.password.startswith("$argon2id$") and light.fits(made.password, WORDS)
    assert home.stat().st_mode & 0o777 == 0o700
    assert not [one for one in home.iterdir() if WORDS.encode() in one.read_bytes()]
    lines = run("user", "list").out.splitlines()
    assert lines[0].split() == ["Account", "Role", "Added", "(UTC)"]
    assert lines[1].split()[:2] == ["ada", "admin"]
    assert made.password not in "".join(lines)
    assert deeds() == [(PROGRAM, Deed.ACCOUNT_ADDED, "", "ada")]


def test_an_office_without_an_admin_is_told_so(typed: Typed) -> None:
    ran = typed(WORDS, "user", "add", "vera", "--role", "viewer")
    assert ran.code == 0 and "There is no admin yet" in ran.out
    assert "There is no admin" not in typed(WORDS, "user", "add", "ada", "--role", "admin").out
    assert "There is no admin" not in typed(WORDS, "user", "add", "rob", "--role", "reviewer").out


@pytest.mark.parametrize("text", ["", "\n", "too short\n", "x" * (MAX_PASSWORD + 1), "y" * 5000])
def test_a_password_that_breaks_the_rules_adds_nobody(typed: Typed, text: str) -> None:
    ran = typed(text, "user", "add", "ada", "--role", "admin")
    assert ran.code == 2
    assert ran.err.startswith("A password has 12 to 256 characters.")
    assert program().office.accounts() == ()


def test_the_longest_password_is_one(typed: Typed, light: Passwords) -> None:
    longest = "ä" * MAX_PASSWORD
    assert typed(longest + "\r\n", "user", "add", "ada", "--role", "admin").code == 0
    assert light.fits(account("ada").password, longest)


@pytest.mark.parametrize("name", ["Ada", "a b", "", "-a", "a..b", "x" * 41, "ä", "../a", "a\x1b[2J", "=1+1"])
def test_a_name_that_is_none(typed: Typed, name: str) -> None:
    ran = typed(WORDS, "user", "add", "--role", "admin", "--", name)
    assert ran.code == 2 and "cannot be the name of an account" in ran.err


def test_a_name_is_taken_once(typed: Typed) -> None:
    typed(WORDS, "user", "add", "ada", "--role", "admin")
    before = account("ada")
    ran = typed(OTHERS, "user", "add", "ada", "--role", "viewer")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == "There is an account 'ada' already.\n`interviewer user password ada` changes it.\n"
    assert account("ada") == before


def test_a_password_is_never_an_argument(run: Run) -> None:
    assert run("user", "add", "ada", WORDS, "--role", "admin").code == 2
    assert run("user", "add", "ada", "--role", "admin", "--password", WORDS).code == 2
    assert run("user", "add", "ada").code == 2
    assert run("user", "add", "ada", "--role", "owner").code == 2


def test_a_new_password_ends_sessions_and_the_lock(typed: Typed, run: Run, light: Passwords) -> None:
    typed(WORDS, "user", "add", "ada", "--role", "admin")
    office = program().office
    begun = account("ada").epoch
    now = program().clock.now()
    for _ in range(5):
        office.change_account("ada", lambda one: after_wrong(one, now))
    assert "locked until" in run("user", "list").out
    ran = typed(OTHERS, "user", "password", "ada")
    assert ran.code == 0 and "has to sign in again" in ran.out
    changed = account("ada")
    assert changed.epoch == begun + 1 and not changed.locked(now) and changed.failures == 0
    assert light.fits(changed.password, OTHERS) and not light.fits(changed.password, WORDS)
    assert deeds()[-1] == (PROGRAM, Deed.PASSWORD_CHANGED, "", "ada")
    assert "locked" not in run("user", "list").out


def test_a_bad_new_password_changes_nothing(typed: Typed) -> None:
    typed(WORDS, "user", "add", "ada", "--role", "admin")
    before = account("ada")
    assert typed("short", "user", "password", "ada").code == 2
    assert account("ada") == before and len(deeds()) == 1


def test_a_role_is_changed(typed: Typed, run: Run) -> None:
    typed(WORDS, "user", "add", "ada", "--role", "admin")
    typed(WORDS, "user", "add", "rob", "--role", "reviewer")
    assert run("user", "role", "rob", "admin") == (0, "rob is now admin.\n", "")
    assert account("rob").role is Role.ADMIN
    assert run("user", "role", "ada", "viewer").code == 0
    assert deeds()[-2:] == [(PROGRAM, Deed.ROLE_CHANGED, "", name) for name in ("rob", "ada")]


def test_the_last_admin_stays(typed: Typed, run: Run) -> None:
    typed(WORDS, "user", "add", "ada", "--role", "admin")
    typed(WORDS, "user", "add", "rob", "--role", "reviewer")
    recorded = deeds()
    for command in (("remove", "ada"), ("role", "ada", "viewer")):
        ran = run("user", *command)
        assert (ran.code, ran.out) == (2, "")
        assert ran.err.startswith("'ada' is the last admin, and an office needs one.")
        assert account("ada").role is Role.ADMIN
    assert deeds() == recorded


def test_a_removed_account_is_gone_and_its_sessions_never_come_alive_again(typed: Typed, run: Run) -> None:
    typed(WORDS, "user", "add", "ada", "--role", "admin")
    typed(WORDS, "user", "add", "rob", "--role", "reviewer")
    old = account("rob")
    assert run("user", "remove", "rob") == (0, "rob may no longer sign in.\n", "")
    assert "rob" not in run("user", "list").out
    assert deeds()[-1] == (PROGRAM, Deed.ACCOUNT_REMOVED, "", "rob")
    # A password that was changed every second of its life would be needed for the numbers to meet.
    assert old.epoch >= int((program().clock.now() - timedelta(minutes=10)).timestamp())


@pytest.mark.parametrize("command", [("password", "nobody"), ("role", "nobody", "viewer"), ("remove", "nobody")])
def test_an_unknown_account_is_wrong_use(typed: Typed, command: tuple[str, ...]) -> None:
    assert typed(WORDS, "user", *command) == (
        2, "", "There is no account 'nobody'.\n`interviewer user list` shows all of them.\n",
    )  # fmt: skip


def test_without_the_web_application_the_way_to_it_is_told(
    run: Run, monkeypatch: pytest.MonkeyPatch, light: Passwords
) -> None:
    monkeypatch.undo()
    monkeypatch.setitem(sys.modules, "interviewer.hosting.passwords", None)
    with pytest.raises(Exception, match="not installed"):
        users._passwords()


def at_a_terminal(*answers: str) -> tuple[int, str]:
    """Add `ada` at a terminal of its own, typing an answer whenever one is asked for; status, and what was shown."""
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "interviewer", "user", "add", "ada", "--role", "admin"]
    process = subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True)
    os.close(theirs)
    late = Timer(60, process.kill)
    late.start()
    shown, left = b"", list(answers)
    with suppress(OSError), os.fdopen(ours, "r+b", buffering=0) as screen:
        while piece := screen.read(1024):
            shown += piece
            # The blank comes when nothing is shown any more.
            if left and shown.endswith(b": "):
                screen.write(left.pop(0).encode() + b"\n")
                shown += b"\n"
    late.cancel()
    return process.wait(timeout=30), shown.decode()


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such terminals")
def test_at_a_terminal_it_is_asked_twice_and_not_shown() -> None:
    code, shown = at_a_terminal(WORDS, OTHERS, WORDS, WORDS)
    assert code == 0, shown
    assert "ada may sign in as admin." in shown and "do not match" in shown
    assert WORDS not in shown and OTHERS not in shown
    assert Passwords().fits(account("ada").password, WORDS)
