"""The report's wording: one phrase for each fact, the same in every format."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from interviewer.core.events import CloseReason, EndReason, Mode, Who
from interviewer.core.findings import Aid, Status, UnscoredReason
from interviewer.core.hiring import Recommendation
from interviewer.core.scenario import Severity, Tier
from interviewer.core.turns import clean

NUMBERS: Final = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
TRIES: Final = {1: "first", 2: "second", 3: "third", 4: "fourth", 5: "fifth"}

SYMBOLS: Final = {
    Status.COVERED: "✓",
    Status.PARTIAL: "◐",
    Status.ABSENT: "·",
    Status.CONTRADICTED: "✗",
    Status.UNCLEAR: "?",
}
ASCII_SYMBOLS: Final = {
    Status.COVERED: "[x]",
    Status.PARTIAL: "[~]",
    Status.ABSENT: "[ ]",
    Status.CONTRADICTED: "[!]",
    Status.UNCLEAR: "[?]",
}
STATUS_WORDS: Final = {
    Status.COVERED: "covered",
    Status.PARTIAL: "in part",
    Status.ABSENT: "not heard",
    Status.CONTRADICTED: "contradicted",
    Status.UNCLEAR: "not sure I heard this",
}
AID_WORDS: Final = {Aid.UNPROMPTED: "", Aid.PROMPTED: "when asked", Aid.HINTED: "with a hint"}
CLOSE_WORDS: Final = {
    CloseReason.SATISFIED: "",
    CloseReason.PROBED: "",
    CloseReason.SKIPPED: "",
    CloseReason.STUCK: "left after getting stuck",
    CloseReason.LIMIT: "closed at the limit of turns",
    CloseReason.TIME: "out of time",
    CloseReason.ENDED: "the interview ended here",
}
END_WORDS: Final = {
    EndReason.COMPLETED: "completed",
    EndReason.CANDIDATE: "ended by the candidate",
    EndReason.TIME: "closed when the time was up",
    EndReason.INPUT_ENDED: "closed when the input ended",
}
UNSCORED_WORDS: Final = {
    UnscoredReason.OTHER_LANGUAGE: "the answer was not in English, the only language that can be judged so far",
    UnscoredReason.JUDGE_FAILED: "the judge could not do its work",
}
MODE_WORDS: Final = {Mode.PRACTICE: "practice", Mode.SCREEN: "screen"}
TIER_WORDS: Final = {Tier.MINIMUM: "Minimum", Tier.CORE: "Core", Tier.STRONG: "Strong"}
SEVERITY_WORDS: Final = {Severity.SERIOUS: "serious", Severity.DISQUALIFYING: "disqualifying"}
SPEAKER_WORDS: Final = {Who.INTERVIEWER: "Interviewer", Who.CANDIDATE: "Candidate"}
RECOMMENDATION_WORDS: Final = {
    Recommendation.STRONG_PASS: "Strong pass",
    Recommendation.PASS: "Pass",
    Recommendation.FAIL: "Fail",
    Recommendation.NOT_ENOUGH: "Not enough evidence",
}
TO_READ_BLIND: Final = "to be read blind first"
"""In place of a verdict that a reviewer is not to see yet."""
A_PERSON_DECIDES: Final = "A person decides; this program only recommends."
DAMAGED: Final = "The log of this interview is damaged, so nothing in this report can be relied on."

_ASCII: Final = str.maketrans(
    {"“": '"', "”": '"', "‘": "'", "’": "'", "–": "-", "—": "-", "…": "...", "→": "->", "·": "-", "•": "*", "×": "x"}
)


def fit(text: str, encoding: str = "utf-8") -> str:
    """Text that is safe to show: no escape sequences, no control, direction-changing or unencodable characters.

    Line breaks and tabs stay. What `encoding` lacks becomes plain ASCII where that reads the same, else a
    question mark.
    """
    kept = clean(text)
    if encoding.lower().startswith("utf"):
        return kept
    return kept.translate(_ASCII).encode(encoding, "replace").decode(encoding)


def one_line(text: str, limit: int | None = None) -> str:
    """Text with its white space folded; cut in the middle, with an ellipsis, beyond `limit` characters."""
    folded = " ".join(text.split())
    if limit is None or len(folded) <= limit:
        return folded
    head = (limit - 5) * 2 // 3
    return f"{folded[:head].rstrip()} ... {folded[-(limit - 5 - head) :].lstrip()}"


def number(count: int) -> str:
    """A count in words up to ten, in figures beyond."""
    return NUMBERS[count] if 0 <= count < len(NUMBERS) else str(count)


def counted(count: int, noun: str) -> str:
    """A count with its noun: "one point", "three points"."""
    return f"{number(count)} {noun}{'' if count == 1 else 's'}"


def level_range(low: int, high: int) -> str:
    """A level or a range of them, without the word: "2", "2 or 3", "1 to 3"."""
    if low == high:
        return str(low)
    return f"{low} or {high}" if high == low + 1 else f"{low} to {high}"


def nth_try(attempt: int) -> str:
    """A try by its number: "second try", "6th try"."""
    return f"{TRIES[attempt]} try" if attempt in TRIES else f"{attempt}th try"


def minutes(seconds: float) -> str:
    """A duration for people: "45 s", "12 min", "12 min 30 s"."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    rest = f" {whole % 60} s" if whole % 60 else ""
    return f"{whole // 60} min{rest}"


def clock(seconds: float) -> str:
    """Counted time as minutes and seconds: "04:35"."""
    return f"{int(seconds) // 60:02d}:{int(seconds) % 60:02d}"


def without_stop(text: str) -> str:
    """A statement without its full stop, to stand within a sentence."""
    return text.rstrip().removesuffix(".")


def joined(parts: Sequence[str], last: str = "and") -> str:
    """Parts as a list in a sentence: "a, b and c"."""
    return f" {last} ".join([", ".join(parts[:-1]), parts[-1]]) if len(parts) > 1 else "".join(parts)
