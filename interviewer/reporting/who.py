"""Who judges and who speaks, in words: the names that the log stores say which model takes part."""

from __future__ import annotations

from typing import Final

_JUDGES: Final = {"llm": "the model {}", "panel": "the model {} and the embedded judge"}
_SPEAKERS: Final = {"llm": "the model {}"}


def is_model(name: str) -> bool:
    """Whether a judge's or a speaker's name, such as `panel:some-model`, says that a chat model takes part."""
    kind, colon, _ = name.partition(":")
    return bool(colon) and kind in _JUDGES


def judge_words(name: str) -> str:
    """A judge's name as a report tells it: "the model M and the embedded judge"; one without a model as it is."""
    return _in_words(name, _JUDGES)


def model_words(name: str) -> str:
    """The model in a judge's name: "the model M"; the name of one without a model as it is."""
    return f"the model {name.partition(':')[2].strip()}" if is_model(name) else name


def speaker_words(name: str) -> str:
    """A speaker's name as a report tells it: "the model M", "authored"."""
    return _in_words(name, _SPEAKERS)


def _in_words(name: str, words: dict[str, str]) -> str:
    kind, colon, model = name.partition(":")
    return words[kind].format(model.strip()) if colon and kind in words else name
