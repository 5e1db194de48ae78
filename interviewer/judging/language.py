"""Whether an answer holds any English: terse code, endpoints and second-language English all do."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import Final

from interviewer.judging.lists import word_set
from interviewer.judging.segments import Unit

_ENGLISH: Final = word_set(
    """the and is are was of to it that this with for you we they have has not but from by be or an if then when which
    what how would should can could will there because so my your their its i do does as at on get use uses server
    client request response data time first check name back send"""
)
_OTHERS: Final = word_set(
    """der das und ist nicht ein eine einen dem den des auf mit für von wird werden dann durch zum zur wenn auch sich
    ich wir sie aber oder weil dass wie als bei nach über le la les des une est et dans pour avec que qui sur par
    pas il elle nous vous je ne au aux du cette ces sont mais ensuite puis alors être el los las una y es en con por
    para que del se lo como pero más está son cuando si su después entonces porque il gli e di che non per con della
    delle sono questo quindi poi nel alla anche viene o os um uma não com por mais ao dos das ele ela isso então
    quando você de het een en van niet dat met voor zijn wordt naar bij ook maar jest nie że się na jak do przez dla
    oraz który więc potem och det som att är inte på för av med eller ve bir bu için ile olarak değil sonra"""
)
_SHARED: Final = _ENGLISH & _OTHERS | {
    "a",
    "in",
    "on",
    "so",
    "am",
    "an",
    "no",
    "me",
    "se",
    "do",
    "as",
    "was",
    "i",
    "e",
    "o",
    "y",
    "us",
    "des",
    "son",
    "par",
    "via",
    "per",
    "more",
    "den",
    "dem",
}
_MOST_FOREIGN: Final = 0.5


def _is_latin(text: str) -> bool:
    letters = [char for char in text if char.isalpha()]
    latin = sum("LATIN" in unicodedata.name(char, "") or (not char.isascii() and char in "µ²") for char in letters)
    return not letters or latin >= len(letters) * _MOST_FOREIGN


def _is_foreign(words: Sequence[str]) -> bool:
    text = " ".join(words)
    if not _is_latin(text):
        return True
    tokens = [part for word in words for part in word.replace("'", " ").split()]
    english = sum(token in _ENGLISH - _SHARED for token in tokens)
    other = sum(token in _OTHERS - _SHARED for token in tokens)
    return other >= 2 and other > 1.5 * english


def other_language(units: Sequence[Unit]) -> bool:
    """Whether the whole of what was said is in another language, so that it cannot be judged."""
    spoken = [[word.text for word in unit.words] for unit in units]
    foreign = [words for words in spoken if _is_foreign(words)]
    if not foreign:
        return False
    rest = [word for words in spoken if words not in foreign for word in words]
    total = sum(len(words) for words in spoken)
    return _is_foreign([word for words in spoken for word in words]) and len(rest) < total * _MOST_FOREIGN
