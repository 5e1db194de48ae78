"""Which of the candidate's words can prove a point: not those that speak to the judge, not the interviewer's own.

This holds however a model was talked into quoting them: no verdict of its own can lift it.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from interviewer.core.events import Who
from interviewer.core.findings import Span
from interviewer.core.scenario import Point, Question
from interviewer.core.state import Turn
from interviewer.judging.addressing import addresses_judge
from interviewer.judging.lists import word_set
from interviewer.judging.reciting import recites
from interviewer.judging.segments import Unit, plain, units_of
from interviewer.judging.terms import DENIALS, content, stem
from interviewer.judging.words import Break, words_of

_ECHO_WORDS: Final = 4
"""So many words in a row that the interviewer had said are the interviewer's; fewer may be a choice that was offered.
"""
_AROUND: Final = 2
"""Characters right beside a unit that show what it is (the colon after "SYSTEM")."""

_COMMON: Final = frozenset(
    stem(word)
    for word in word_set(
        """able accept act add agree allow already always answer appear apply approve around ask away back bad become
        begin believe best better big bit book both bring build call candidate care carry case certain change check
        choose claim class clear close come complete confirm consider continue copy correct count cover create
        credit criteria criterion day deal decide deserve different direct done early easy empty end enough ensure
        enter even ever every everybody everyone everything exact example expect explain face fact fair fall far
        feel fill final find fine first five flag follow four free friend full game general generate get give good
        grade grant great group hand happen hard hear help hide high hold home hope hour idea imagine important
        include indeed instead instruction interview job judge just keep kind know large last late lay lead learn
        leave left less let level life like line list listen little live long look lose lot love main man mark
        matter maybe mean meet member mention message mind minute miss moment month morning move much must name near
        never new next nice nobody none normal note nothing now number offer often old once open order output over
        own page paper part pass past pay people perfect perhaps person pick piece place plan play please point
        possible present pretend previous print problem promise prove provide put question quick quite rate rather
        reach read ready real reason receive record regard remain remember reply report result return review right
        role round rubric rule run safe say score second see seem sense set seven several share short show side sign
        simple single sit six small somebody someone something soon sort sound speak special stand start state
        statement stay step still stop strong suppose sure system take talk task teach tell ten text thank think
        third three time today together tomorrow top total treat true trust truth try turn two understand until user
        usual value verdict very view wait walk watch week well whatever whole wide wish word work world worth write
        wrong year yes yesterday yet zero"""
    )
)
"""Words of any talk, also of talk about answers and verdicts: one of them alone shows no concern with a subject."""

_BARE: Final = 0.8
"""A unit with so large a share of content words only names things; beside words to the judge, what it is to tick."""

_PIECE_WORDS: Final = 3
"""Pieces of several sentences that are shorter (words) can be joined to what nobody said."""

_DENIED_WITHIN: Final = 3
"""A word that denies, so few words before a quote and in the same clause, belongs to it."""
_DENYING: Final = DENIALS - word_set(
    "nothing without useless unnecessary pointless irrelevant myth wrong false unneeded"
)
_NOT_DENIED: Final = ("only", "just", "forget")
"""After these the word before them denies nothing."""


class Proof:
    """A question's turns, read once for what their words can prove."""

    def __init__(self, question: Question, turns: Sequence[Turn]) -> None:
        self._units = {turn.number: units_of(turn.text, turn.number) for turn in turns if turn.is_answer}
        ids = [point.id for point in question.points]
        self._addressed = {
            turn.number: [unit for unit in self._units[turn.number] if _addresses(unit, turn.text, ids)]
            for turn in turns
            if turn.is_answer
        }
        self._hollow = {
            number: [*units, *(unit for unit in self._units[number] if units and _is_bare(unit))]
            for number, units in self._addressed.items()
        }
        asked = [(0, question.asks), (0, question.again)]
        heard = asked + [(turn.number, turn.text) for turn in turns if turn.who is Who.INTERVIEWER]
        self._heard = [(number, f" {plain(text)} ") for number, text in heard]

    @property
    def addressed(self) -> bool:
        """Whether any of the candidate's words address the judge."""
        return any(self._addressed.values())

    def holds(self, spans: Sequence[Span]) -> bool:
        """Whether these words are the candidate's answer: they neither address the judge nor repeat the interviewer.

        Nor are they a bare list of terms beside words to the judge.
        """
        return not any(self._is_hollow(span) or self._echoes(span) for span in spans)

    def sentences(self, spans: Sequence[Span]) -> frozenset[tuple[int, int]]:
        """The sentences that these words are of, each by its turn and its place there."""
        return frozenset(
            (span.turn, at) for span in spans for at, unit in enumerate(self._units[span.turn]) if _overlap(unit, span)
        )

    def patches(self, place: Sequence[Span]) -> bool:
        """Whether a quote is pieced together from scraps of several sentences."""
        units = {sentence for span in place for sentence in self._sentences(span)}
        return len(place) > 1 and len(units) > 1 and any(len(words_of(one.text)) < _PIECE_WORDS for one in place)

    def leaves_denial_out(self, place: Sequence[Span]) -> bool:
        """Whether a quote begins right after a word that denies it ("we do not", and then the quote)."""
        return any(self._is_denied(span, place) for span in place)

    def _is_denied(self, span: Span, place: Sequence[Span]) -> bool:
        words = [word for unit in self._units[span.turn] if _overlap(unit, span) for word in unit.words]
        first = next((at for at, word in enumerate(words) if word.end > span.start), 0)
        for at in range(first - 1, max(first - 1 - _DENIED_WITHIN, -1), -1):
            following = words[at + 1]
            if following.before >= Break.CLAUSE:
                return False
            quoted = any(one.start <= words[at].start < one.end for one in place)
            if words[at].text in _DENYING and following.text not in _NOT_DENIED:
                return not quoted
        return False

    def concerns(self, spans: Sequence[Span], point: Point) -> bool:
        """Whether a sentence that holds these words shares words of content with the point's own texts.

        Two such words, or one that is not common. Of 482 times that words rightly earned a point they shared fewer
        35 times. When a model quoted every sentence of 180 attacks for every point of four questions, 4 in 100 points
        were credited; where one shared word was enough, 24 in 100 (with half of the attacks).
        """
        texts = (point.says, point.heard, point.why, *point.sounds_like, *point.not_this)
        known = frozenset().union(*map(_terms, texts))
        sentences = {text for span in spans for text in (self._sentences(span) or [span.text])}
        shared = [known.intersection(_terms(text)) for text in sentences]
        return any(len(terms) > 1 or not terms <= _COMMON for terms in shared)

    def _is_hollow(self, span: Span) -> bool:
        return any(_overlap(unit, span) for unit in self._hollow[span.turn])

    def _echoes(self, span: Span) -> bool:
        """Whether the quote, or the sentence that it is of, was said by the interviewer before."""
        heard = [text for number, text in self._heard if number < span.turn]
        mine = [" ".join(word.text for word in words_of(span.text)), *self._sentences(span)]
        return any(len(said.split()) >= _ECHO_WORDS and f" {said} " in text for said in mine for text in heard)

    def _sentences(self, span: Span) -> list[str]:
        return [unit.text for unit in self._units[span.turn] if _overlap(unit, span)]


def _addresses(unit: Unit, text: str, ids: Sequence[str]) -> bool:
    start, end = unit.place(0, len(unit.words))
    said = text[max(0, start - _AROUND) : end + _AROUND]
    return addresses_judge(said) or recites(said, ids)


def _is_bare(unit: Unit) -> bool:
    words = [word.text for word in unit.words]
    return len(content(words)) >= _BARE * len(words)


def _overlap(unit: Unit, span: Span) -> bool:
    start, end = unit.place(0, len(unit.words))
    return span.start < end and start < span.end


@lru_cache(maxsize=4096)
def _terms(text: str) -> frozenset[str]:
    """The content words of a text; kept, because a point's own texts are asked for after every turn."""
    return frozenset(content(word.text for word in words_of(text)))
