"""The state diagram of the docs, drawn from the table that the program itself follows."""

from __future__ import annotations

from collections.abc import Iterator

from interviewer.core.machine import BACK, TABLE, Happening, Phase


def pausable() -> tuple[Phase, ...]:
    """The phases that a pause can interrupt, and that resuming goes back to."""
    return tuple(phase for phase, row in TABLE.items() if row.get(Happening.PAUSED) is Phase.PAUSED)


def arrows() -> Iterator[tuple[Phase, Phase, tuple[Happening, ...]]]:
    """From, to, and everything that leads there; pausing and resuming aside."""
    for phase, row in TABLE.items():
        targets: dict[Phase, list[Happening]] = {}
        for happening, after in row.items():
            if isinstance(after, Phase) and after is not Phase.PAUSED:
                targets.setdefault(after, []).append(happening)
        for after, happenings in targets.items():
            yield phase, after, tuple(happenings)


def mermaid() -> str:
    """The diagram of every change of phase, pauses aside; what changes none is in the table only."""
    lines = ["stateDiagram-v2", "    [*] --> new"]
    lines += [f"    {_arrow(*one)}" for one in arrows() if one[0] is not one[1]]
    return "\n".join([*lines, "    ended --> [*]"])


def not_drawn() -> str:
    """A line on what the diagram leaves out."""
    left = ", ".join(f"*{phase.value}*" for phase in pausable())
    return f"Not drawn: a pause leads from {left} to *paused*, and resuming leads {BACK}."


def _arrow(before: Phase, after: Phase, happenings: tuple[Happening, ...]) -> str:
    return f"{before.value} --> {after.value} : {'<br>'.join(one.value.replace(', ', '<br>') for one in happenings)}"


def table() -> str:
    """The table: in each phase, what may happen, and the phase that follows."""
    rows = []
    for phase, row in TABLE.items():
        targets: dict[Phase | str, list[Happening]] = {}
        for happening, after in row.items():
            targets.setdefault(after, []).append(happening)
        for after, happenings in targets.items():
            rows.append(f"| {phase.value} | {'; '.join(one.value for one in happenings)} | {after} |")
    return "\n".join(["| while | may happen | then |", "|---|---|---|", *rows])


def section() -> str:
    """What stands between the markers in docs/architecture.md."""
    return f"```mermaid\n{mermaid()}\n```\n\n{not_drawn()}\n\n{table()}"
