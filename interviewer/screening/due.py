"""What the law of some places asks for before candidates there are screened: help for the recruiter, no legal advice.

Each line names its source and says what we knew in `KNOWN`; rules on software in hiring change often. Dates are worked
out in business days (Monday to Friday); holidays are not known here, so each of them adds a day.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from interviewer.screening.position import MAX_RETENTION, Place

KNOWN: Final = "November 2026"
"""As of when the rules are told."""
NOTICE_DAYS: Final = 10
"""Business days between notice and use: New York City Administrative Code section 20-871(b)."""
COLORADO: Final = date(2027, 1, 1)
"""Colorado's SB 26-189 applies from this day."""
HIGH_RISK: Final = date(2027, 12, 2)
"""The EU's rules for high-risk systems apply from this day, since the amendment of 2026."""

PLACES: Final[Mapping[Place, str]] = {
    Place.NEW_YORK_CITY: "New York City",
    Place.ILLINOIS: "Illinois",
    Place.COLORADO: "Colorado",
    Place.CALIFORNIA: "California",
    Place.EUROPEAN_UNION: "European Union",
    Place.UNITED_KINGDOM: "United Kingdom",
    Place.ELSEWHERE: "Elsewhere",
}
"""The places by name, in the order in which they are offered."""

FIRST: Final = "before the first invitation"


@dataclass(frozen=True, slots=True)
class Due:
    """One thing to do: where it is asked for, what, why, until when, and who says so.

    `not_before`: the day from which candidates there may be invited, where it is done on the day that was given.
    """

    place: Place
    what: str
    why: str
    when: str
    source: str
    not_before: date | None = None


@dataclass(frozen=True, slots=True)
class Keeping:
    """How long records have to be kept, in days, and who says so."""

    place: Place
    days: int
    why: str


def due(places: Iterable[Place], given: date) -> tuple[Due, ...]:
    """What is due for candidates in these places, in the order of `PLACES`, where notice is given on this day."""
    wanted = set(places)
    return tuple(one for place in PLACES if place in wanted for one in _RULES[place](given))


def earliest(places: Iterable[Place], given: date) -> date | None:
    """The first day on which everybody may be invited, as far as a waiting time is known; None: there is none."""
    return max((one.not_before for one in due(places, given) if one.not_before), default=None)


def after_business_days(start: date, count: int) -> date:
    """The day that comes so many business days after another, which does not count itself."""
    day = start
    while count:
        day += timedelta(days=1)
        count -= day.weekday() < 5
    return day


def a_year_before(day: date) -> date:
    """The same day one year earlier; of the 29th of February, the 1st of March."""
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return date(day.year - 1, 3, 1)


def too_short(places: Iterable[Place], days: int) -> tuple[Keeping, ...]:
    """The places where records are kept longer than so many days."""
    wanted = set(places)
    return tuple(one for place in PLACES if place in wanted for one in _KEPT.get(place, ()) if one.days > days)


def _new_york_city(given: date) -> Iterator[Due]:
    use = after_business_days(given, NOTICE_DAYS)
    law = "Local Law 144 of 2021: Administrative Code section 20-871; 6 RCNY sections 5-300 to 5-304"
    yield Due(
        Place.NEW_YORK_CITY,
        "Tell candidates who live in the city that an automated tool assesses their answers.",
        "At least ten business days before it is used on them, with the qualifications it assesses and how to ask for "
        "another way or an accommodation: on the careers page, in the job posting, or by mail.",
        f"Given on {told(given)}, the first invitation may go out on {told(use)}; each holiday between adds a day.",
        law,
        use,
    )
    yield Due(
        Place.NEW_YORK_CITY,
        "Have an independent bias audit of the tool, and publish a summary of it.",
        "The audit compares selection rates by sex, race and ethnicity, is no more than a year old when the tool is "
        "used, and its summary and date stand on your website before that.",
        f"{FIRST}; for one on {told(use)}, an audit of {told(a_year_before(use))} or later",
        law,
    )
    yield Due(
        Place.NEW_YORK_CITY,
        "Say which data are collected, where they come from, and how long they are kept.",
        "On your website, or in writing within 30 days of a request. The candidate's page here says it too.",
        FIRST,
        law,
    )


def _illinois(given: date) -> Iterator[Due]:
    yield Due(
        Place.ILLINOIS,
        "Tell candidates that artificial intelligence is used in recruitment and hiring.",
        "In force since 1 January 2026, and it also forbids use that has the effect of discriminating, zip codes as a "
        "stand-in included. Rules on the notice's form were proposed in May 2026 and withdrawn in June: check whether "
        "there are some now.",
        FIRST,
        "HB 3773 (Public Act 103-0804): Human Rights Act, 775 ILCS 5/2-102(L)",
    )


def _colorado(given: date) -> Iterator[Due]:
    law = "SB 26-189 of 2026, in place of SB 24-205: C.R.S. title 6, article 1, part 17"
    start = "from" if given < COLORADO else "in force since"
    yield Due(
        Place.COLORADO,
        "Tell candidates, clearly, that automated decision-making technology is used, and where to learn more.",
        "Where its output materially influences the decision. The attorney general was to adopt rules for the details.",
        f"{FIRST}; {start} {told(COLORADO)}",
        law,
    )
    yield Due(
        Place.COLORADO,
        "Be ready to explain a rejection, to correct data, and to have a person look again.",
        "After an adverse outcome: a plain explanation within 30 days, how to correct wrong data, and a meaningful "
        "review by a person. Here a person decides in any case, and a finding can be contested.",
        f"with the first decisions; {start} {told(COLORADO)}",
        law,
    )


def _california(given: date) -> Iterator[Due]:
    law = "Civil Rights Council regulations on automated-decision systems, 2 CCR section 11008.1 and following"
    yield Due(
        Place.CALIFORNIA,
        "Test for bias, and keep what you found.",
        "In force since 1 October 2025. Testing is no condition, but whether it was done, how well, how recently and "
        "what came of it counts for or against you in a discrimination case.",
        FIRST,
        law,
    )
    yield Due(
        Place.CALIFORNIA,
        "Offer accommodations, and another format where a candidate needs one.",
        "A tool that measures skill, reaction or other traits may screen out people with a disability. Extra time, no "
        "time limit, a plain page and larger type are here; agree on anything else in person.",
        FIRST,
        law,
    )


def _european_union(given: date) -> Iterator[Due]:
    act = "Regulation (EU) 2024/1689 (AI Act), as amended in 2026"
    start = "from" if given < HIGH_RISK else "since"
    yield Due(
        Place.EUROPEAN_UNION,
        "Tell candidates that they talk to an AI system.",
        "The candidate's page says so before anything starts. The duty applies since 2 August 2026.",
        FIRST,
        f"{act}: Article 50(1)",
    )
    yield Due(
        Place.EUROPEAN_UNION,
        "Prepare for the rules on high-risk systems: recruitment is one of their fields.",
        "Among them: people who can oversee and overrule it, candidates informed, logs kept for six months at least, "
        "use as the provider's instructions say. They were to apply on 2 August 2026 and were put off to 2 December "
        "2027: check the present date.",
        f"{start} {told(HIGH_RISK)}",
        f"{act}: Article 6(2), Annex III point 4(a), Article 26",
    )
    yield Due(
        Place.EUROPEAN_UNION,
        "Tell candidates what is done with their data, and assess the risk for them.",
        "Purpose, legal basis, how long, to whom, and their rights; a systematic assessment of people that weighs in a "
        "decision usually needs an impact assessment. No decision may rest on automated processing alone: here a "
        "person decides.",
        FIRST,
        "Regulation (EU) 2016/679 (GDPR): Articles 13, 22 and 35",
    )


def _united_kingdom(given: date) -> Iterator[Due]:
    yield Due(
        Place.UNITED_KINGDOM,
        "Do a data protection impact assessment, and tell candidates how AI handles their data.",
        "The ICO asks recruiters for both before such a tool is used, and for watching it for bias and errors.",
        FIRST,
        "UK GDPR, Articles 13 and 35; ICO, AI tools in recruitment: audit outcomes report (November 2024)",
    )
    yield Due(
        Place.UNITED_KINGDOM,
        "Keep a person in the decision who can really change it.",
        "For a significant decision without that, candidates must be told, and may object and have a person look "
        "again. Here a person decides.",
        FIRST,
        "UK GDPR, Articles 22A to 22D (Data (Use and Access) Act 2025, in force since February 2026)",
    )


def _elsewhere(given: date) -> Iterator[Due]:
    yield Due(
        Place.ELSEWHERE,
        "Find out what the law there asks for.",
        "We know of no rule to name for other places. Telling candidates, letting a person decide and looking for bias "
        "is good practice everywhere.",
        FIRST,
        "",
    )


_RULES: Final[Mapping[Place, Callable[[date], Iterator[Due]]]] = {
    Place.NEW_YORK_CITY: _new_york_city,
    Place.ILLINOIS: _illinois,
    Place.COLORADO: _colorado,
    Place.CALIFORNIA: _california,
    Place.EUROPEAN_UNION: _european_union,
    Place.UNITED_KINGDOM: _united_kingdom,
    Place.ELSEWHERE: _elsewhere,
}

_FEDERAL: Final = "private employers of 15 or more keep hiring records for one year (29 CFR 1602.14)"
_KEPT: Final[Mapping[Place, tuple[Keeping, ...]]] = {
    Place.NEW_YORK_CITY: (Keeping(Place.NEW_YORK_CITY, 366, _FEDERAL),),
    Place.ILLINOIS: (Keeping(Place.ILLINOIS, 366, _FEDERAL),),
    Place.COLORADO: (
        Keeping(Place.COLORADO, 1096, "records of covered technology are kept for three years (SB 26-189)"),
    ),
    Place.CALIFORNIA: (
        Keeping(Place.CALIFORNIA, 1461, "records of applications and of automated decisions are kept for four years"),
    ),
    Place.EUROPEAN_UNION: (
        Keeping(Place.EUROPEAN_UNION, 184, "logs of high-risk systems are kept for six months (AI Act, Article 26(6))"),
    ),
}


def keeping_words(one: Keeping) -> str:
    """A place's duty to keep records, in a sentence, with what can be done about it here."""
    more = "Export the results and keep them yourself" if one.days > MAX_RETENTION else f"Set {one.days} days or more"
    return f"{PLACES[one.place]}: {one.why}. {more}, or ask your lawyer."


def told(day: date) -> str:
    """A day in words: 7 December 2026."""
    return f"{day.day} {day:%B %Y}"
