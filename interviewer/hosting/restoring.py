"""A backup takes the database's place; what was deleted since it was made is deleted again."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from interviewer.bootstrap import Program
from interviewer.core.errors import NotFound
from interviewer.hosting.hall import Hall
from interviewer.hosting.own_data import erase
from interviewer.screening.records import PROGRAM, Deed, Entry
from interviewer.store.backup import put_in_place, subjects

DELETIONS: Final = (Deed.DELETED, Deed.RETENTION_ENDED)


@dataclass(frozen=True, slots=True)
class Restored:
    """Where what was there is kept, if anything was; ids of the invitations that were deleted again."""

    kept: Path | None
    again: tuple[str, ...]


def restore(program: Program, made: Path) -> Restored:
    """Put a prepared copy in the database's place, and see to it that what was deleted stays deleted.

    Nothing else of the program may have the database open, and nothing has it open after. Raises StoreError
    (StoreBusy: nothing is changed, or words of what was deleted again leave the file only at the next start).
    """
    now = program.clock.now()
    database = program.settings.database
    kept = _free(database.with_name(f"{database.stem}-replaced-{now:%Y%m%d-%H%M%S}{database.suffix}"))
    replaced = put_in_place(made, database, kept)
    try:
        program.office.note(Entry(at=now, who=PROGRAM, deed=Deed.RESTORED))
        gone = subjects(kept, DELETIONS) if replaced else frozenset()
        return Restored(kept if replaced else None, _delete_again(program, gone))
    finally:
        program.store.close()


def _delete_again(program: Program, gone: frozenset[str]) -> tuple[str, ...]:
    again = []
    for name in sorted(gone):
        try:
            invite = program.office.invite(name)
        except NotFound:
            continue
        erase(program, Hall(program), invite, Entry(at=program.clock.now(), who=PROGRAM, deed=Deed.DELETED))
        again.append(name)
    return tuple(again)


def _free(path: Path) -> Path:
    """A name that no file has yet."""
    number = 1
    taken = path
    while taken.exists():
        number += 1
        taken = path.with_name(f"{path.stem}-{number}{path.suffix}")
    return taken
