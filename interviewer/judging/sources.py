"""Everything of this room that can move a judge's verdict or the reading of a turn, hashed file by file."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Final

_ROOM: Final = Path(__file__).parent
_NO_VERDICT: Final = frozenset({"__init__.py", "sources.py", "scripted.py"})
"""Code that no verdict passes through."""
_CHAT: Final = frozenset({"asking.py", "llm.py", "merging.py", "panel.py", "proof.py", "quotes.py", "replying.py"})
"""Code that only a chat model's verdict passes through."""
_MODEL: Final = (".onnx", ".json")
"""What the model consists of; its licence moves no verdict."""


def embedded_sources() -> dict[str, str]:
    """SHA-256 of each code and model file of the embedded judge and reader, by its place in the package."""
    code = [path for path in _ROOM.glob("*.py") if path.name not in _NO_VERDICT | _CHAT]
    model = [path for path in (_ROOM / "model").iterdir() if path.suffix in _MODEL]
    return {_name(path): _sha256(path) for path in sorted([*code, *model])}


def chat_sources() -> dict[str, str]:
    """SHA-256 of each code file that only a chat model's verdict passes through, by its place in the package."""
    return {_name(_ROOM / name): _sha256(_ROOM / name) for name in sorted(_CHAT)}


def _name(path: Path) -> str:
    return f"interviewer/judging/{path.relative_to(_ROOM).as_posix()}"


def _sha256(path: Path) -> str:
    raw = path.read_bytes()
    # A checkout on Windows may have other line endings in its code, which move no verdict.
    return hashlib.sha256(raw.replace(b"\r\n", b"\n") if path.suffix == ".py" else raw).hexdigest()
