"""The authored speaker: every line is an author's, chosen by the move and by what was just heard."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from interviewer.core import helping
from interviewer.core.events import CloseReason, EndReason, Mode, Move, MoveKind
from interviewer.core.findings import Assessment, Finding, Intent, Status
from interviewer.core.ports import Spoken
from interviewer.core.scenario import Clarification, Point, Question
from interviewer.core.scoring import grade
from interviewer.core.state import Attempt, State
from interviewer.speaking.lines import Lines, choose, last_heard

_CLOSING: Final = {
    CloseReason.STUCK: "close_stuck",
    CloseReason.SKIPPED: "close_skipped",
    CloseReason.TIME: "close_time",
}
_PARTING: Final = {EndReason.TIME: "farewell_time", EndReason.CANDIDATE: "farewell_early"}
_STANDING: Final = (MoveKind.ASK, MoveKind.PROBE, MoveKind.HINT)
_PLAIN: Final = (
    MoveKind.NO_HINT,
    MoveKind.ENCOURAGE,
    MoveKind.WAIT,
    MoveKind.REDIRECT,
    MoveKind.ENGLISH_PLEASE,
    MoveKind.REPEAT,
    MoveKind.CONFIRM_SKIP,
    MoveKind.CONFIRM_END,
    MoveKind.CARRY_ON,
    MoveKind.INVITE_QUESTIONS,
)


class AuthoredSpeaker:
    """Says every move in words that an author wrote; needs no model and gives nothing away."""

    name = "authored"

    def __init__(self, lines: Lines, facts: tuple[Clarification, ...] = ()) -> None:
        """`lines` as prompts/lines.yaml holds them; `facts` of every interview, which follow a scenario's own."""
        self._lines = lines
        self._facts = facts
        self._said: dict[MoveKind, Callable[[State, Move], str]] = {
            MoveKind.GREET: self._greet,
            MoveKind.ASK: self._ask,
            MoveKind.PROBE: self._probe,
            MoveKind.HINT: self._hint,
            MoveKind.CLARIFY: self._clarify,
            MoveKind.CLOSE: self._close,
            MoveKind.HEARD_ALREADY: self._heard_already,
            MoveKind.REPLY: self._reply,
            MoveKind.FAREWELL: self._farewell,
        }

    def say(self, state: State, move: Move) -> Iterator[Spoken]:
        """The line for a move that policy has chosen; or what is left of it, where a part was said before."""
        yield Spoken(self.rest(state, move) if state.partial else self.line(state, move))

    def line(self, state: State, move: Move) -> str:
        """The whole line."""
        if move.kind in _PLAIN:
            return self._line(move.kind.value, state, again=_standing_line(state))
        return self._said[move.kind](state, move)

    def rest(self, state: State, move: Move) -> str:
        """The line without its reaction to what was said: the probe, the hint, or else the whole of it."""
        if move.kind is MoveKind.PROBE:
            return _question(state, move).point(move.point or "").probe or ""
        if move.kind is MoveKind.HINT:
            return _question(state, move).hints[move.hint or 0].says
        return self.line(state, move)

    def _line(self, key: str, state: State, **fields: str) -> str:
        text = choose(self._lines, key, state)
        for name, value in fields.items():
            text = text.replace("{" + name + "}", value.strip())
        return text.strip()

    def _greet(self, state: State, move: Move) -> str:
        if state.whole:
            return state.scenario.welcome
        return self._line("greet_one" if len(state.plan) == 1 else "greet_some", state)

    def _ask(self, state: State, move: Move) -> str:
        question = _question(state, move)
        fields = {"asks": question.asks, "again": question.again}
        attempt = state.current
        if attempt is not None and attempt.number > 1:
            return self._line("try_again", state, **fields)
        main = state.scenario.main_of(question.id)
        if main.id != question.id:
            return self._line("touched_on" if move.because else "follow_up", state, **fields)
        before = [state.scenario.main_of(name) for name in state.plan if name != main.id and state.attempt(name)]
        same_part = bool(before) and before[-1].section == main.section
        return self._line("next_question" if same_part else "opening", state, **fields)

    def _probe(self, state: State, move: Move) -> str:
        point = _question(state, move).point(move.point or "")
        return f"{self._reaction(state, move, point)} {point.probe}"

    def _reaction(self, state: State, move: Move, next_point: Point) -> str:
        """What an interviewer says to the answer just given, before going on."""
        attempt = state.current
        if move.intent is Intent.STUCK:
            return self._line("reassured", state)
        heard = _understood(state, attempt, next_point) if attempt and state.mode is Mode.PRACTICE else None
        if heard is not None:
            return heard
        return self._line("differs" if attempt and _denied(attempt) else "received", state)

    def _hint(self, state: State, move: Move) -> str:
        text = _question(state, move).hints[move.hint or 0].says
        return f"{self._line('hint_offered' if move.intent is Intent.STUCK else 'hint_asked', state)} {text}"

    def _clarify(self, state: State, move: Move) -> str:
        facts = (*_question(state, move).clarifications, *state.scenario.facts, *self._facts)
        if move.fact is None:
            return self._line("assume", state)
        reply = facts[move.fact].reply
        return self._line("repeat", state, again=reply) if last_heard(reply, state) else reply

    def _close(self, state: State, move: Move) -> str:
        key = _CLOSING.get(move.close, "close") if move.close else "close"
        attempt = state.current
        pleased = move.close is CloseReason.SATISFIED or (attempt is not None and _just_gained(state, attempt))
        if key == "close" and pleased and state.mode is Mode.PRACTICE:
            key = "close_well"
        return self._line(key, state)

    def _heard_already(self, state: State, move: Move) -> str:
        return self._line("heard_already", state, title=_in_sentence(_question(state, move).title))

    def _reply(self, state: State, move: Move) -> str:
        if move.fact is None:
            return self._line("reply_unknown", state)
        return self._line("reply_known", state, reply=(*state.scenario.facts, *self._facts)[move.fact].reply)

    def _farewell(self, state: State, move: Move) -> str:
        return self._line(_PARTING.get(move.end, "farewell") if move.end else "farewell", state)


def _question(state: State, move: Move) -> Question:
    return state.scenario.question(move.question or "")


def _in_sentence(title: str) -> str:
    """A title inside a sentence: its first letter small, unless the word is an abbreviation; no closing mark."""
    first = title.split()[0]
    small = title if first.isupper() and len(first) > 1 else title[0].lower() + title[1:]
    return small.rstrip("?.!")


def _standing_line(state: State) -> str:
    """The question, probe or hint that the candidate still has to answer."""
    attempt = state.current
    if attempt is None:
        return ""
    question = state.scenario.question(attempt.question)
    last = next((move for move in reversed(attempt.moves) if move.kind in _STANDING), None)
    if last is not None and last.kind is MoveKind.PROBE:
        return question.point(last.point or "").probe or question.again
    if last is not None and last.kind is MoveKind.HINT:
        return question.hints[last.hint or 0].says
    return question.again


def _understood(state: State, attempt: Attempt, next_point: Point) -> str | None:
    """The `heard` line of a point just covered: of the one nearest before the next probe, and never twice."""
    assessment = attempt.heard
    if assessment is None:
        return None
    question = state.scenario.question(attempt.question)
    names = [point.id for point in question.points]
    if _denied(attempt):
        return None
    gained = [name for name in helping.gains(attempt) if _in_last_turn(state, assessment.finding(name))]
    gained = [name for name in gained if not last_heard(question.point(name).heard, state)]
    here = names.index(next_point.id)
    nearest = sorted(gained, key=lambda name: (names.index(name) > here, abs(here - names.index(name))))
    return question.point(nearest[0]).heard if nearest else None


def _in_last_turn(state: State, finding: Finding) -> bool:
    """Whether the candidate's last words, and not earlier ones seen in a new light, made the point."""
    last = next(turn.number for turn in reversed(state.turns) if turn.is_answer)
    return finding.status is Status.COVERED and any(span.turn == last for span in finding.evidence)


def _just_gained(state: State, attempt: Attempt) -> bool:
    """Whether the last turn made a point of an answer that is acceptable by now, and denied none."""
    assessment = attempt.heard
    if assessment is None or _denied(attempt) or grade(state, attempt.question, attempt.number, live=True).low < 2:
        return False
    return any(_in_last_turn(state, assessment.finding(name)) for name in helping.gains(attempt))


def _denied(attempt: Attempt) -> bool:
    """Whether the last answer newly contradicted a point."""
    made = [one.outcome for one in attempt.steering if isinstance(one.outcome, Assessment)]
    if not made:
        return False
    now, before = (
        {one.target for one in outcome.points if one.status is Status.CONTRADICTED}
        for outcome in (made[-1], made[-2] if len(made) > 1 else made[-1].model_copy(update={"points": ()}))
    )
    return bool(now - before)
