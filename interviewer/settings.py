"""The only reader of the environment.

A value comes from the first of these that has it: the real environment, `.env` in the current folder, `.env` in the
home folder, the default; a key also from the home folder's `keys.env`, which `interviewer keys set` writes. Each value
remembers which it was, for `doctor`. An empty value is as good as none.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final, Self, TypeVar

import platformdirs
from pydantic import BaseModel, ConfigDict, Field, SecretStr

from interviewer.core.errors import SettingsError, UsageError
from interviewer.variables import (
    MAX_VALUE,
    UNBOUNDED,
    Source,
    Value,
    a_bound,
    a_count,
    a_file,
    a_number,
    a_text,
    env_file,
    find,
)
from interviewer.websettings import WebSettings, read_web

HOME: Final = "INTERVIEWER_HOME"
KEY: Final = "OPENAI_API_KEY"
BASE_URL: Final = "OPENAI_BASE_URL"
MODEL: Final = "INTERVIEWER_MODEL"
JUDGE_MODEL: Final = "INTERVIEWER_JUDGE_MODEL"
SPEAKER_MODEL: Final = "INTERVIEWER_SPEAKER_MODEL"
CHAT_MODEL: Final = "INTERVIEWER_CHAT_MODEL"
TIMEOUT: Final = "INTERVIEWER_MODEL_TIMEOUT"
RETRIES: Final = "INTERVIEWER_MODEL_RETRIES"
CONCURRENCY: Final = "INTERVIEWER_MODEL_CONCURRENCY"
TOKEN_BUDGET: Final = "INTERVIEWER_TOKEN_BUDGET"
COST_BUDGET: Final = "INTERVIEWER_COST_BUDGET"
PRICES: Final = "INTERVIEWER_PRICES"

ENVIRONMENT: Final = "the environment"
DEFAULT: Final = "default"
KEYS_FILE: Final = "keys.env"
"""In the home folder: the key that the user gave us to keep."""
KEY_END: Final = 4
"""The last characters of a key that may be shown, where it is long enough to be none the weaker for it."""

T = TypeVar("T")


class ModelSettings(BaseModel):
    """What the user has set about chat models, and where each value came from."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: SecretStr | None = Field(None, description="The key for the endpoint; local servers want none.")
    base_url: str = Field("", description="The endpoint; empty: OpenAI's own.")
    model: str = Field("", description="The model for everything that has none of its own; empty: none.")
    judge_model: str = Field("", description="A model of its own that judges.")
    speaker_model: str = Field("", description="A model of its own that speaks.")
    path: str = Field("", description="The import path of a LangChain chat model, used in place of an endpoint.")
    timeout: float = Field(60.0, description="Seconds for all of a verdict.")
    retries: int = Field(2, description="How often a model is asked again.")
    concurrency: int = Field(4, description="Calls at the same time.")
    tokens: int | None = Field(500_000, description="Tokens that an interview may take; None: no bound.")
    dollars: float | None = Field(2.0, description="US dollars that an interview may take; None: no bound.")
    prices: Path | None = Field(None, description="The user's own file of prices.")
    sources: dict[str, str] = Field(default_factory=dict, description="For each variable, where its value came from.")

    @property
    def judge(self) -> str:
        """The model that judges; empty: none is named."""
        return self.judge_model or self.model

    @property
    def speaker(self) -> str:
        """The model that speaks; empty: none is named."""
        return self.speaker_model or self.model

    @property
    def configured(self) -> bool:
        """Whether there is a model to use; that alone changes nothing."""
        return bool(self.judge or self.speaker or self.path)

    @property
    def key_end(self) -> str:
        """The last characters of the key; empty where it is too short to show any."""
        secret = self.key.get_secret_value() if self.key else ""
        return secret[-KEY_END:] if len(secret) >= 4 * KEY_END else ""

    def told(self) -> Iterator[tuple[str, str, str]]:
        """Each variable, its value as it may be shown, and where it came from."""
        shown = {
            KEY: self.key and (f"ends in {self.key_end}" if self.key_end else "set"),
            BASE_URL: self.base_url,
            MODEL: self.model,
            JUDGE_MODEL: self.judge_model,
            SPEAKER_MODEL: self.speaker_model,
            CHAT_MODEL: self.path,
            TIMEOUT: f"{self.timeout:g}",
            RETRIES: str(self.retries),
            CONCURRENCY: str(self.concurrency),
            TOKEN_BUDGET: UNBOUNDED if self.tokens is None else str(self.tokens),
            COST_BUDGET: UNBOUNDED if self.dollars is None else f"{self.dollars:g}",
            PRICES: str(self.prices or ""),
        }
        for name, source in self.sources.items():
            yield name, shown[name] or "not set", source


class Settings(BaseModel):
    """What the user has set, and where each value came from."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    home: Path = Field(description="The folder that holds the database, own scenarios and settings.")
    sources: dict[str, str] = Field(description="For the home folder, where its value came from.")
    models: ModelSettings = Field(default_factory=ModelSettings, description="What is set about chat models.")
    web: WebSettings = Field(default_factory=WebSettings, description="What is set about serving pages.")

    @property
    def database(self) -> Path:
        """The file that holds the interviews."""
        return self.home / "interviews.db"

    @property
    def scenarios(self) -> Path:
        """The folder of the user's own scenarios; need not exist."""
        return self.home / "scenarios"

    @property
    def agreements(self) -> Path:
        """The folder that holds what the user agreed to: the home folder.

        Where the current folder's `.env` moved that, the default one: somebody else's folder agrees to nothing.
        """
        return self.home if self.sources[HOME] in (ENVIRONMENT, DEFAULT) else _default_home()

    @property
    def keys(self) -> Path:
        """The file of the key that the user gave us to keep; need not exist."""
        return self.home / KEYS_FILE

    @classmethod
    def load(cls, cwd: Path | None = None, environ: Mapping[str, str] | None = None) -> Self:
        """Read the settings; raises SettingsError that names variable, source and remedy."""
        cwd = cwd or Path.cwd()
        real = Source(ENVIRONMENT, os.environ if environ is None else environ, cwd)
        here = env_file(cwd / ".env")
        moved = find(HOME, (real, here))
        if moved:
            home, source = _folder(moved), moved.source
        else:
            home, source = _default_home(), DEFAULT
        kept = env_file(home / ".env")
        _refuse_moving_itself(home, kept)
        files = (real, here, kept)
        models = _models(files, env_file(home / KEYS_FILE))
        return cls(home=home, sources={HOME: source}, models=models, web=read_web(files, DEFAULT))

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

    def prepare_agreements(self) -> Path:
        """Make the folder of what the user agreed to where there is none; raises SettingsError."""
        try:
            self.agreements.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise _unwritable(self.agreements, error) from None
        return self.agreements

    def keep_key(self, key: SecretStr) -> Path:
        """Keep a key in the home folder, in a file for its owner only.

        Raises UsageError for what is no key, and SettingsError; the old one stays then.
        """
        line = f"{KEY}='{_checked(key)}'\n"
        made = self.prepare_home() / f".{KEYS_FILE}.{os.getpid()}"
        try:
            with suppress(FileNotFoundError):
                made.unlink()
            # Made for its owner only, rather than closed to others once the key is in it.
            handle = os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "w", encoding="ascii") as file:
                file.write(line)
                file.flush()
                os.fsync(handle)
            made.replace(self.keys)
        except OSError as error:
            with suppress(OSError):
                made.unlink()
            raise _unwritable(self.keys, error) from None
        return self.keys

    def drop_key(self) -> bool:
        """Remove the key that is kept; False if there was none. Raises SettingsError."""
        try:
            self.keys.unlink()
        except FileNotFoundError:
            return False
        except OSError as error:
            raise _unwritable(self.keys, error) from None
        return True


def _default_home() -> Path:
    return Path(platformdirs.user_data_dir("interviewer", appauthor=False))


def _models(sources: Sequence[Source], keys: Source) -> ModelSettings:
    """The settings of chat models. What other programs share is taken as it is, and checked when it is used."""
    told: dict[str, str] = {}
    default = ModelSettings()

    def read(name: str, made: Callable[[Value], T], otherwise: T, more: Sequence[Source] = ()) -> T:
        value = find(name, (*sources, *more))
        told[name] = value.source if value else DEFAULT
        return made(value) if value else otherwise

    return ModelSettings(
        key=read(KEY, lambda value: SecretStr(value.text), default.key, [keys]),
        base_url=read(BASE_URL, lambda value: value.text, default.base_url),
        model=read(MODEL, a_text, default.model),
        judge_model=read(JUDGE_MODEL, a_text, default.judge_model),
        speaker_model=read(SPEAKER_MODEL, a_text, default.speaker_model),
        path=read(CHAT_MODEL, a_text, default.path),
        timeout=read(TIMEOUT, a_number(1, 600), default.timeout),
        retries=read(RETRIES, a_count(0, 10), default.retries),
        concurrency=read(CONCURRENCY, a_count(1, 64), default.concurrency),
        tokens=read(TOKEN_BUDGET, a_bound(a_count(1, 1_000_000_000)), default.tokens),
        dollars=read(COST_BUDGET, a_bound(a_number(0.001, 10_000)), default.dollars),
        prices=read(PRICES, a_file, default.prices),
        sources=told,
    )


def _checked(key: SecretStr) -> str:
    """A key that can stand in a file and in a request; it is never told."""
    text = key.get_secret_value().strip()
    if not text or len(text) > MAX_VALUE or not all("!" <= char <= "~" and char not in "'\"\\" for char in text):
        raise UsageError("This is no key.", "Copy it again, whole, without blanks or quotes.")
    return text


def _folder(value: Value) -> Path:
    """The folder that a value names; a relative one stands beside the file, or in the folder, that names it."""
    try:
        folder = value.beside / Path(value.text).expanduser()
        taken = not stat.S_ISDIR(folder.stat().st_mode)
    except (FileNotFoundError, NotADirectoryError, PermissionError):
        # It is made when it is needed; whatever is in the way is told then.
        taken = False
    except (OSError, RuntimeError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else error
        raise SettingsError(
            f"{HOME} (from {value.source}) is no usable path: {value.text[:80]!r} ({why}).", f"Set {HOME} to a folder."
        ) from None
    if taken:
        raise SettingsError(
            f"{HOME} (from {value.source}) is {str(folder)!r}, which is no folder.", f"Set {HOME} to a folder."
        )
    return folder


def _refuse_moving_itself(home: Path, kept: Source) -> None:
    moved = find(HOME, [kept])
    if moved and _folder(moved) != home:
        raise SettingsError(
            f"{HOME} is set in {home / '.env'}, the home folder's own file, where it has no effect.",
            "Set it in the environment or in the current folder's .env, and remove it there.",
        )


def _unwritable(path: Path, error: OSError) -> SettingsError:
    return SettingsError(f"{path} cannot be changed: {error.strerror}.", "Make its folder writable for you.")
