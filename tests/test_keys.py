"""`interviewer keys`: a key is kept for its owner only, and shown to nobody."""

from __future__ import annotations

import os
import subprocess
import sys
import traceback
from pathlib import Path

import pytest
from pydantic import SecretStr
from typer.testing import CliRunner

from interviewer.cli.app import app
from interviewer.core.errors import SettingsError, UsageError
from interviewer.settings import KEY, Settings

CANARY = "sk-canary-4f1b7a2d9c3e8056"
run = CliRunner()


@pytest.fixture(autouse=True)
def no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(KEY, raising=False)


def keep(key: str = CANARY) -> str:
    done = run.invoke(app, ["keys", "set"], input=f"{key}\n")
    assert done.exit_code == 0, done.output
    assert CANARY not in done.output
    return done.output


def test_a_key_from_a_pipe_is_kept_for_its_owner_only(home: Path) -> None:
    said = keep()
    place = home / "keys.env"
    assert str(place) in said and "changes nothing" in said
    assert place.read_text() == f"OPENAI_API_KEY='{CANARY}'\n"
    assert place.stat().st_mode & 0o777 == 0o600
    assert [one.name for one in home.iterdir()] == ["keys.env"]
    settings = Settings.load()
    assert settings.models.key == SecretStr(CANARY)
    assert settings.models.sources[KEY] == str(place)
    for text in (str(settings), repr(settings), settings.model_dump_json(), *map(str, settings.models.told())):
        assert CANARY not in text


def test_a_new_key_takes_the_place_of_the_old(home: Path) -> None:
    keep("sk-old-old-old-old-old")
    (home / "keys.env").chmod(0o644)
    keep()
    assert (home / "keys.env").stat().st_mode & 0o777 == 0o600
    assert "old" not in (home / "keys.env").read_text()


def test_show_tells_whether_and_whence_and_the_end(home: Path) -> None:
    assert "There is no key" in run.invoke(app, ["keys", "show"]).output
    keep()
    said = run.invoke(app, ["keys", "show"]).output
    assert said == f"There is a key, ending in 8056 (from {home / 'keys.env'}).\n"


def test_of_a_short_key_nothing_is_shown() -> None:
    keep("sk-short")
    assert "ending" not in run.invoke(app, ["keys", "show"]).output


def test_a_key_of_the_environment_comes_first_and_is_told(monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    monkeypatch.setenv(KEY, "sk-from-the-environment-9999")
    assert f"The {KEY} from the environment is used before it." in keep()
    assert "ending in 9999 (from the environment)" in run.invoke(app, ["keys", "show"]).output
    said = run.invoke(app, ["keys", "remove"]).output
    assert "Removed" in said and f"There still is an {KEY} from the environment." in said
    assert not (home / "keys.env").exists()


def test_remove_without_a_key() -> None:
    done = run.invoke(app, ["keys", "remove"])
    assert done.exit_code == 0 and "no key in the home folder" in done.output


@pytest.mark.parametrize("given", ["", "   ", "two words", "sk-'quoted'", "sk-\x1b[2J", "sk-é", "x" * 501])
def test_what_is_no_key_is_refused_and_never_told(home: Path, given: str) -> None:
    keep()
    with pytest.raises(UsageError) as told:
        Settings.load().keep_key(SecretStr(given))
    assert told.value.exit_code == 2 and told.value.remedy
    assert not given.strip() or given.strip() not in str(told.value)
    assert CANARY in (home / "keys.env").read_text()


def test_a_folder_that_cannot_be_written_keeps_the_old_key(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keep("sk-old-old-old-old-old")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(SettingsError, match="No space left on device") as told:
        Settings.load().keep_key(SecretStr(CANARY))
    assert CANARY not in "".join(traceback.format_exception(told.value))
    assert "old" in (home / "keys.env").read_text()
    assert [one.name for one in home.iterdir()] == ["keys.env"]


def test_the_whole_command_in_a_process(home: Path) -> None:
    """The key is no argument, so that no list of processes shows it, and no output holds it."""
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1]), "INTERVIEWER_HOME": str(home)}
    for arguments, given, status in (("set", CANARY, 0), ("show", "", 0), ("remove", "", 0), ("set", "a b", 2)):
        done = subprocess.run(
            [sys.executable, "-m", "interviewer", "keys", arguments],
            input=f"{given}\n",
            env=environment,
            capture_output=True,
            encoding="utf-8",
            timeout=60,
        )
        assert done.returncode == status, done.stderr
        assert CANARY not in done.stdout + done.stderr
    assert done.stderr == "This is no key.\nCopy it again, whole, without blanks or quotes.\n"
