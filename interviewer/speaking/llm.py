"""A speaker with a model behind it: it reacts to what was said, and then says the author's line."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from interviewer.core.errors import ModelFailed
from interviewer.core.events import Move
from interviewer.core.ports import ChatModel, Clock, Judge, Prompt, Spoken
from interviewer.core.state import State
from interviewer.speaking.allowed import MOST_SENTENCES, instructs, refusal
from interviewer.speaking.authored import AuthoredSpeaker
from interviewer.speaking.briefing import Briefing, brief
from interviewer.speaking.sentences import sentences
from interviewer.speaking.streaming import Listening, TooSlow

FIRST_TOKEN: Final = 1.5
"""Seconds until a model must have begun to speak."""
WHOLE: Final = 4.0
"""Seconds until its reaction must be there."""
FAILURES_IN_A_ROW: Final = 3
"""After so many the model is left alone for the rest of the interview."""

_HARMLESS: Final = "Okay."
"""Checked for leaks while the model is thinking, because a judge is slow where it sees a question first."""


class LLMSpeaker:
    """Lets a model word the reaction to an answer; the question, probe or hint after it is always the author's.

    So everybody is asked the same, nothing is asked that nobody wrote, and a model that the candidate talked round
    can at most say a harmless sentence: each one is checked before it is given out (`speaking.allowed`). The first
    that is refused ends the reaction, as do a model that fails and one that is slow; if nothing was said by then, the
    author's reaction stands in. Moves that answer nobody, and answers that address the speaker, need no model.
    """

    def __init__(
        self,
        model: ChatModel,
        prompt: Prompt,
        authored: AuthoredSpeaker,
        judge: Judge,
        clock: Clock,
        *,
        first_token: float = FIRST_TOKEN,
        whole: float = WHOLE,
    ) -> None:
        """`prompt` has the fields `speaking.briefing.FIELDS`; `judge` checks for leaks and must need no model.

        `first_token` and `whole` are seconds from the beginning of the line.
        """
        self._model = model
        self._prompt = prompt
        self._authored = authored
        self._judge = judge
        self._clock = clock
        self._first_token = first_token
        self._whole = whole
        self._failures = 0

    @property
    def name(self) -> str:
        """Who speaks, as the header shows it."""
        return f"llm:{self._model.name}"

    def say(self, state: State, move: Move) -> Iterator[Spoken]:
        """The line for a move, sentence by sentence, the author's part last; never raises ModelFailed."""
        follows = self._authored.rest(state, move)
        briefing = None if self._is_alone(state) else brief(state, move, follows, self._judge)
        if briefing is None:
            yield from self._authored.say(state, move)
            return
        listening = Listening(lambda: self._model.stream(self._prompt, briefing.fields), self._clock)
        said = False
        try:
            for sentence in self._reaction(listening, briefing):
                said = True
                yield Spoken(sentence, more=True)
        finally:
            usage = listening.hang_up()
        yield Spoken(follows if said else self._authored.line(state, move), usage=usage)

    def _is_alone(self, state: State) -> bool:
        """Whether the model is not asked: it failed too often, or the answer speaks to it."""
        last = state.turns[-1].text if state.turns else ""
        return self._failures >= FAILURES_IN_A_ROW or instructs(last)

    def _reaction(self, listening: Listening, briefing: Briefing) -> Iterator[str]:
        """The sentences of the model's that may be said, each as soon as it has ended."""
        said: list[str] = []
        briefing.limits.leaks(_HARMLESS)
        try:
            for sentence in sentences(listening.pieces(self._first_token, self._whole)):
                self._failures = 0
                if refusal(sentence, said, briefing.limits):
                    return
                yield sentence
                said.append(sentence)
                if len(said) == MOST_SENTENCES:
                    return
        except (ModelFailed, TooSlow):
            self._failures += 1
            return
        if not said:
            self._failures += 1
