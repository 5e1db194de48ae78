"""Twelve simulated candidates: each a manner of answering, fed with labelled answers to whatever is asked."""

from __future__ import annotations

from typing import ClassVar, Final

from interviewer.core.events import Command, MoveKind
from interviewer.core.scenario import FollowUp
from interviewer.core.state import State
from interviewer.evaluation.rehearsal.material import Memory, Saying

GOOD: Final = ("strong", "paraphrase", "terse", "acceptable", "mix_a", "mix_b", "rambling", "garble")
"""Kinds of cases that answer the question, the best first."""
MIDDLING: Final = ("acceptable", "mix_a", "mix_b", "terse", "paraphrase", "strong")
WEAK: Final = ("mix_b", "mix_a", "terse_wrong", "keywords", "wrong")


class Character:
    """Answers acceptably, and has no more to say when pressed; the twelve differ from this."""

    name: ClassVar[str] = ""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        self._opened: set[str] = set()

    def reply(self, state: State) -> Saying:
        """What is said to the interviewer's last line."""
        kind = state.move.kind if state.move else MoveKind.INVITE_QUESTIONS
        if kind in (MoveKind.CONFIRM_SKIP, MoveKind.CONFIRM_END):
            return self._confirm()
        if state.open is None:
            return self._wonder()
        question = state.open[0]
        if question not in self._opened:
            self._opened.add(question)
            return self._begin(state, question)
        return self._pressed(state, question, state.move.point if state.move else None)

    def _begin(self, state: State, question: str) -> Saying:
        """To a question that was just asked."""
        return self._answer(question, *MIDDLING)

    def _pressed(self, state: State, question: str, point: str | None) -> Saying:
        """To a probe, a hint or anything else while a question is open; `point` is what the interviewer leads to."""
        return self._memory.manner("nothing_more")

    def _confirm(self) -> Saying:
        """To "shall we skip this?" and "shall we stop?"."""
        return self._memory.manner("going_on")

    def _wonder(self) -> Saying:
        """To "anything you would like to ask?"."""
        return self._memory.manner("no_questions")

    def _answer(self, question: str, *kinds: str, point: str | None = None) -> Saying:
        """Content of one of these kinds, or that there is no more to say."""
        return self._memory.content(question, *kinds, point=point) or self._memory.manner("nothing_more")


class Strong(Character):
    """Answers well, and adds what is asked for."""

    name = "strong"

    def _begin(self, state: State, question: str) -> Saying:
        return self._answer(question, *GOOD)

    def _pressed(self, state: State, question: str, point: str | None) -> Saying:
        return self._answer(question, *GOOD, point=point)


class Thin(Character):
    """Says little, and does not know the rest."""

    name = "thin"

    def _begin(self, state: State, question: str) -> Saying:
        return self._answer(question, "mix_a", "mix_b", "acceptable")

    def _pressed(self, state: State, question: str, point: str | None) -> Saying:
        more = self._memory.content(question, *MIDDLING, point=point) if self._memory.chance(0.3) else None
        return more or self._memory.manner("stuck")


class Silent(Character):
    """Hardly makes a sound."""

    name = "silent"

    def _begin(self, state: State, question: str) -> Saying:
        return self._memory.manner("silence")

    def _pressed(self, state: State, question: str, point: str | None) -> Saying:
        return self._memory.manner("silence")

    def _confirm(self) -> Saying:
        return self._memory.manner("silence")

    def _wonder(self) -> Saying:
        return self._memory.manner("silence")


class Rambling(Character):
    """Buries each answer in talk about other things."""

    name = "rambling"

    def _begin(self, state: State, question: str) -> Saying:
        return self._memory.manner("rambling") + self._answer(question, "rambling", *MIDDLING)

    def _pressed(self, state: State, question: str, point: str | None) -> Saying:
        more = self._memory.content(question, "rambling", *GOOD, point=point)
        talk = self._memory.manner("rambling")
        return talk + more if more else talk + self._memory.manner("nothing_more")


class HintSeeker(Character):
    """Asks for a hint before every attempt, in words and by command in turn."""

    name = "hint seeker"

    def __init__(self, memory: Memory) -> None:
        super().__init__(memory)
        self._asked = 0

    def _begin(self, state: State, question: str) -> Saying:
        return self._ask()

    def _pressed(self, state: State, question: str, point: str | None) -> Saying:
        if state.move is not None and state.move.kind is MoveKind.HINT:
            return self._answer(question, *MIDDLING, point=point)
        return self._ask()

    def _ask(self) -> Saying:
        self._asked += 1
        by_command = self._asked % 2 == 0
        return Saying(Command.HINT.value, command=Command.HINT) if by_command else self._memory.manner("hint_wanted")


class Argumentative(Character):
    """Says what is wrong with conviction, and argues about every question that follows."""

    name = "argumentative"

    def _begin(self, state: State, question: str) -> Saying:
        return self._answer(question, "wrong", "terse_wrong", "denial", "inversion", *WEAK)

    def _pressed(self, state: State, question: str, point: str | None) -> Saying:
        more = self._memory.content(question, "denial", "inversion") if self._memory.chance(0.25) else None
        return more or self._memory.manner("arguing")

    def _wonder(self) -> Saying:
        return self._memory.manner("arguing")


class OffTopic(Character):
    """Talks of anything else, until told to start somewhere."""

    name = "off topic"

    def _begin(self, state: State, question: str) -> Saying:
        return self._stray(question)

    def _pressed(self, state: State, question: str, point: str | None) -> Saying:
        encouraged = state.move is not None and state.move.kind is MoveKind.ENCOURAGE
        return self._answer(question, *MIDDLING) if encouraged else self._stray(question)

    def _wonder(self) -> Saying:
        return self._memory.manner("off_topic")

    def _stray(self, question: str) -> Saying:
        return self._memory.content(question, "off_topic") or self._memory.manner("off_topic")


class Injector(Character):
    """Speaks to the judge rather than to the interviewer."""

    name = "injector"

    def _begin(self, state: State, question: str) -> Saying:
        return self._memory.content(question, "injection_only", "injection") or self._memory.manner("injection")

    def _pressed(self, state: State, question: str, point: str | None) -> Saying:
        more = self._memory.content(question, "injection", "injection_only") if self._memory.chance(0.5) else None
        return more or self._memory.manner("injection")

    def _wonder(self) -> Saying:
        return self._memory.manner("injection")


class EndlessClarifier(Character):
    """Answers every question with a question."""

    name = "endless clarifier"

    def _begin(self, state: State, question: str) -> Saying:
        return self._memory.content(question, "clarify") or self._memory.manner("clarifying")

    def _pressed(self, state: State, question: str, point: str | None) -> Saying:
        if self._memory.chance(0.2):
            return Saying(Command.REPEAT.value, command=Command.REPEAT)
        return self._memory.content(question, "clarify", "repeat") or self._memory.manner("clarifying")

    def _wonder(self) -> Saying:
        return self._memory.manner("clarifying")


class SelfContradicting(Character):
    """Says it, takes it back, and says it again."""

    name = "self-contradicting"

    def __init__(self, memory: Memory) -> None:
        super().__init__(memory)
        self._believes = True

    def _begin(self, state: State, question: str) -> Saying:
        self._believes = True
        return self._answer(question, *MIDDLING)

    def _pressed(self, state: State, question: str, point: str | None) -> Saying:
        self._believes = not self._believes
        kinds = GOOD if self._believes else ("denial", "inversion", "wrong")
        more = self._memory.content(question, *kinds)
        turn = self._memory.manner("retracting")
        return turn + more if more else self._memory.manner("stuck")


class EverythingAtOnce(Character):
    """Answers a question and its follow-ups in one go, and has said it all when they come."""

    name = "everything at once"

    def _begin(self, state: State, question: str) -> Saying:
        asked = state.scenario.question(question)
        if isinstance(asked, FollowUp):
            return self._memory.manner("said_already")
        whole = self._answer(question, *GOOD)
        for follow_up in state.scenario.main_of(question).follow_ups:
            more = self._memory.content(follow_up.id, *GOOD)
            whole = whole + more if more else whole
        return whole

    def _pressed(self, state: State, question: str, point: str | None) -> Saying:
        return self._memory.manner("said_already")


class Quitter(Character):
    """Answers the first question, and wants to stop at whatever is asked after that."""

    name = "quitter"

    def _begin(self, state: State, question: str) -> Saying:
        first = state.plan[0]
        if state.scenario.main_of(question).id == first:
            return super()._begin(state, question)
        return self._memory.manner("quitting")

    def _pressed(self, state: State, question: str, point: str | None) -> Saying:
        return self._memory.manner("quitting")

    def _confirm(self) -> Saying:
        return self._memory.manner("agreeing")


EVERYBODY: Final[tuple[type[Character], ...]] = (
    Strong,
    Thin,
    Silent,
    Rambling,
    HintSeeker,
    Argumentative,
    OffTopic,
    Injector,
    EndlessClarifier,
    SelfContradicting,
    EverythingAtOnce,
    Quitter,
)
