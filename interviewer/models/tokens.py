"""Counts tokens offline, with the o200k_base encoding that comes with the package.

Counts of models with another encoding are estimates. The ranks are those of OpenAI's tiktoken (see NOTICE beside
this module), checked by their hash. tiktoken itself would fetch them, with a request that never times out.
"""

from __future__ import annotations

import base64
import hashlib
import lzma
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Final

import tiktoken

from interviewer.core.errors import ModelFileError

RANKS: Final = Path(__file__).with_name("o200k_base.tiktoken.xz")
RANKS_SHA256: Final = "446a9538cb6c348e3516120d7c08b09f57c36495e2acfffe59a5bf8b0cfb1a2d"
"""Of the unpacked ranks; tiktoken asks for the same."""
PER_MESSAGE: Final = 4
"""Tokens around the text of a message: its role, beginning and end (OpenAI's guide to counting tokens)."""
PER_REPLY: Final = 3
"""Tokens that begin a reply."""
CHARS_PER_TOKEN: Final = 4
"""For a rough count; it erred from -40 % to +15 % on English and code."""

# How text is cut before its parts are looked up, as tiktoken has it for o200k_base.
_UPPER: Final = r"\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}"
_LOWER: Final = r"\p{Ll}\p{Lm}\p{Lo}\p{M}"
_CONTRACTED: Final = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)?"
PATTERN: Final = "|".join(
    (
        rf"[^\r\n\p{{L}}\p{{N}}]?[{_UPPER}]*[{_LOWER}]+{_CONTRACTED}",
        rf"[^\r\n\p{{L}}\p{{N}}]?[{_UPPER}]+[{_LOWER}]*{_CONTRACTED}",
        r"\p{N}{1,3}",
        r" ?[^\s\p{L}\p{N}]+[\r\n/]*",
        r"\s*[\r\n]+",
        r"\s+(?!\S)",
        r"\s+",
    )
)
SPECIAL: Final = {"<|endoftext|>": 199999, "<|endofprompt|>": 200018}


def count(text: str) -> int:
    """Tokens of a text; the first count loads the encoding, which takes about half a second."""
    return len(encoding().encode_ordinary(text))


def quick_count(text: str) -> int:
    """Tokens of a text without loading the encoding: exact where it is loaded, else rough."""
    if encoding.cache_info().currsize:
        return count(text)
    return -(-len(text) // CHARS_PER_TOKEN)


def count_messages(texts: Iterable[str], *, quick: bool = False) -> int:
    """Tokens of a prompt of these messages."""
    counted = quick_count if quick else count
    return sum(counted(text) + PER_MESSAGE for text in texts) + PER_REPLY


def most(texts: Iterable[str]) -> int:
    """More tokens than these messages of plain language can have, at no cost: one for every two characters."""
    return sum(len(text) // 2 + 1 + PER_MESSAGE for text in texts) + PER_REPLY


@cache
def encoding() -> tiktoken.Encoding:
    """The encoding, loaded once; raises ModelFileError when its file is missing or changed."""
    try:
        raw = lzma.decompress(RANKS.read_bytes())
    except (OSError, lzma.LZMAError):
        raw = b""
    if hashlib.sha256(raw).hexdigest() != RANKS_SHA256:
        raise ModelFileError(f"{RANKS} is missing or was changed.", "Install the program again.")
    ranks = {base64.b64decode(token): int(rank) for token, rank in map(bytes.split, raw.splitlines())}
    return tiktoken.Encoding("o200k_base", pat_str=PATTERN, mergeable_ranks=ranks, special_tokens=SPECIAL)
