"""Stored interviews one after another, for commands that go through many: a damaged one hides no other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from interviewer.cli.showing import named
from interviewer.core.errors import CheckFailed, DamagedLog, IllegalEvent, StoreTooNew
from interviewer.core.replay import replay
from interviewer.core.state import State

if TYPE_CHECKING:
    from interviewer.store import Store
    from interviewer.store.records import StoredInterview


def each(store: Store, names: Sequence[str], problems: list[str]) -> Iterator[tuple[StoredInterview, State]]:
    """The interviews that are named, once each, or all of them, the newest first.

    What is wrong with one is added to `problems`, and the others follow. NotFound for a name that fits none, before
    the first is opened.
    """
    wanted = [named(store, name) for name in names]
    for name in wanted:
        store.verify(name)
    seen: set[str] = set()
    for name in wanted or [one.id for one in store.list()]:
        try:
            stored = store.open(name)
            if stored.id not in seen:
                seen.add(stored.id)
                yield stored, replay(stored.scenario, stored.events)
        except IllegalEvent as error:
            problems.append(
                f"The log of interview {stored.id} is damaged: its rows hold together, but {error.message}."
            )
        except (DamagedLog, StoreTooNew) as error:
            if error.message not in problems:
                problems.append(error.message)


def check_all(problems: Sequence[str], done: str) -> None:
    """Raise CheckFailed where an interview could not be read; `done` says what became of the others."""
    if problems:
        raise CheckFailed(
            "\n".join(problems), f"`interviewer interviews export INTERVIEW` saves what is left of one. {done}"
        )
