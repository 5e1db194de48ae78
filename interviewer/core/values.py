"""Building blocks of the core's values: frozen models, ids, and texts without hidden characters."""

from __future__ import annotations

import unicodedata
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints


def _printable(text: str) -> str:
    """Refuse control and direction-changing characters: scenario files may come from strangers."""
    for char in text:
        if char not in "\n\t" and unicodedata.category(char) in {"Cc", "Cf", "Cs", "Co"}:
            raise ValueError(f"contains the control character U+{ord(char):04X}; remove it")
    return text


Id = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=40)]
Ref = Annotated[str, Field(pattern=r"^[a-z0-9-]+\.[a-z0-9-]+$", max_length=81)]
Line = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=600), AfterValidator(_printable)
]
Text = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=6000), AfterValidator(_printable)
]


class Strict(BaseModel):
    """A frozen value whose unknown keys are errors."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)
