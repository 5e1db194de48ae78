"""How a question's level stands in a heading, with later tries beside the first."""

from __future__ import annotations

from collections.abc import Iterator

from interviewer.core.events import CloseReason
from interviewer.core.scoring import LEVEL_NAMES, Standing
from interviewer.reporting.judgements import is_mixed, mixed_words, verdict_came
from interviewer.reporting.model import AttemptReport, Level, QuestionReport
from interviewer.reporting.words import CLOSE_WORDS, UNSCORED_WORDS, counted, level_range, nth_try


def level_heading(question: QuestionReport, between: str = "  ") -> str:
    """ "level 2 of 4  acceptable; on the second try 3"; in words where there is no level."""
    first = _standing_words(question.first, between)
    later = [f"on the {nth_try(one.number)} {_short(one)}" for one in question.later]
    return "; ".join([first, *later])


def level_words(level: Level, between: str = ", ") -> str:
    """ "level 2 of 4, acceptable"; a range as "level 2 or 3 of 4, one point to check"."""
    words = f"level {level_range(level.low, level.high)} of 4"
    if level.low == level.high:
        return f"{words}{between}{LEVEL_NAMES[level.low]}"
    return f"{words}, {counted(level.checks, 'point')} to check" if level.checks else words


def _standing_words(attempt: AttemptReport, between: str) -> str:
    if attempt.standing is Standing.UNASKED:
        return "not asked"
    if attempt.level is None:
        return "not scored"
    words = level_words(attempt.level, between)
    return f"{words}, skipped" if attempt.closed is CloseReason.SKIPPED else words


def _short(attempt: AttemptReport) -> str:
    return level_range(attempt.level.low, attempt.level.high) if attempt.level else _standing_words(attempt, "")


def attempt_heading(attempt: AttemptReport) -> str:
    """ "First try: level 2 of 4, acceptable"."""
    return f"{nth_try(attempt.number).capitalize()}: {_standing_words(attempt, ', ')}"


def judged_words(attempt: AttemptReport) -> Iterator[str]:
    """Who judged a try, and the facts that were noted for a person."""
    if is_mixed(attempt):
        yield from mixed_words(attempt)
    elif attempt.judge:
        yield f"Judged by {attempt.judge.name} ({attempt.judge.hash[:12]})."
    if attempt.notes:
        yield f"Noted: {'; '.join(attempt.notes)}."


def standing_note(attempt: AttemptReport) -> str:
    """A line on how a try went beyond its level: not scored and why, heard before it was asked, out of time."""
    if attempt.standing is Standing.UNASKED:
        return ""
    if attempt.standing is Standing.UNSCORED:
        if is_mixed(attempt) and not verdict_came(attempt):
            return "Not scored: no verdict of the interview's judge has come."
        return f"Not scored: {UNSCORED_WORDS[attempt.unscored]}." if attempt.unscored else "Not judged yet."
    if not attempt.asked:
        return "Answered before it was asked, so it was not asked."
    words = CLOSE_WORDS[attempt.closed] if attempt.closed else ""
    return f"{words[0].upper()}{words[1:]}." if words else ""
