"""What every page needs, made once with the application."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Annotated

from fastapi import Depends, Request

from interviewer.bootstrap import Program
from interviewer.core.ports import Clock
from interviewer.hosting.desk import Desk
from interviewer.hosting.door import Door
from interviewer.hosting.hall import Hall
from interviewer.hosting.health import Health
from interviewer.hosting.results import Results
from interviewer.library import Library
from interviewer.store.office import Office
from interviewer.web.config import Serving


@dataclass(frozen=True)
class House:
    """The program, how it is served, the interviews that are open, and what the office keeps in memory."""

    program: Program
    serving: Serving
    hall: Hall
    door: Door
    desk: Desk
    results: Results

    @cached_property
    def health(self) -> Health:
        """Whether interviews can be held."""
        return Health(self.program)

    @property
    def office(self) -> Office:
        """Screening's tables."""
        return self.program.office

    @property
    def clock(self) -> Clock:
        """The time."""
        return self.program.clock

    @property
    def library(self) -> Library:
        """Scenarios and prompts."""
        return self.program.library


def house_of(request: Request) -> House:
    """The house that answers this request."""
    house: House = request.app.state.house
    return house


Here = Annotated[House, Depends(house_of)]
