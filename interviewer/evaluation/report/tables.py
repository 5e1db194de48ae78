"""Figures arranged for reading: headline figures beside their bars, breakdowns by kind, scenario and question."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from interviewer.evaluation.figures import Better, Figure
from interviewer.evaluation.gate import Held, Standing

BREAKDOWNS: Final = {
    "families": "By family of kinds",
    "kinds": "By kind of answer",
    "scenarios": "By scenario",
    "questions": "By question",
    "intents": "By intent",
    "perturbations": "By perturbation",
}
"""Parts of figures' names after which the name of a kind, scenario, question, intent or perturbation stands."""
SCOPES: Final = {
    "": "",
    "anchors": "Scenarios with anchors",
    "other_fields": "Other fields, without anchors",
    "tune": "Questions that were tuned on",
}
"""What stands before that: the part of the cases that was measured, in words."""
DETAILS: Final = ("macro_f1", "kappa", "precision", "recall", "credited", "majority", "lost", "gained", "moved")
"""Last parts of figures' names that say something else than the main figure of a breakdown's row."""
BASELINE: Final = "majority"
LABELLINGS: Final = ("labellings", "judge_and_second")
STANDING_WORDS: Final = {Standing.HELD: "held", Standing.MISSED: "missed", Standing.UNMEASURED: "not measured"}
GOAL_WORDS: Final = {True: "met", False: "missed", None: "not measured"}


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of a breakdown: its main figure, and the others by their last name."""

    name: str
    main: Figure | None
    details: Mapping[str, Figure]


@dataclass(frozen=True, slots=True)
class Breakdown:
    """Figures of one sort for each kind, scenario, question, intent or perturbation."""

    sort: str
    scope: str
    """What stands before the sort in the names; see SCOPES."""
    entries: tuple[Entry, ...]

    @property
    def title(self) -> str:
        """A heading."""
        return f"{BREAKDOWNS[self.sort]}{f': {self.where}' if self.scope else ''}"

    @property
    def where(self) -> str:
        """The part of the cases, in words; empty for all of them."""
        return SCOPES.get(self.scope, self.scope)

    @property
    def main(self) -> tuple[tuple[str, Figure], ...]:
        """The main figures, by name."""
        return tuple((entry.name, entry.main) for entry in self.entries if entry.main)

    @property
    def details(self) -> tuple[str, ...]:
        """Names of the other figures that at least one entry has."""
        return tuple(name for name in DETAILS if any(name in entry.details for entry in self.entries))


def shown(number: float | None) -> str:
    """A number as tables show it: counts without decimals, everything else with three; a dash for none."""
    if number is None:
        return "-"
    whole = isinstance(number, int) or (abs(number) > 1 and number == int(number))
    return f"{number:,.0f}" if whole else f"{number:.3f}"


def value(figure: Figure) -> str:
    """A figure's value; a whole number without an interval is a count, unless it is part of a breakdown."""
    return f"{figure.value:,.0f}" if _is_count(figure) else f"{figure.value:.3f}"


def interval(figure: Figure) -> str:
    """The 90 % interval, or a dash."""
    if figure.low is None or figure.high is None:
        return "-"
    form = ",.0f" if _is_count(figure) else ".3f"
    return f"{figure.low:{form}} to {figure.high:{form}}"


def _is_count(figure: Figure) -> bool:
    numbers = [number for number in (figure.value, figure.low, figure.high) if number is not None]
    large = any(abs(number) > 1 for number in numbers)
    return all(number == int(number) for number in numbers) and (
        large or (figure.low is None and _place(figure.name) is None)
    )


def bar_words(held: Held) -> str:
    """A bar with its direction."""
    return f"{_sign(held)}{held.bar.bar:g}"


def goal_words(held: Held) -> str:
    """A goal with its direction, and whether it is met; a dash where there is none."""
    if held.bar.goal is None:
        return "-"
    return f"{_sign(held)}{held.bar.goal:g}, {GOAL_WORDS[held.reaches_goal]}"


def _sign(held: Held) -> str:
    """Which way a figure should go; a bar whose figure was not measured does not know."""
    if held.figure is None:
        return ""
    return "≤ " if held.figure.better is Better.LOWER else "≥ "


def breakdowns(figures: Iterable[Figure]) -> tuple[Breakdown, ...]:
    """All breakdowns, by sort, each in the order of the figures."""
    found: dict[tuple[str, str], dict[str, dict[str, Figure]]] = {}
    for figure in figures:
        place = _place(figure.name)
        if place:
            scope, sort, name, detail = place
            found.setdefault((sort, scope), {}).setdefault(name, {})[detail] = figure
    return tuple(
        Breakdown(
            sort=sort,
            scope=scope,
            entries=tuple(
                Entry(name, parts.get(""), {key: one for key, one in parts.items() if key})
                for name, parts in entries.items()
            ),
        )
        for (sort, scope), entries in sorted(found.items(), key=lambda item: list(BREAKDOWNS).index(item[0][0]))
    )


def whole(figures: Iterable[Figure]) -> tuple[Figure, ...]:
    """The figures that belong to no breakdown."""
    return tuple(figure for figure in figures if not _place(figure.name))


def _place(name: str) -> tuple[str, str, str, str] | None:
    """Scope, sort, name and detail of a figure that belongs to a breakdown."""
    parts = name.split(".")
    sort = next((part for part in parts[:-1] if part in BREAKDOWNS), "")
    if not sort:
        return None
    place = parts.index(sort)
    rest = parts[place + 1 :]
    detail = rest.pop() if len(rest) > 1 and rest[-1] in DETAILS else ""
    return ".".join(parts[:place]), sort, ".".join(rest), detail


def beside(figures: Sequence[Figure]) -> tuple[Figure, ...]:
    """What a judge is to be seen beside: always saying the commoner label, and how far labellings agree."""
    return tuple(figure for figure in whole(figures) if _is_beside(figure.name.split(".")))


def _is_beside(parts: Sequence[str]) -> bool:
    return parts[-1] == BASELINE or (parts[0] in LABELLINGS and parts[1] == "points")
