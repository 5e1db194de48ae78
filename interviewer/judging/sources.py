"""Everything of this room that can move the embedded judge's verdict or its reading of a turn, hashed file by file."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Final

_ROOM: Final = Path(__file__).parent
_NO_VERDICT: Final = frozenset({"__init__.py", "sources.py", "scripted.py"})
"""Code that no verdict of the embedded judge passes through."""
_MODEL: Final = (".onnx", ".json")
"""What the model consists of; its licence moves no verdict."""


def embedded_sources() -> dict[str, str]:
    """SHA-256 of each code and model file, by its place in the package."""
    code = [path for path in _ROOM.glob("*.py") if path.name not in _NO_VERDICT]
    model = [path for path in (_ROOM / "model").iterdir() if path.suffix in _MODEL]
    return {_name(path): _sha256(path) for path in sorted([*code, *model])}


def _name(path: Path) -> str:
    return f"interviewer/judging/{path.relative_to(_ROOM).as_posix()}"


def _sha256(path: Path) -> str:
    raw = path.read_bytes()
    # A checkout on Windows may have other line endings in its code, which move no verdict.
    return hashlib.sha256(raw.replace(b"\r\n", b"\n") if path.suffix == ".py" else raw).hexdigest()
