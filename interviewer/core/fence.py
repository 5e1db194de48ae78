"""Fences around the candidate's words in a prompt: whatever stands inside is data, and cannot end its own fence."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import Final, Self

_NONCE_CHARS: Final = 16
_MARKS: Final = re.compile(
    r"<{3,}|>{3,}|<\||\|>"
    r"|</?(?:s|bos|eos|pad|unk|(?:start|end)_of_turn|system|user|assistant|tool_(?:call|response))>"
    r"|\[/?(?:INST|SYS|AVAILABLE_TOOLS|TOOL_CALLS|TOOL_RESULTS|SYSTEM_PROMPT)\]",
    re.IGNORECASE,
)
"""Fence-like text, and the marks with which models divide a conversation (`<|im_start|>`, `</s>`, `[INST]`): a local
server may read them as such wherever they stand. Other brackets are left alone, because answers contain code."""
_PLAIN: Final = str.maketrans({"<": "\u2039", ">": "\u203a", "[": "(", "]": ")", "|": "\u00a6"})
_SURROGATE: Final = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Fence:
    """A pair of marks that nobody outside can guess, because a nonce is part of them."""

    nonce: str

    @classmethod
    def of(cls, salt: str, *names: str) -> Self:
        """The fence of a place in an interview, such as a question: the same each time, so that a replay is the same.

        `salt`: the interview's own (`Started.salt`), which no candidate sees.
        """
        digest = hashlib.sha256("\x1f".join(("fence", salt, *names)).encode("utf-8", "replace")).hexdigest()
        return cls(digest[:_NONCE_CHARS])

    def open(self, label: str) -> str:
        """The mark before the words; `label` says what they are and is ours, never a candidate's."""
        return f"<<<{self.nonce} {label}>>>"

    @property
    def close(self) -> str:
        """The mark after the words."""
        return f"<<</{self.nonce}>>>"

    def wrap(self, label: str, text: str) -> str:
        """The text between the marks, each on a line of its own, and neutralised."""
        return f"{self.open(label)}\n{self.neutral(text)}\n{self.close}"

    def neutral(self, text: str) -> str:
        """The text without anything that reads as a fence or as a model's own mark.

        Every character keeps its place (the result is as long as the text): a quote found here lies at the same
        offsets in the candidate's own words.
        """
        text = _SURROGATE.sub("\ufffd", text).replace(self.nonce, "-" * len(self.nonce))
        return _MARKS.sub(lambda mark: mark.group().translate(_PLAIN), text)
