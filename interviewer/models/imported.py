"""A LangChain chat model of the user's own, by its import path: `package.module:attribute`."""

from __future__ import annotations

import importlib
import re
from typing import Any, Final

from langchain_core.language_models.chat_models import BaseChatModel

from interviewer.core.errors import SettingsError

_PATH: Final = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*:[A-Za-z_]\w*(\.[A-Za-z_]\w*)*")


def load(path: str) -> BaseChatModel:
    """The model that an import path names: an instance, a class, or a function without arguments that makes one.

    Raises SettingsError, which names the path and what is wrong with it.
    """
    if not _PATH.fullmatch(path):
        raise _unusable(path, "it is not of the form package.module:attribute")
    found = _attribute(path)
    if not isinstance(found, BaseChatModel) and callable(found):
        try:
            found = found()
        except Exception as error:  # noqa: BLE001 - the user's own code may raise anything; what it says may hold a key
            raise _unusable(path, f"calling it raised {type(error).__name__}") from None
    if not isinstance(found, BaseChatModel):
        raise _unusable(path, f"it is a {type(found).__name__}, and no LangChain chat model")
    return found


def _attribute(path: str) -> Any:
    module, _, names = path.partition(":")
    try:
        found: Any = importlib.import_module(module)
    except Exception as error:  # noqa: BLE001 - importing runs the user's own code
        missing = isinstance(error, ModuleNotFoundError) and error.name
        why = f"there is no module {missing!r}" if missing else f"importing it raised {type(error).__name__}"
        raise _unusable(path, why) from None
    for name in names.split("."):
        if not hasattr(found, name):
            raise _unusable(path, f"the module has no {names!r}")
        found = getattr(found, name)
    return found


def name_of(model: BaseChatModel) -> str:
    """How a model calls itself, else the name of its class."""
    for attribute in ("model_name", "model"):
        name = getattr(model, attribute, None)
        if isinstance(name, str) and name:
            return name
    return type(model).__name__


def _unusable(path: str, why: str) -> SettingsError:
    return SettingsError(
        f"INTERVIEWER_CHAT_MODEL {path[:120]!r} cannot be used: {why}.",
        "Name an installed class, instance or function, such as langchain_ollama:ChatOllama; PYTHONPATH adds folders.",
    )
