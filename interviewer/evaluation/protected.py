"""Lines that touch what nobody may be asked in an interview: age, family, religion, health, origin, past pay, and more.

The patterns look for what is said *to* somebody ("your age", "do you have children"), so that the technical uses of
the same words ("the age of the cache", "child process", "health check", "parent node") pass. They find what is plainly
worded, and nothing that is insinuated: have somebody else read your lines, too.
"""

from __future__ import annotations

import re
from typing import Final

_OF_TREES: Final = (
    r"(?!(?:'s)?[- ](?:process|pid|node|element|component|class|row|record|table|thread|span|trace|task|job|object|"
    r"entit|item|resource|categor|comment|menu|route|module|director|folder|package|commit|branch|pod|workflow|quer|"
    r"document|key|id\b|question|point|scope|block|tag))"
)
"""Stands after "parent", "child" and "family", which may be those of a tree and not of a person."""
_OF_SYSTEMS: Final = r"(?![- ](?:check|endpoint|probe|page|route|url|status|monitor|dashboard|metric|report))"
"""Stands after "health", which may be a service's."""

_WORDINGS: Final[dict[str, tuple[str, ...]]] = {
    "age": (
        r"how old (?:are|were) you",
        r"your (?:own |exact |real )?(?:age(?! (?:header|field|limit|check))|birthday|date of birth|year of birth)",
        r"(?:when|what year|which year) (?:were you born|did you (?:graduate|(?:leave|finish) school))",
        r"are you too (?:old|young)",
        r"are you (?:over|under|above|below) \d\d(?: years|\?|$)",
        r"(?:do|did|will) you (?:plan|intend|expect|want) to retire|your retirement",
    ),
    "family or pregnancy": (
        r"pregnan(?:t|cy)|marital status|maiden name|(?:start|raise|starting|raising) a family",
        r"your (?:husband|wife|spouse|girlfriend|boyfriend|kids|marriage|childcare)",
        rf"your (?:child(?:ren)?|family|parents?)\b{_OF_TREES}",
        r"are you (?:currently )?(?:married|divorced|single(?![- ](?:thread|region|tenant))|an? (?:single )?parent)",
        r"(?:do|will|would|did) you (?:already |still )?(?:have|want|plan|expect|intend)(?: to have| on having| for)?"
        rf"(?: any| a| more| small| young)* (?:kids|bab(?:y|ies)|(?:child(?:ren)?|family)\b{_OF_TREES})",
    ),
    "religion or belief": (
        r"your (?:religio\w+|faith|church|mosque|synagogue|temple|beliefs|politics|political \w+)",
        r"(?:what|which) religion|are you (?:a |an )?(?:religious|christian|catholic|muslim|jewish|hindu|atheist)",
        r"do you (?:pray|believe in god|go to church|celebrate (?:christmas|easter|ramadan))",
        r"(?:did|do|would|will) you vote for|trade union|labou?r union",
    ),
    "health or disability": (
        rf"your (?:own |mental |physical )?health\b{_OF_SYSTEMS}",
        r"your (?:disabilit\w+|illness\w*|medical (?:history|condition|record)s?|medication)",
        r"(?:do|did) you (?:have|suffer from|live with)(?: any| an?)* "
        r"(?:disabilit\w+|illness\w*|(?:medical|chronic|mental|health) (?:illness|problem|condition|issue)\w*)",
        r"are you (?:disabled|handicapped|ill|sick|healthy|physically fit)",
        r"sick days|sick leave|do you (?:smoke|drink alcohol|take (?:any )?medication)",
    ),
    "nationality or origin": (
        r"your (?:nationality|citizenship|ethnic\w*|ancestry|mother tongue|skin colou?r|immigration status)",
        r"your (?:race\b(?![- ](?:condition|detector|test))|accent\b(?![- ]colou?r)|home country)",
        r"your (?:native|first) (?:language|tongue)|your country\b(?![- ](?:code|list|table|filter|field))",
        r"(?:what|which) (?:nationality|citizenship|ethnicity|race are you)|country of (?:origin|birth)",
        r"where (?:are|were) you (?:really |originally |actually )?(?:from|born)",
        r"are you an? (?:immigrant|foreigner|citizen|native (?:english )?speaker)",
    ),
    "salary history": (
        r"salary history|how much (?:do|did|are|were) you (?:earn|earning|(?:being |getting )?paid)",
        r"(?:current|present|previous|last|past|former) (?:salary|wages?|pay\b(?!-))",
        r"what (?:do|did|were|are) you (?:earn|earning|(?:being |getting )?paid)",
        r"how much (?:do|did) you make (?:now|today|there|an? (?:year|month)|at|per)",
    ),
    "gender or orientation": (
        r"your (?:gender|sex|sexual \w+|sexuality)",
        r"are you (?:gay|lesbian|bisexual|straight(?! away)|transgender|queer|an? (?:man|woman)|male|female)",
    ),
}
TOPICS: Final = {
    topic: re.compile("|".join(rf"\b(?:{wording})(?!\w)" for wording in wordings), re.IGNORECASE)
    for topic, wordings in _WORDINGS.items()
}
"""What nobody may be asked, each with the wordings that ask it."""


def touched(line: str) -> list[tuple[str, str]]:
    """The protected topics that a line touches, each with the words that do, in the order of `TOPICS`."""
    plain = " ".join(line.replace("\u2019", "'").split())
    found = ((topic, pattern.search(plain)) for topic, pattern in TOPICS.items())
    return [(topic, match[0]) for topic, match in found if match]
