"""Tables of counts out of a run's result: how often each label met each finding."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from interviewer.evaluation.record import Run


@dataclass(frozen=True, slots=True)
class Matrix:
    """Counts with the labels down and the findings across."""

    name: str
    title: str
    down: tuple[str, ...]
    across: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]


_TABLES: Final = (
    ("levels", "Levels of composed interviews", ("levels", "confusion")),
    ("recommendations", "Recommendations of composed interviews", ("levels", "recommendations")),
    ("screen", "Recommendations that a screen would show", ("levels", "screen_recommendations")),
    ("intents", "Intent of the last turn", ("intents",)),
)
"""For each table its name, its title, and the keys that lead to it in the result."""


def matrices(run: Run) -> Iterator[Matrix]:
    """The tables that a run's result holds."""
    for name, title, keys in _TABLES:
        found: Any = run.result
        for key in keys:
            found = found.get(key) if isinstance(found, Mapping) else None
        if isinstance(found, Mapping) and found:
            yield _matrix(name, title, found)


def _matrix(name: str, title: str, found: Mapping[str, Mapping[str, int]]) -> Matrix:
    down = tuple(found)
    across = _across(down, found.values())
    counts = tuple(tuple(int(found[label].get(other, 0)) for other in across) for label in down)
    return Matrix(name, title, down, across, counts)


def _across(down: Iterable[str], lines: Iterable[Mapping[str, int]]) -> tuple[str, ...]:
    """Numbers and ranges of them in their order; words in that of the labels, then those that no label has."""
    names = {name for line in lines for name in line}
    if all(name[0].isdigit() for name in names | set(down)):
        return tuple(sorted(names | set(down)))
    return tuple(dict.fromkeys([*down, *sorted(names)]))
