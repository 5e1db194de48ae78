"""What each form of the office does, in words, and what its fields are called; only these forms are ever kept."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from interviewer.web.security import local


@dataclass(frozen=True, slots=True)
class Deed:
    """What a form does, and how many parts of its address lie between it and the page that it stands on."""

    words: str
    up: int = 0


_P: Final = "/positions/{name}"
_S: Final = f"{_P}/scenario"
_I: Final = "/interviews/{name}"
DEEDS: Final[Mapping[str, Deed]] = {
    "/positions": Deed("A new position"),
    f"{_P}/settings": Deed("The settings of a position"),
    f"{_P}/close": Deed("Closing a position", 1),
    f"{_P}/reopen": Deed("Opening a position again", 1),
    f"{_P}/preview": Deed("A preview of the interview"),
    f"{_P}/preview/{{invite}}/delete": Deed("Deleting a preview", 2),
    f"{_S}/ours": Deed("A copy of the scenario of your own", 1),
    f"{_S}/check": Deed("The check of the questions", 1),
    f"{_S}/questions/{{question}}": Deed("A question"),
    f"{_S}/questions/{{question}}/remove": Deed("Removing a question", 1),
    f"{_S}/new-question": Deed("A new question"),
    f"{_S}/questions/{{question}}/new-follow-up": Deed("A new follow-up"),
    f"{_S}/criteria/{{kind}}": Deed("A criterion"),
    f"{_S}/criteria/{{kind}}/remove": Deed("Removing a criterion", 3),
    f"{_S}/sections": Deed("The sections of the interview"),
    f"{_S}/texts": Deed("The texts of the interview"),
    f"{_P}/invites": Deed("An invitation"),
    f"{_P}/invites/list": Deed("Invitations from a list", 1),
    "/invites/{name}/link": Deed("A new link for an invitation", 1),
    "/invites/{name}/extend": Deed("A later last day of an invitation", 1),
    "/invites/{name}/accommodate": Deed("What was agreed with a candidate", 1),
    "/invites/{name}/revoke": Deed("Ending an invitation", 1),
    "/invites/{name}/fresh-attempt": Deed("A fresh attempt for a candidate", 1),
    f"{_P}/queue": Deed("An answer in the review"),
    f"{_P}/queue/blind": Deed("A blind reading", 1),
    f"{_I}/confirm": Deed("Confirming a finding", 1),
    f"{_I}/override": Deed("A change of a finding", 1),
    f"{_I}/comment": Deed("A comment on an interview", 1),
    f"{_I}/decide": Deed("A decision", 1),
    f"{_I}/reveal": Deed("Seeing a candidate's name", 1),
    "/requests/{invite}/grant": Deed("Granting a request", 2),
    "/requests/{invite}/refuse": Deed("Refusing a request", 2),
}
"""By the path of the route."""
NOT_KEPT: Final[Mapping[str, str]] = {
    "/sign-in": "It holds a password; what was kept before goes with it.",
    "/sign-out": "Nothing is typed there, and whoever wanted to be signed out is.",
    "/sign-out/everywhere": "Nothing is typed there; whether to end all sessions is asked of whoever is signed in.",
}
"""Forms of the office that are never kept, and why."""
_PATTERNS: Final = tuple(
    (re.compile(re.sub(r"\\\{\w+\\\}", r"[\\w-][\\w.-]*", re.escape(path)), re.ASCII), deed)
    for path, deed in DEEDS.items()
)

QUIET: Final = frozenset({"was", "at", "do", "interview", "id"})
"""Fields that a page fills in itself; the last part of a name counts."""
_LABELS: Final[Mapping[str, str]] = {
    "text": "Comment",
    "status": "What it is",
    "target": "Finding",
    "people": "Candidates",
    "file": "From the file",
    "mail": "Mail address",
    "until": "Last day",
    "again": "Invite again",
    "known": "Those invited already",
    "title": "Title",
    "contact": "Whom candidates ask",
    "help_allowed": "Which help is allowed",
    "retention_days": "Days that interviews are kept",
    "sharing": "What candidates see when it is over",
    "judge": "Who judges",
    "timing": "Time",
    "asks": "What is asked",
    "asked": "When asked",
    "not_this": "Sounds alike, but is not meant",
    "sounds_like": "Sounds like",
    "reference": "Reference answer",
    "says": "",
}
_PARTS: Final[Mapping[str, str]] = {"calibration": "Answer for the check", "criteria": "Criterion"}


def deed_of(path: str) -> Deed | None:
    """What a form does that is sent to this path, perhaps with a query; None where no form of ours is kept."""
    if local(path, "") != path:
        return None
    bare = path.partition("?")[0]
    return next((deed for pattern, deed in _PATTERNS if pattern.fullmatch(bare)), None)


def place_of(path: str) -> str:
    """The page on which the form stands that is sent to this path."""
    deed, bare = deed_of(path), path.partition("?")[0]
    if deed is None:
        return "/"
    return "/".join(bare.split("/")[: -deed.up]) if deed.up else path


def quiet(name: str) -> bool:
    """Whether a page fills this field in itself."""
    return name.rsplit(".", 1)[-1] in QUIET


def label(name: str) -> str:
    """What a field is called: `points.0.says` is "Point 1", `role.team` is "Role: team"."""
    *before, last = name.split(".")
    own = _LABELS.get(last, _plain(last))
    lead = ""
    for part in before:
        if part.isdigit():
            lead = f"{lead.removesuffix('s')} {int(part[:9]) + 1}"
        else:
            lead = f"{lead}: {_plain(part)}" if lead else _PARTS.get(part, _plain(part))
    words = f"{lead}: {own[:1].lower()}{own[1:]}" if lead and own else lead or own or "Words"
    return words[:1].upper() + words[1:]


def _plain(name: str) -> str:
    words = re.sub("[_-]+", " ", name).strip()
    return words[:1].upper() + words[1:]
