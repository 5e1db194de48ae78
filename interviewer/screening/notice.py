"""What a candidate is told before anything starts, in plain lines; its version is the hash of what it says.

The topics are those of the scenario's sections: they say what the questions are about, and no point away.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from interviewer.core.scenario import Scenario
from interviewer.screening.invite import Invite
from interviewer.screening.position import TIME_FACTORS, Position, Settings, Sharing, Timing, minutes

_FORM: Final = "screening/1"
_TIMING_WORDS: Final = {Timing.MORE: "With the extra time that was agreed with you, ", Timing.UNTIMED: "", None: ""}


@dataclass(frozen=True, slots=True)
class Provider:
    """A model that answers are sent to, and where it is: a host."""

    model: str
    place: str


@dataclass(frozen=True, slots=True)
class Part:
    """Some lines of the notice under a heading; with `listed`, a list follows them."""

    id: str
    heading: str
    lines: tuple[str, ...]
    listed: tuple[str, ...] = ()


@dataclass(frozen=True)
class Notice:
    """All that is said before anything starts."""

    title: str
    company: str
    glance: tuple[tuple[str, str], ...]
    """The most important of it, each as a question and a few words."""
    parts: tuple[Part, ...]
    help_allowed: str
    contact: str

    @cached_property
    def version(self) -> str:
        """Names exactly this text; any change of a word makes another version."""
        return f"{_FORM}-{hashlib.sha256(self.text.encode()).hexdigest()[:16]}"

    @cached_property
    def text(self) -> str:
        """All of it as plain text, to be kept with the consent."""
        rows = [f"{self.title}, {self.company}", "", *(f"{asked} {told}" for asked, told in self.glance)]
        for part in self.parts:
            rows += ["", part.heading, *part.lines, *(f"- {one}" for one in part.listed)]
        return "\n".join(rows)


def time_factor(position: Position, invite: Invite) -> float | None:
    """What the scenario's minutes are multiplied by for this candidate; None: no limits."""
    return TIME_FACTORS[invite.accommodation.timing or position.settings.timing]


def notice(position: Position, scenario: Scenario, invite: Invite, provider: Provider | None = None) -> Notice:
    """The notice for one invitation; `provider` is the model that judges beside the package's own judge, if any."""
    settings = position.settings
    total = minutes(scenario, settings, time_factor(position, invite))
    parts = (
        _what(settings),
        _assessed(settings, scenario),
        _time(invite, total),
        Part("help", "Which help is allowed", (settings.help_allowed, "You confirm below that you keep to this.")),
        _stored(settings),
        _outside(settings, provider),
        _decides(settings),
        _choices(settings),
    )
    glance = tuple(_glance(settings, total, provider))
    return Notice(settings.title, settings.company, glance, parts, settings.help_allowed, settings.contact)


def _glance(settings: Settings, total: float | None, provider: Provider | None) -> Iterator[tuple[str, str]]:
    yield "Who asks and assesses?", "An AI"
    yield "Who decides?", "A person"
    yield "How long?", "No time limit" if total is None else f"About {_whole(total)} minutes of answering"
    yield "Who else gets your words?", "Nobody" if provider is None else f"The AI model {provider.model}"
    yield "How long is it kept?", f"{_days(settings)} after the end"


def _what(settings: Settings) -> Part:
    count = len(settings.questions)
    lines = (
        f"This is a written interview for {settings.title} at {settings.company}. You write with an AI, not with a "
        "person: it asks the questions, reads your answers and assesses them.",
        f"There {'is one main question' if count == 1 else f'are {count} main questions'}, with further questions that "
        "follow from what you say. You can ask what a question means, ask for a hint, or leave a question out.",
    )
    return Part("what", "What this is", lines)


def _assessed(settings: Settings, scenario: Scenario) -> Part:
    lines = [
        f"Qualifications for the role of {scenario.role.position}, by one measure for everybody: whether your answers "
        "contain what an expert wrote down for each question before anyone answered.",
        "Spelling, grammar, style and typing speed are not assessed, and nothing about you as a person is. Answers "
        "are read in English only so far; one in another language is left to a person, and never counts against you.",
        "A hint is yours to ask for; what you then say with its help counts for somewhat less.",
    ]
    criteria = (*scenario.criteria.passing, *scenario.criteria.strong, *scenario.criteria.failing)
    persons = [one.says for one in criteria if one.person]
    if persons:
        lines.append(f"No program can tell these, so that only a person judges them: {'; '.join(persons)}.")
    lines.append("The topics:")
    return Part("assessed", "What is assessed", tuple(lines), tuple(_topics(settings, scenario)))


def _topics(settings: Settings, scenario: Scenario) -> Iterator[str]:
    asked = [scenario.main_of(name).section for name in settings.questions]
    for section in scenario.sections:
        count = asked.count(section.id)
        if count:
            yield f"{section.title} ({count} question{'' if count == 1 else 's'})"


def _days(settings: Settings) -> str:
    days = settings.retention_days
    return f"{days} day{'' if days == 1 else 's'}"


def _time(invite: Invite, total: float | None) -> Part:
    pausing = (
        "You can leave at any moment and come back later, on another device too: you go on where you were. Leaving "
        "stops the clock. That you left, and for how long, is shown to the people who read your interview."
    )
    if total is None:
        return Part("time", "How long it takes", ("There is no time limit.", pausing))
    agreed = _TIMING_WORDS.get(invite.accommodation.timing, "")
    upto = f"{agreed}{'you' if agreed else 'You'} have about {_whole(total)} minutes of answering in all."
    counts = (
        "Only the time counts from a question being shown to your answer. When the time is used up, the answer that "
        "you are writing is still taken, and then the interview closes."
    )
    return Part("time", "How long it takes", (upto, counts, pausing))


def _whole(length: float) -> int:
    """Minutes, to the next five where there are many."""
    return round(length / 5) * 5 if length > 20 else max(1, round(length))


def _stored(settings: Settings) -> Part:
    lines = (
        "What you write; when you wrote it and how long it took, where your browser can tell how many characters were "
        "pasted, and when you left and came back; what the program finds in your answers; and what people note, "
        "correct and decide. Your name, and your mail address where it was given, stand beside it.",
        "Time and pasted characters are facts for the people who read your interview. They move no score.",
        f"All of it is kept for {_days(settings)} after your interview ends, and then deleted.",
        "The first question is a warm-up to see how the page works. What you write there is neither stored nor judged.",
    )
    return Part("stored", "What is stored, and for how long", lines)


def _outside(settings: Settings, provider: Provider | None) -> Part:
    heading = "Who else gets your words"
    if provider is None:
        return Part("outside", heading, (f"Nobody: everything stays on {settings.company}'s own server.",))
    lines = (
        f"To be assessed, what you write and the questions are sent to the AI model {provider.model} at "
        f"{provider.place}. Your name and your mail address are not sent.",
        f"Everything else stays on {settings.company}'s own server.",
    )
    return Part("outside", heading, lines)


def _decides(settings: Settings) -> Part:
    lines = ["A person decides. The program recommends and shows what its recommendation rests on; it rejects nobody."]
    if settings.sharing is Sharing.EVIDENCE:
        lines.append(
            "When you are done you see, point by point, which of your own words were found, and you can contest a "
            "finding with a reason."
        )
    return Part("decides", "Who decides", tuple(lines))


def _choices(settings: Settings) -> Part:
    lines = (
        f"Would another format, more time or a plainer page suit you better, or have you a question? Ask before you "
        f"begin: {settings.contact}. Asking has no influence on how you are assessed.",
        "You need not agree, and you can stop at any time. You can download what is stored of you and ask for its "
        "deletion at any time with this link; a person decides on that.",
    )
    return Part("choices", "Your choices", lines)
