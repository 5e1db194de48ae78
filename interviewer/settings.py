"""The only reader of the environment.

A value comes from the first of these that has it: the real environment, `.env` in the current folder, `.env` in the
home folder, the default. Each value remembers which it was, for `doctor`.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Final, Self

import platformdirs
from dotenv.parser import parse_stream
from pydantic import BaseModel, ConfigDict, Field

from interviewer.core.errors import SettingsError

HOME: Final = "INTERVIEWER_HOME"
ENVIRONMENT: Final = "the environment"
DEFAULT: Final = "default"


class Settings(BaseModel):
    """What the user has set, and where each value came from."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    home: Path = Field(description="The folder that holds the database, own scenarios and settings.")
    sources: dict[str, str] = Field(description="For each variable, where its value came from.")

    @property
    def database(self) -> Path:
        """The file that holds the interviews."""
        return self.home / "interviews.db"

    @property
    def scenarios(self) -> Path:
        """The folder of the user's own scenarios; need not exist."""
        return self.home / "scenarios"

    @classmethod
    def load(cls, cwd: Path | None = None, environ: Mapping[str, str] | None = None) -> Self:
        """Read the settings; raises SettingsError that names variable, source and remedy."""
        cwd = cwd or Path.cwd()
        environ = os.environ if environ is None else environ
        here = _read_env(cwd / ".env")
        if environ.get(HOME):
            home, source = _folder(environ[HOME], cwd, ENVIRONMENT), ENVIRONMENT
        elif here.get(HOME):
            source = str(cwd / ".env")
            home = _folder(here[HOME], cwd, source)
        else:
            home, source = Path(platformdirs.user_data_dir("interviewer", appauthor=False)), DEFAULT
        _refuse_moving_itself(home)
        return cls(home=home, sources={HOME: source})

    def prepare_home(self) -> Path:
        """Make the home folder, for its owner only, where there is none; raises SettingsError."""
        try:
            self.home.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise SettingsError(
                f"The home folder {self.home} ({HOME}, from {self.sources[HOME]}) cannot be made: {error.strerror}.",
                f"Set {HOME} to a folder that you may write to.",
            ) from error
        return self.home


def _folder(value: str, beside: Path, source: str) -> Path:
    """The folder that a value names; a relative one stands beside the file, or in the folder, that names it."""
    try:
        folder = beside / Path(value).expanduser()
        taken = not stat.S_ISDIR(folder.stat().st_mode)
    except (FileNotFoundError, NotADirectoryError, PermissionError):
        # It is made when it is needed; whatever is in the way is told then.
        taken = False
    except (OSError, RuntimeError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else error
        raise SettingsError(
            f"{HOME} (from {source}) is no usable path: {value[:80]!r} ({why}).", f"Set {HOME} to a folder."
        ) from None
    if taken:
        raise SettingsError(
            f"{HOME} (from {source}) is {str(folder)!r}, which is no folder.", f"Set {HOME} to a folder."
        )
    return folder


def _refuse_moving_itself(home: Path) -> None:
    moved = _read_env(home / ".env").get(HOME)
    if moved and _folder(moved, home, str(home / ".env")) != home:
        raise SettingsError(
            f"{HOME} is set in {home / '.env'}, the home folder's own file, where it has no effect.",
            "Set it in the environment or in the current folder's .env, and remove it there.",
        )


def _read_env(path: Path) -> dict[str, str]:
    """The variables of a .env file that are ours; other programs' lines are none of our business."""
    try:
        with path.open(encoding="utf-8") as file:
            bindings = tuple(parse_stream(file))
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise SettingsError(f"The settings file {path} cannot be read: {why}.", "Correct or remove it.") from error
    found: dict[str, str] = {}
    for binding in bindings:
        if binding.error and HOME in binding.original.string:
            raise SettingsError(f"{path}:{binding.original.line}: {HOME} cannot be read.", f"Write {HOME}=FOLDER.")
        if binding.key == HOME and binding.value is not None:
            found[HOME] = binding.value
    return found
