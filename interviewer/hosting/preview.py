"""Looking at an interview as candidates see it: a real one, marked as a preview, and gone when it is deleted."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from interviewer.bootstrap import Program
from interviewer.core.errors import NotFound
from interviewer.hosting.hall import Hall
from interviewer.hosting.inviting import fresh_link
from interviewer.hosting.links import Fresh
from interviewer.hosting.own_data import erase
from interviewer.hosting.people import Person
from interviewer.screening.invite import Invite
from interviewer.screening.records import Deed, Entry

GOOD_FOR: Final = timedelta(days=1)


class Previews:
    """Recruiters' own looks at a position's interview. Raises NotFound for an unknown id."""

    def __init__(self, program: Program, hall: Hall) -> None:
        self._program = program
        self._office = program.office
        self._hall = hall

    def listed(self, position: str) -> tuple[Invite, ...]:
        """The previews of a position, the latest first."""
        return tuple(one for one in self._office.invites(position, previews=True) if one.preview)

    def begin(self, position: str, by: str) -> Fresh:
        """A link to a new preview, good for a day; what the same person left of earlier ones is deleted."""
        held, now = self._office.position(position), self._program.clock.now()
        for one in self.listed(position):
            if one.created_by == by:
                self.delete(position, one.id, by)
        fresh = fresh_link(held, Person(f"Preview by {by}"), now + GOOD_FOR, now, by, preview=True)
        self._office.add_invites([fresh.invite])
        self._office.note(Entry(at=now, who=by, deed=Deed.INVITED, subject=fresh.invite.id, target="preview"))
        return fresh

    def delete(self, position: str, name: str, by: str) -> None:
        """Delete a preview with its interview. Candidates' interviews are no previews, and stay."""
        found = next((one for one in self.listed(position) if one.id == name), None)
        if found is None:
            raise NotFound(f"There is no preview {name[:40]!r}.", "It may have been deleted.")
        at = self._program.clock.now()
        erase(self._program, self._hall, found, Entry(at=at, who=by, deed=Deed.DELETED, target="preview"))
