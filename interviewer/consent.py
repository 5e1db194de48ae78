"""Whether a person agreed that a model gets a candidate's words, and what they were told before they did.

The answers are kept in the home folder, in `model.json`. One holds for a place, its models and a version of the
notice: another place or another model is asked about anew.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from interviewer.cast import Cast, JudgeKind, SpeakerKind
from interviewer.core.errors import SettingsError

FILE: Final = "model.json"
VERSION: Final = "model/1"
"""Of the notice: counted up when what it says changes, so that everybody is asked again."""
MOST: Final = 20
"""So many answers are kept, the newest."""
SCHEMA: Final = "interviewer.model-consent/1"


class Answer(BaseModel):
    """An answer: for which place and models, and which part they may take."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    place: str
    judge: JudgeKind
    speaker: SpeakerKind
    judge_model: str
    speaker_model: str
    notice: str
    agreed: bool
    at: AwareDatetime

    @property
    def cast(self) -> Cast:
        """Who was to judge and to speak."""
        return Cast(self.judge, self.speaker, self.judge_model, self.speaker_model)

    def covers(self, place: str, cast: Cast) -> bool:
        """Whether it answers for everything that this cast would send, and to whom."""
        return (
            self.notice == VERSION
            and self.place == place
            and cast.judge_model in ("", self.judge_model)
            and cast.speaker_model in ("", self.speaker_model)
        )

    def is_about(self, place: str, judge_model: str, speaker_model: str) -> bool:
        """Whether it answers for these models, or for one of them."""
        return (
            self.notice == VERSION
            and self.place == place
            and self.judge_model in ("", judge_model)
            and self.speaker_model in ("", speaker_model)
        )


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    form: Literal["interviewer.model-consent/1"] = Field(SCHEMA, alias="schema")
    answers: tuple[Answer, ...] = ()


@dataclass(frozen=True, slots=True)
class Consent:
    """The answers that were given on this machine."""

    home: Path

    @property
    def path(self) -> Path:
        """The file that keeps them; need not exist."""
        return self.home / FILE

    def latest(self, place: str, cast: Cast) -> Answer | None:
        """The newest answer that covers a cast at a place; None where nobody was asked. Raises SettingsError."""
        return next((one for one in reversed(self._answers()) if one.covers(place, cast)), None)

    def standing(self, place: str, judge_model: str, speaker_model: str) -> Answer | None:
        """The newest answer on any part of these models at a place: what an interview begins with by itself."""
        answers = reversed(self._answers())
        return next((one for one in answers if one.is_about(place, judge_model, speaker_model)), None)

    def remember(self, place: str, cast: Cast, *, agreed: bool, at: datetime) -> None:
        """Keep an answer; raises SettingsError when it cannot be written."""
        answer = Answer(
            place=place,
            judge=cast.judge,
            speaker=cast.speaker,
            judge_model=cast.judge_model,
            speaker_model=cast.speaker_model,
            notice=VERSION,
            agreed=agreed,
            at=at,
        )
        self._write([*self._answers(), answer][-MOST:])

    def _answers(self) -> tuple[Answer, ...]:
        try:
            return _File.model_validate_json(self.path.read_bytes()).answers
        except FileNotFoundError:
            return ()
        except (OSError, ValidationError) as error:
            why = error.strerror if isinstance(error, OSError) else "it is not what the program wrote"
            raise SettingsError(f"{self.path} cannot be read: {why}.", "Remove it; you are asked again.") from None

    def _write(self, answers: Sequence[Answer]) -> None:
        text = json.dumps(_File(answers=tuple(answers)).model_dump(mode="json", by_alias=True), indent=1) + "\n"
        made = self.path.with_name(f".{FILE}.{os.getpid()}")
        try:
            with open(made, "w", encoding="utf-8", opener=_for_the_owner) as file:
                file.write(text)
            made.replace(self.path)
        except OSError as error:
            with suppress(OSError):
                made.unlink()
            raise SettingsError(
                f"{self.path} cannot be written: {error.strerror}.", "Make its folder writable for you."
            ) from None


def _for_the_owner(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def stamp(place: str, cast: Cast) -> str:
    """What an interview's log says of the notice that was agreed to: its version, the place, and who does what."""
    return " ".join(_stamped(place, cast))


def _stamped(place: str, cast: Cast) -> Iterator[str]:
    yield VERSION
    yield place
    if cast.judges_by_model:
        yield f"judge={cast.judge_model}"
    if cast.speaks_by_model:
        yield f"speaker={cast.speaker_model}"


def notice(place: str, cast: Cast, cost: str, *, local: bool) -> tuple[str, ...]:
    """What a person has to know before agreeing, in lines; `cost` is a sentence on what an interview costs."""
    return (
        f"{_who(cast)} at {place}{', on your own machine or network' if local else ''}.",
        f"Sent there: {_what(cast)}. Nothing else: no name, no file, no other interview.",
        "" if local else "What happens to it there is up to whoever runs it.",
        cost,
        "Practice works as well without: the embedded judge judges on this machine, and the lines are the author's.",
        "To change your mind: the menu (`interviewer`) for good, or `--judge embedded --speaker authored` for once.",
    )


def _who(cast: Cast) -> str:
    if cast.judge_model == cast.speaker_model:
        return f"The model {cast.judge_model} would judge your answers and react to them,"
    judges = f"the model {cast.judge_model} would judge your answers" if cast.judges_by_model else ""
    speaks = f"the model {cast.speaker_model} would react to them" if cast.speaks_by_model else ""
    if cast.speaks_by_model and not cast.judges_by_model:
        speaks = f"the model {cast.speaker_model} would react to your answers"
    words = " and ".join(one for one in (judges, speaks) if one)
    return f"{words[0].upper()}{words[1:]},"


def _what(cast: Cast) -> str:
    if cast.judges_by_model:
        return "what is said on each question, the question itself, and the points that are looked for"
    return "what is said on each question, and the question itself"
