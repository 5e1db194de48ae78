"""Who judges and who speaks in an interview, and by which names its log knows them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from interviewer.core.events import Started


class JudgeKind(StrEnum):
    """Who judges: the judge of the package, a chat model alone, or both together."""

    EMBEDDED = "embedded"
    LLM = "llm"
    PANEL = "panel"


class SpeakerKind(StrEnum):
    """Who words what the interviewer says: the author alone, or a chat model with the author."""

    AUTHORED = "authored"
    LLM = "llm"


@dataclass(frozen=True, slots=True)
class Cast:
    """Judge and speaker of one interview; a model is named where one takes part, and else empty."""

    judge: JudgeKind = JudgeKind.EMBEDDED
    speaker: SpeakerKind = SpeakerKind.AUTHORED
    judge_model: str = ""
    speaker_model: str = ""

    @classmethod
    def of(cls, started: Started) -> Self:
        """The cast that an interview was begun with, as far as it names a model."""
        judge, judge_model = _parts(started.judge.name)
        speaker, speaker_model = _parts(started.speaker)
        if judge not in (JudgeKind.LLM, JudgeKind.PANEL) or not judge_model:
            judge, judge_model = JudgeKind.EMBEDDED, ""
        if speaker != SpeakerKind.LLM or not speaker_model:
            speaker, speaker_model = SpeakerKind.AUTHORED, ""
        return cls(JudgeKind(judge), SpeakerKind(speaker), judge_model, speaker_model)

    @property
    def judges_by_model(self) -> bool:
        """Whether a model takes part in judging."""
        return self.judge is not JudgeKind.EMBEDDED

    @property
    def speaks_by_model(self) -> bool:
        """Whether a model takes part in speaking."""
        return self.speaker is SpeakerKind.LLM

    @property
    def uses_model(self) -> bool:
        """Whether any words go to a model."""
        return self.judges_by_model or self.speaks_by_model

    @property
    def models(self) -> tuple[str, ...]:
        """The models that take part, each once."""
        return tuple(dict.fromkeys(one for one in (self.judge_model, self.speaker_model) if one))


def _parts(name: str) -> tuple[str, str]:
    kind, _, model = name.partition(":")
    return kind, model
