"""Which questions anybody can read: those of the scenarios that come with the program."""

from __future__ import annotations

from functools import cached_property

from interviewer.core.scenario import MainQuestion, Scenario
from interviewer.library import Library, Origin


class Packaged:
    """The packaged scenarios' questions, read once; whatever the home folder puts in their place is not public."""

    @cached_property
    def _asked(self) -> frozenset[str]:
        listed = [one for one in Library().list() if one.origin is Origin.PACKAGED and one.scenario]
        return frozenset(_words(main.asks) for one in listed if one.scenario for main in one.scenario.questions)

    def holds(self, question: MainQuestion) -> bool:
        """Whether a main question is asked in the very words of a packaged one, whose points anybody can read."""
        return _words(question.asks) in self._asked

    def of(self, scenario: Scenario, names: tuple[str, ...]) -> tuple[MainQuestion, ...]:
        """Those of some main questions of a scenario that are public, in file order."""
        return tuple(one for one in scenario.questions if one.id in names and self.holds(one))


def _words(text: str) -> str:
    return " ".join(text.casefold().split())
