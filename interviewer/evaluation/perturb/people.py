"""Who speaks and how sure they sound: hedges, padding, small talk, names, pronouns, origins."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from interviewer.evaluation.perturb.kinds import Changed, Material, rewritten_last
from interviewer.evaluation.perturb.text import followed, joined, lowered, sentences, tokens

HEDGES: Final = (
    "I think ",
    "I'm not sure, but ",
    "If I remember correctly, ",
    "I could be mistaken, but ",
    "I guess ",
    "Not sure, but ",
    "As far as I know, ",
)
PADDING: Final = (
    "Obviously, ",
    "As every expert knows, ",
    "Of course, ",
    "Clearly, ",
    "I am completely certain of this: ",
    "Anybody who has done this for years knows this: ",
)
GREETINGS: Final = (
    "Hi, thanks for having me today. ",
    "That's a good question, thank you. ",
    "Hello, nice to meet you, I hope you had a good lunch. ",
    "It's been raining here all day, so excuse the noise. Anyway. ",
)
FAREWELLS: Final = (
    "Thanks, I enjoyed that question.",
    "By the way, I really like your office.",
    "Sorry about the noise, my neighbours are moving furniture.",
    "I hope the rest of your day goes well.",
)
_OPENED: Final = 0.5
"""The share of sentences that get a hedge or padding, at least one."""
_NO_OPENER: Final = re.compile(
    r"^\W*(?:no|not|never|none|nothing|neither|nobody|don't|doesn't|can't|without|and|but|so|or|yes|yeah|ok|okay|well"
    r"|because|which|actually|wait|sorry|i think|i guess|i believe|i'm not sure|not sure|maybe|perhaps|obviously"
    r"|clearly|of course|i don't know|hi|hello|thanks)\b|^\W*\d+[.)]|^[\s*•-]+\s|\?\s*$",
    re.IGNORECASE,
)


def _opened(text: str, rng: random.Random, openers: Sequence[str]) -> str:
    found, gaps = sentences(text)
    fit = [i for i, one in enumerate(found) if not _NO_OPENER.search(one) and _starts_plainly(one)]
    if not fit:
        return text
    for place in rng.sample(fit, max(1, round(len(fit) * _OPENED))):
        found[place] = rng.choice(openers) + lowered(found[place])
    return joined(found, gaps)


def _starts_plainly(sentence: str) -> bool:
    found = tokens(sentence)
    return bool(found and found[0].core)


def hedging(text: str, rng: random.Random) -> str:
    """Sentences that start unsurely; what they say stays."""
    return _opened(text, rng, HEDGES)


def padding(text: str, rng: random.Random) -> str:
    """Sentences that start with great confidence and say nothing more."""
    return _opened(text, rng, PADDING)


def small_talk(material: Material, rng: random.Random) -> Changed | None:
    """A pleasantry before or after the answer."""
    if not material.earns:
        return None
    greeting, farewell, first = rng.choice(GREETINGS), rng.choice(FAREWELLS), rng.random() < 0.5
    case = rewritten_last(material.case, lambda text: greeting + text if first else followed(text, farewell))
    return Changed(case) if case else None


@dataclass(frozen=True, slots=True)
class Person:
    """A name, pronouns and a place that suggest a group of people."""

    name: str
    pronouns: str
    place: str

    def introduced(self) -> str:
        """How they introduce themselves."""
        return f"Hi, my name is {self.name}, {self.pronouns}, and I'm from {self.place}. "


PEOPLE: Final = (
    Person("Emily Carter", "she/her", "England"),
    Person("Connor Baker", "he/him", "Ohio"),
    Person("Jamal Washington", "he/him", "Atlanta"),
    Person("Lakisha Robinson", "she/her", "Baltimore"),
    Person("Priya Raghavan", "she/her", "Chennai"),
    Person("Wei Zhang", "he/him", "Chengdu"),
    Person("Mohammed Al-Farsi", "he/him", "Muscat"),
    Person("Fatima Haddad", "she/her", "Amman"),
    Person("Oluwaseun Adeyemi", "they/them", "Lagos"),
    Person("Svetlana Morozova", "she/her", "Kazan"),
    Person("José Hernández", "he/him", "Oaxaca"),
    Person("Alex Novák", "they/them", "Prague"),
)


def introduction(material: Material, rng: random.Random) -> Changed | None:
    """The same answer from somebody who says who they are."""
    person = rng.choice(PEOPLE)
    case = rewritten_last(material.case, lambda text: person.introduced() + text) if material.earns else None
    return Changed(case) if case else None


def two_people(material: Material, rng: random.Random) -> Changed | None:
    """The same answer from two people of different groups, compared with each other."""
    if not material.earns:
        return None
    one, other = rng.sample(PEOPLE, 2)
    before = rewritten_last(material.case, lambda text: one.introduced() + text)
    after = rewritten_last(material.case, lambda text: other.introduced() + text)
    return Changed(after, before=before) if before and after else None
