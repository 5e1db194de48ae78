"""Words that the terminal and the pipe have in common."""

from __future__ import annotations

from typing import Final

from interviewer.core import pacing
from interviewer.core.events import Mode
from interviewer.core.state import State
from interviewer.core.turns import clean
from interviewer.reporting.who import is_model, judge_words, speaker_words

PAUSE: Final = "/pause"
HELP: Final = "/help"
COMMANDS_HELP: Final = """\
/hint     ask for a hint (it lowers what the point it helps with can earn)
/repeat   hear the question again
/skip     leave this question
/pause    leave now; `interviewer resume` goes on where you were
/end      end the interview
/help     these lines
You can also say such things in your own words, and ask questions."""


def header(state: State, *, missing: bool = False) -> tuple[str, str]:
    """What stands above a conversation: the scenario, and who judges and speaks; `missing`: the model does not now."""
    started = state.started
    who = f"{_judge(started.judge.name)} · {_speaker(started.speaker)}" if started else ""
    return state.scenario.title, clean(f"{who} · now without the model" if missing else who)


def _judge(name: str) -> str:
    if is_model(name):
        return f"judged by {judge_words(name)}"
    return f"judged by the {name} judge{' on this machine' if name == 'embedded' else ''}"


def _speaker(name: str) -> str:
    return f"spoken by {speaker_words(name)}" if is_model(name) else f"{name} interviewer"


def briefing(state: State) -> tuple[str, ...]:
    """The author's advice for before a whole interview; nothing when one is taken up again."""
    begins = state.whole and len(state.turns) <= 1
    return state.scenario.briefing if begins else ()


def place(state: State) -> str:
    """Where the interview is: the section, and the time left in it."""
    if state.family is None:
        return ""
    section = state.scenario.main_of(state.family).section
    title = next(one.title for one in state.scenario.sections if one.id == section)
    return f"{title} · {time_left(state)}" if time_left(state) else title


def time_left(state: State, using: float = 0.0) -> str:
    """Minutes left in the section, `using` seconds of which are being used just now; empty where there is no limit."""
    left = pacing.left(state)
    if left is None:
        return ""
    minutes = int(max(0.0, left - using) // 60)
    if minutes == 0 and left - using > 0:
        return "under a minute left"
    return f"{minutes} min left" if minutes else "time is up for this part"


def unreviewed(state: State) -> bool:
    """Whether practice ended in the middle of a question that was answered, so that its panel was never shown."""
    if state.mode is not Mode.PRACTICE or state.family is None or state.family in state.reviewed:
        return False
    return any(attempt.judgements for (name, _), attempt in state.attempts.items() if name in family(state))


def family(state: State) -> tuple[str, ...]:
    """The question at hand with those of its follow-ups that were asked or heard."""
    if state.family is None:
        return ()
    main = state.scenario.main_of(state.family)
    met = [one.id for one in main.follow_ups if (known := state.attempt(one.id)) and (known.asked or known.closed)]
    return (main.id, *met)
