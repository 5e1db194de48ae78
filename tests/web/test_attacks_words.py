"""Names, titles, scenario texts, answers and reasons that want to be markup, code, formulas or terminal sequences.

On every page, in every file and on every command's output they are words and nothing else.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any, Final
from urllib.parse import quote

import pytest
from fastapi.testclient import TestClient
from typer.testing import CliRunner

from interviewer.cli.app import app as commands
from interviewer.core.events import Said, Who
from interviewer.core.scenario import Scenario
from interviewer.hosting.editing import Editing
from interviewer.hosting.inviting import Inviting
from interviewer.hosting.people import Person
from interviewer.hosting.preview import Previews
from interviewer.screening.invite import VALID_FOR, Invite
from interviewer.screening.roles import Role
from interviewer.web.house import House
from tests.factories import UNCLEAR, tiny_scenario
from tests.interviews import held, screened
from tests.web.attacks import HOSTILE, MARKUP, STEERING, all_of, control, csv_faults, faults, page_faults, words_of
from tests.web.world import WHO, World, agree_and_begin, turn_of

SignedIn = Callable[..., TestClient]
GROUPS: Final = (MARKUP[:7], MARKUP[7:14], MARKUP[14:])
"""So many at once as a short line can hold."""
_NO_TEXTS: Final = frozenset({"id", "schema", "points", "flags", "group", "tier", "severity", "section", "ask_when"})
QUERIES: Final = (
    *("next", "scenario", "section", "id", "question", "find", "last", "read", "but", "interview", "status", "page"),
    *("recommendation", "decision", "sort", "up", "subject", "who", "deed", "state"),
)
NUMBERS: Final = ("at", "before")
"""What pages read from their addresses."""


def hostile_scenario(word: str) -> Scenario:
    """The small scenario, all of whose texts begin with a word."""

    def changed(value: Any, key: str = "") -> Any:
        if isinstance(value, dict):
            return {name: changed(inner, name) for name, inner in value.items()}
        if isinstance(value, list | tuple):
            return [changed(inner, key) for inner in value]
        return f"{word} {value}" if isinstance(value, str) and key not in _NO_TEXTS else value

    return Scenario.model_validate(changed(tiny_scenario().model_dump(mode="json", by_alias=True)))


@pytest.fixture
def hostile(
    house: House, position: Callable[..., Any], invite: Callable[..., Any], signed_in: SignedIn
) -> Callable[[str], tuple[World, TestClient]]:
    """A world in which every text that somebody can write holds a word; with an administrator."""

    def make(word: str) -> tuple[World, TestClient]:
        plan = hostile_scenario(word)
        position("backend", plan, title=word, company=word, contact=word, help_allowed=word)
        Editing(house.program).make_ours("backend", "the-admin")
        made, token = invite(word, mail="a@example.org")
        log = screened({"method": UNCLEAR, "no-server": UNCLEAR}, words=f"{word} the client sends a request", plan=plan)
        interview = held(house, made, log)
        admin, candidate = signed_in(Role.ADMIN, "the-admin"), f"/i/{token}"
        until = (house.clock.now() + VALID_FOR).date()
        fresh = Inviting(house.program).invite("backend", [Person(word), Person(f"{word} 2")], until, "the-admin")
        key = house.desk.links.keep("backend", "the-admin", fresh)
        preview = Previews(house.program, house.hall).begin("backend", "the-admin")
        names = {
            "positions": "backend",
            "invites": made.id,
            "interviews": interview,
            "requests": made.id,
            "previews": preview.invite.id,
        }
        sent = [
            (f"{candidate}/contest", {"target": "http.request", "reason": word}),
            (f"{candidate}/broke", {"trouble": word, "words": word}),
            (f"{candidate}/forget", {"reason": word}),
            (f"/interviews/{interview}/comment", {"text": word}),
            (f"/interviews/{interview}/comment", {"text": word, "target": "http.tls"}),
            (f"/interviews/{interview}/override", {"target": "http.tls", "status": "absent", "reason": word}),
            (f"/interviews/{interview}/decide", {"decision": "advance", "reason": word}),
        ]
        for path, form in sent:
            answer = admin.post(path, data=form)
            assert answer.status_code in (200, 303), (path, words_of(answer.text))
            assert faults(answer) == [], path
        return World(house, names, interview, key, token), admin

    return make


@pytest.mark.parametrize("words", GROUPS, ids=["first", "second", "third"])
def test_on_every_page_and_in_every_file_they_are_words(
    hostile: Callable[[str], tuple[World, TestClient]], words: tuple[str, ...]
) -> None:
    word = " ".join(words)
    world, admin = hostile(word)
    found, seen = {}, set()
    for route in (one for one in WHO if one.startswith("GET ")):
        answer = world.asked(admin, route)
        found[route] = faults(answer)
        if answer.headers.get("content-type", "").startswith("text/html") and word in words_of(answer.text):
            seen.add(route)
    assert all_of(found) == {}
    # The words were there to be seen, and stood on the pages as they were written.
    assert len(seen) > 22, seen


@pytest.mark.parametrize("words", GROUPS, ids=["first", "second", "third"])
def test_on_the_way_to_the_end_they_are_words(
    hostile: Callable[[str], tuple[World, TestClient]],
    client: TestClient,
    invite: Callable[..., tuple[Invite, str]],
    words: tuple[str, ...],
) -> None:
    word = " ".join(words)
    hostile(word)
    _, token = invite(f"{word} the second")
    for step in ("notice", "begin", "talk"):
        shown = client.get(f"/i/{token}" + ("" if step == "notice" else f"/{step}"))
        assert shown.status_code == 200 and faults(shown) == [] and word in words_of(shown.text), step
        if step == "notice":
            version = shown.text.split('name="version" value="')[1].split('"')[0]
            client.post(f"/i/{token}", data={"version": version, "agree": "yes", "keeps_to_help": "yes"})
        client.post(f"/i/{token}/begin", data={"start": "yes"} if step == "begin" else {"words": word})
    for deed in ("leave", "broke", "say", "talk"):
        answer = client.post(f"/i/{token}/{deed}", data={"words": word, "trouble": word, "turn": "1"})
        assert faults(answer) == [], deed


@pytest.mark.parametrize("words", GROUPS, ids=["first", "second", "third"])
def test_forms_that_come_back_show_them_as_words(
    hostile: Callable[[str], tuple[World, TestClient]], words: tuple[str, ...]
) -> None:
    word = " ".join(words)
    world, admin = hostile(word)
    wrong = {
        "/positions": {"scenario": "junior-backend", "title": word, "company": word, "contact": word},
        "/positions/backend/settings": {"title": word, "retention_days": word, "judge": word, "timing": word},
        "/positions/backend/invites": {"name": word, "mail": word, "until": word},
        "/positions/backend/invites/list": {"people": word, "until": word},
        "/positions/backend/scenario/texts": {"title": "", "welcome": word, "facts.0.asked": word, "facts.0.reply": ""},
        "/positions/backend/scenario/questions/http": {"title": word, "points.0.says": word, "points.0.group": word},
        "/positions/backend/scenario/new-question": {"title": word, "do": "add.points"},
        "/positions/backend/scenario/criteria/passing": {"says": word, "need": word, "points": word},
        f"/invites/{world.names['invites']}/extend": {"until": word},
        "/sign-in": {"name": word, "password": word, "next": word},
        f"/i/{world.token}": {"version": word},
        f"/i/{world.token}/contest": {"target": word, "reason": word},
        f"/i/{world.token}/say": {"turn": word, "words": word, "command": word, "pasted": word},
    }
    assert all_of({path: faults(admin.post(path, data=form)) for path, form in wrong.items()}) == {}


@pytest.mark.parametrize("words", [*GROUPS, STEERING], ids=["first", "second", "third", "steering"])
def test_in_addresses_they_are_words(
    hostile: Callable[[str], tuple[World, TestClient]], words: tuple[str, ...]
) -> None:
    world, admin = hostile("plain")
    found = {}
    for route in (one for one in WHO if one.startswith("GET ")):
        for word in (*words, " ".join(words)):
            asked = "&".join(f"{name}={quote(word)}" for name in QUERIES)
            found[f"{route}?{word}"] = faults(admin.get(f"{world.path(route)}?{asked}"))
        numbers = "&".join(f"{name}={quote(words[0])}" for name in NUMBERS)
        found[f"{route}?{numbers}"] = faults(admin.get(f"{world.path(route)}?{numbers}"))
        path = route.split(" ")[1]
        for word in words if "{" in path else ():
            answer = admin.get(re.sub(r"\{\w+\}", quote(word, safe=""), path))
            found[f"{route} {word}"] = faults(answer) if answer.status_code != 200 else ["it was found"]
    assert all_of(found) == {}


# What cannot be shown is never stored


@pytest.mark.parametrize("word", STEERING, ids=ascii)
def test_names_that_steer_are_refused_or_stored_plain(
    house: House, position: Callable[..., Any], signed_in: SignedIn, word: str
) -> None:
    position()
    admin = signed_in(Role.ADMIN)
    until = (house.clock.now() + VALID_FOR).date().isoformat()
    forms: tuple[tuple[str, dict[str, str]], ...] = (
        ("invites", {"name": f"Grace {word}", "mail": "a@example.org", "until": until}),
        ("invites", {"name": "Grace", "mail": f"a{word}@example.org", "until": until}),
        ("invites", {"name": "Grace", "mail": f"a@{word}example.org", "until": until}),
        ("invites/list", {"people": f"Grace {word}, b@example.org\nAda, {word}@example.org", "until": until}),
        ("settings", {"title": word, "company": word, "contact": word, "help_allowed": word, "places": "elsewhere"}),
    )
    for path, form in forms:
        assert faults(admin.post(f"/positions/backend/{path}", data=form)) == []
    stored = [f"{one.name} {one.mail}" for one in house.office.invites("backend")]
    settings = house.office.position("backend").settings
    assert control("".join(stored)) == [] and control(settings.model_dump_json()) == []


def test_an_interview_of_nothing_but_hostile_answers(
    house: House,
    client: TestClient,
    signed_in: SignedIn,
    invite: Callable[..., tuple[Invite, str]],
) -> None:
    made, token = invite("Grace Example")
    agree_and_begin(client, token)
    words = [f"{one} sends a request" for one in (" ".join(HOSTILE), *STEERING, *MARKUP)]
    for number in range(40):
        page = client.get(f"/i/{token}/talk")
        if page.status_code == 303:
            break
        assert faults(page) == []
        said = words[number % len(words)]
        streamed = {"Accept": "application/x-ndjson"} if number % 2 else {}
        answer = client.post(f"/i/{token}/say", data={"turn": turn_of(page.text), "words": said}, headers=streamed)
        if streamed:
            rows = [json.loads(line) for line in answer.text.splitlines()]
            assert control("".join(one.get("text", "") for one in rows)) == [] and rows[-1]["fate"] == "done"
        else:
            assert faults(answer) == [], said
    page = client.get(f"/i/{token}/talk")
    if page.status_code == 200:
        client.post(f"/i/{token}/say", data={"turn": turn_of(page.text), "command": "end"})
    held_id = house.office.invite(made.id).interview
    assert held_id and house.hall.read(held_id).over
    spoken = [one for one in house.hall.read(held_id).events if isinstance(one, Said) and one.who is Who.CANDIDATE]
    assert len(spoken) > 5 and control("".join(one.text for one in spoken)) == []
    admin = signed_in(Role.ADMIN, "the-admin")
    place = f"/interviews/{held_id}"
    paths = [place, f"{place}/report", "/positions/backend/results", "/positions/backend/queue"]
    paths += [f"/positions/backend/export.{kind}" for kind in ("csv", "json")]
    paths += [f"/i/{token}/{page}" for page in ("done", "evidence", "data")]
    assert all_of({path: faults(admin.get(path)) for path in paths}) == {}
    assert all_of(told_by_commands(held_id)) == {}


def told_by_commands(interview: str) -> dict[str, list[str]]:
    """What is wrong with what the commands say of an interview."""
    asked = [
        ["interviews", "list"],
        ["interviews", "show", interview],
        ["interviews", "show", interview, "--why"],
        ["interviews", "verify", interview],
        ["interviews", "export", interview],
        *(["report", interview, "--format", kind] for kind in ("terminal", "markdown", "json")),
        ["user", "list"],
        ["interviews", "show", "\x1b]0;owned\x07"],
        ["user", "remove", "\x1b]0;owned\x07\u202e"],
        ["scenario", "show", "\x1b[2J"],
    ]
    found = {}
    for arguments in asked:
        done = CliRunner().invoke(commands, arguments)
        words = done.output + str(done.exception or "")
        assert words.strip(), arguments
        # What an error quotes is told through the same boundary as everything else, which cleans it.
        found[" ".join(map(ascii, arguments))] = [ascii(one) for one in control(done.output)]
    html = CliRunner().invoke(commands, ["report", interview, "--format", "html"])
    found["html"] = page_faults(html.output, own_style=True)
    return found


@pytest.mark.parametrize("words", GROUPS, ids=["first", "second", "third"])
def test_what_commands_say_of_hostile_scenarios_and_reasons(
    hostile: Callable[[str], tuple[World, TestClient]], words: tuple[str, ...]
) -> None:
    world, _ = hostile(" ".join(words))
    assert all_of(told_by_commands(world.interview)) == {}


# Cells


@pytest.mark.parametrize("start", ["=", "+", "-", "@", " =", "\u00a0=", "\uff1d", "'=", '"=', "\uff0b1"], ids=ascii)
def test_no_name_and_no_reason_is_calculated_in_a_sheet(
    house: House, signed_in: SignedIn, invite: Callable[..., tuple[Invite, str]], start: str
) -> None:
    name = f'{start}HYPERLINK("http://evil.example","x"),"\n'
    plain = " ".join(name.split())
    made, _ = invite(plain)
    held_id, admin = held(house, made, screened()), signed_in(Role.REVIEWER)
    decided = {"decision": "advance", "reason": name}
    assert admin.post(f"/interviews/{held_id}/decide", data=decided).status_code == 303
    table = admin.get("/positions/backend/export.csv")
    assert plain.strip("'") in table.text.replace('""', '"') and csv_faults(table.text) == []
    until = (house.clock.now() + VALID_FOR).date()
    fresh = Inviting(house.program).invite("backend", [Person(plain)] * 2, until, "the-reviewer")
    key = house.desk.links.keep("backend", "the-reviewer", fresh)
    links = admin.get(f"/positions/backend/invites/links/{key}/candidates.csv")
    assert links.status_code == 200 and csv_faults(links.text) == []
    data = admin.get("/positions/backend/export.json").json()
    assert plain in [one["candidate"] for one in data["candidates"]], "JSON keeps the name as it is"


# The look itself


@pytest.mark.parametrize(
    "html",
    [
        "<p><img src=x onerror=alert(1)></p>",
        "<script>alert(1)</script>",
        "<script src=//evil.example></script>",
        "<a href='javascript:alert(1)'>x</a>",
        "<a href=//evil.example>x</a>",
        "<form action=https://evil.example>",
        "<p style='color:red'>x</p>",
        "<p>1337</p>",
        "<p>\x1b]0;owned</p>",
        "<p>\u202egnp</p>",
        "<!-- words -->",
    ],
)
def test_the_look_sees_what_is_more_than_words(html: str) -> None:
    assert page_faults(html) and not page_faults("<p>&lt;img src=x onerror=alert(1)&gt;</p>")


def test_the_look_sees_what_a_sheet_calculates() -> None:
    assert csv_faults('"a"\r\n"=1+1"\r\n') and csv_faults('"a","b"\r\n"c"\r\n') and not csv_faults('"\'=1"\r\n-3\r\n')
