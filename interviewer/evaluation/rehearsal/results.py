"""What rehearsals showed: each interview with its counts and transcript, and the figures over all of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from interviewer.core.events import EndReason, Mode, MoveKind, Who
from interviewer.core.values import Strict
from interviewer.evaluation.figures import Better, Figure
from interviewer.evaluation.rehearsal.counting import Counts
from interviewer.evaluation.resample import estimate, interval, share


class TranscriptLine(Strict):
    """One turn of a transcript."""

    turn: int
    who: Who
    text: str
    question: str | None = None
    move: MoveKind | None = None


class Interview(Strict):
    """One rehearsed interview. Without `ended` it is unfinished, and a `crash` says what broke it off."""

    candidate: str
    scenario: str
    mode: Mode
    ended: EndReason | None
    crash: str = ""
    counts: Counts
    transcript: tuple[TranscriptLine, ...]

    @property
    def name(self) -> str:
        """Who was interviewed for what, and how."""
        return f"{self.scenario}/{self.mode}/{self.candidate}"


class Tally(Strict):
    """Counts summed over interviews; `turns_to_good` is a median, none where level 3 was never reached."""

    interviews: int
    lines: int
    leaks: int
    loops: int
    repeats: int
    probes: int
    probes_for_said: int
    unasked: int
    limits_passed: int
    crashes: int
    unfinished: int
    turns_to_good: float | None

    @classmethod
    def of(cls, interviews: Sequence[Interview]) -> Tally:
        """The sums over these interviews."""
        counts = [one.counts for one in interviews]
        turns = [turn for one in counts for turn in one.turns_to_good]
        return cls(
            interviews=len(interviews),
            lines=sum(one.lines for one in counts),
            leaks=sum(len(one.leaks) for one in counts),
            loops=sum(len(one.loops) for one in counts),
            repeats=sum(len(one.repeats) for one in counts),
            probes=sum(one.probes for one in counts),
            probes_for_said=sum(len(one.probes_for_said) for one in counts),
            unasked=sum(len(one.unasked) for one in counts),
            limits_passed=sum(len(one.limits_passed) for one in counts),
            crashes=sum(bool(one.crash) for one in interviews),
            unfinished=sum(one.ended is None for one in interviews),
            turns_to_good=float(np.median(turns)) if turns else None,
        )


class Rehearsed(Strict):
    """All rehearsed interviews."""

    interviews: tuple[Interview, ...]

    def by_candidate(self) -> dict[str, Tally]:
        """The tally of each candidate, in the order in which they came."""
        names = dict.fromkeys(one.candidate for one in self.interviews)
        return {name: Tally.of([one for one in self.interviews if one.candidate == name]) for name in names}

    def figures(self) -> tuple[Figure, ...]:
        """The figures, all of which should be low.

        What must not happen at all is a plain number of times, without an interval, so that a bar of none is missed
        by one. Shares and the median have the interval that drawing whole interviews again gives.
        """
        return (*self._faults(), *self._shares(), *self._turns())

    def _faults(self) -> Iterator[Figure]:
        tally = Tally.of(self.interviews)
        counted = {
            "leaks": (tally.leaks, sum(one.counts.checked for one in self.interviews)),
            "loops": (tally.loops, tally.lines),
            "unasked": (tally.unasked, tally.interviews),
            "limits_passed": (tally.limits_passed, tally.interviews),
            "crashes": (tally.crashes, tally.interviews),
            "unfinished": (tally.unfinished, tally.interviews),
        }
        for name, (times, n) in counted.items():
            yield Figure(name=f"interviewer.{name}", value=times, n=n, better=Better.LOWER)

    def _shares(self) -> Iterator[Figure]:
        repeats = [(one.name, len(one.counts.repeats), one.counts.lines) for one in self.interviews]
        said = [(one.name, len(one.counts.probes_for_said), one.counts.probes) for one in self.interviews]
        for name, rows in (("repeats", repeats), ("probes_for_said", said)):
            groups = [group for group, _, of in rows for _ in range(of)]
            hits = [place < times for _, times, of in rows for place in range(of)]
            figure = share(groups, hits).figure(f"interviewer.{name}", Better.LOWER)
            if figure is not None:
                yield figure

    def _turns(self) -> Iterator[Figure]:
        rows = [(one.name, turns) for one in self.interviews for turns in one.counts.turns_to_good]
        if not rows:
            return
        groups, turns = [group for group, _ in rows], np.array([turn for _, turn in rows])
        around = interval(groups, lambda drawn: float(np.median(turns[drawn])))
        figure = estimate(float(np.median(turns)), around, len(rows)).figure(
            "interviewer.turns_to_level_3", Better.LOWER
        )
        if figure is not None:
            yield figure
