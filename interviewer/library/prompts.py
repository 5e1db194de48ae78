"""Prompt files: Markdown with a part for each role, and `{fields}` that the program fills.

    # system
    Rules that never change.

    # user
    What {question} is asked of whom.

Strict, because a misspelt field would silently change what a model is asked: an unknown or missing field is an error
when the file is read. A brace that is meant as one is written twice.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterator
from string import Formatter
from typing import Final, Literal, cast

from interviewer.core.ports import Prompt
from interviewer.library.plain import Unreadable

Role = Literal["system", "user"]

_HEADING: Final = re.compile(r"^# (.*)$", re.MULTILINE)
_FIELD: Final = re.compile(r"[a-z][a-z_]*")
_ROLES: Final = ("system", "user")


def parse_prompt(text: str, fields: Collection[str] | None = None) -> Prompt:
    """The prompt in a file's text; raises Unreadable, with the line.

    `fields` are those that the program fills: each must occur, and no other may. None: any may.
    """
    messages = tuple(_messages(text))
    found = {name for _, message in messages for name in _fields(message)}
    if fields is not None:
        for name in sorted(found - set(fields)):
            raise Unreadable(f"unknown field {{{name}}}; there are {_listed(fields)}", _line(text, f"{{{name}}}"))
        for name in sorted(set(fields) - found):
            raise Unreadable(f"the field {{{name}}} is missing")
    return Prompt(tuple(messages), hashlib.sha256(text.encode()).hexdigest())


def _messages(text: str) -> Iterator[tuple[Role, str]]:
    """The parts of a file, each role's once, in their order."""
    headings = list(_HEADING.finditer(text))
    roles = [heading[1].strip() for heading in headings]
    for heading, role in zip(headings, roles, strict=True):
        if role not in _ROLES:
            raise Unreadable(f"unknown part {role[:40]!r}; there are `# system` and `# user`", _at(text, heading))
    if roles != list(_ROLES):
        raise Unreadable("must hold one part `# system` and then one part `# user`")
    if text[: headings[0].start()].strip():
        raise Unreadable("nothing may stand before `# system`", 1)
    ends = [*(heading.start() for heading in headings[1:]), len(text)]
    for heading, role, end in zip(headings, roles, ends, strict=True):
        message = text[heading.end() : end].strip()
        if not message:
            raise Unreadable(f"the part `# {role}` is empty", _at(text, heading))
        _check(message, _at(text, heading))
        yield cast(Role, role), message


def _check(message: str, line: int) -> None:
    """Refuse braces that are no plain field."""
    try:
        parts = list(Formatter().parse(message))
    except ValueError as error:
        raise Unreadable(f"a brace is wrong in this part ({error}); write {{{{ or }}}} for a plain one", line) from None
    for _, name, form, conversion in parts:
        if name is not None and (not _FIELD.fullmatch(name) or form or conversion):
            raise Unreadable(f"{{{name[:40]}}} is no field; write {{{{ and }}}} for plain braces", line)


def _fields(message: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(message) if name}


def _listed(fields: Collection[str]) -> str:
    return ", ".join(f"{{{name}}}" for name in sorted(fields)) or "none"


def _at(text: str, heading: re.Match[str]) -> int:
    return text.count("\n", 0, heading.start()) + 1


def _line(text: str, part: str) -> int:
    return text.count("\n", 0, text.find(part)) + 1
