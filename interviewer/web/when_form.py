"""The part of a follow-up's form that says when it is asked: for each point of its parent one choice out of a few."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import count
from typing import Final, Literal

from interviewer.core.scenario import AskWhen, FollowUp, MainQuestion
from interviewer.web.fields import Draft, Fields

EITHER, HAS, LACKS, BOTH = "", "has", "lacks", "both"
CHOICES: Final = (
    (EITHER, "It makes no difference"),
    (HAS, "Ask only if the answer has it"),
    (LACKS, "Ask only if the answer lacks it"),
)
NEVER: Final = (BOTH, "Ask only if the answer has it and lacks it: never")
"""Only offered where it is so: files can say it, and a check tells of it."""
ROWS: Final = "when"
FIELDS: Final = ("point", "is")


def values_of(parent: MainQuestion, follow_up: FollowUp | None) -> dict[str, str]:
    """The fields of the choices; of a new follow-up (None) nothing is chosen."""
    held = follow_up.ask_when if follow_up else "always"
    values = {}
    for index, point in enumerate(parent.points):
        values[f"{ROWS}.{index}.point"] = point.id
        values[f"{ROWS}.{index}.is"] = _choice(held, point.id)
    return values


def _choice(held: Literal["always"] | AskWhen, point: str) -> str:
    if not isinstance(held, AskWhen):
        return EITHER
    has, lacks = point in held.has, point in held.lacks
    return BOTH if has and lacks else HAS if has else LACKS if lacks else EITHER


def read(given: Fields) -> tuple[dict[str, str], int]:
    """The fields of the choices as they were sent, and how many choices there were."""
    rows = next(number for number in count() if f"{ROWS}.{number}.{FIELDS[-1]}" not in given)
    names = [f"{ROWS}.{index}.{name}" for index in range(rows) for name in FIELDS]
    return {name: given.one(name) for name in names}, rows


def condition_of(draft: Draft, held: FollowUp | None) -> Literal["always"] | AskWhen:
    """The condition that the choices say; as it was written in `held`, where it says the same."""
    before: Literal["always"] | AskWhen = held.ask_when if held else "always"
    if not draft.rows.get(ROWS):
        return before
    chosen = dict(_chosen(draft))
    has = tuple(name for name, choice in chosen.items() if choice in (HAS, BOTH))
    lacks = tuple(name for name, choice in chosen.items() if choice in (LACKS, BOTH))
    if isinstance(before, AskWhen) and (set(has), set(lacks)) == (set(before.has), set(before.lacks)):
        return before
    return AskWhen(has=has, lacks=lacks) if has or lacks else "always"


def faults(draft: Draft, parent: MainQuestion) -> Mapping[str, str]:
    """What is wrong with the choices, by field: a point that is gone, or a choice that is none."""
    known, offered = {one.id for one in parent.points}, {EITHER, HAS, LACKS, BOTH}
    wrong = {}
    for index, (point, choice) in enumerate(_chosen(draft)):
        if choice not in offered:
            wrong[f"{ROWS}.{index}.is"] = "Please choose one of those offered."
        elif choice and point not in known:
            wrong[f"{ROWS}.{index}.is"] = (
                "The question has lost this point meanwhile. Choose that it makes no difference."
            )
    return wrong


def _chosen(draft: Draft) -> Iterator[tuple[str, str]]:
    for index in range(draft.rows.get(ROWS, 0)):
        yield draft.value(f"{ROWS}.{index}.point"), draft.value(f"{ROWS}.{index}.is")
