"""What was typed when the session ended: it waits in the sign-in form, is shown afterwards, and sent by a button."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx import Response

from interviewer.core.events import Commented
from interviewer.screening.accounts import TRIES
from interviewer.screening.roles import Role
from interviewer.web.guard import SAFE
from interviewer.web.house import House
from interviewer.web.kept_words import DEEDS, NOT_KEPT, deed_of, label, place_of
from tests.web.attacks import faults, words_of
from tests.web.conftest import PASSWORD, SetClock, csrf_of
from tests.web.forms import OURS, PART, form, forms, send, send_now, sign_in_with
from tests.web.world import LINK, WHO, World, routes, world

__all__ = ["world"]

SignedIn = Callable[..., TestClient]
TYPED = "You were signed out. What you typed is kept: sign in and look at it once more."
LONG = "First of all, she asked what the cache is for.\n\n" + "Then she weighed one against the other. " * 40


@pytest.fixture
def ada(signed_in: SignedIn) -> TestClient:
    """A reviewer's browser, whose forms carry their token themselves."""
    client = signed_in(Role.ADMIN, "ada")
    client.headers.pop("X-CSRF-Token")
    return client


def opened(client: TestClient, page: str, action: str) -> dict[str, list[str]]:
    """The form of a page as it stands, on its own page."""
    return form(client.get(page).text, action).filled()


def comments(world: World) -> list[tuple[str, str]]:
    """Who said what about the interview."""
    kept = world.house.hall.read(world.interview)
    return [(one.by, one.text) for one in kept.events if isinstance(one, Commented)]


def comment(client: TestClient, world: World, text: str = LONG, token: str = "of.then", **more: Any) -> Response:
    """Comment on the interview with a form that was opened some time ago."""
    return send(client, f"/interviews/{world.interview}/comment", {"csrf": token, "text": text}, **more)


# Whole flows


def test_a_comment_outlives_the_session(world: World, ada: TestClient, clock: SetClock) -> None:
    page = f"/interviews/{world.interview}"
    data = opened(ada, page, f"{page}/comment") | {"text": LONG}
    clock.go_on(hours=2)
    asked = send(ada, f"{page}/comment", data)
    assert asked.status_code == 401 and TYPED in asked.text and not faults(asked)
    shown = sign_in_with(ada, asked, "ada")
    assert shown.status_code == 200 and not faults(shown)
    assert "<h1>Not sent yet</h1>" in shown.text and "A comment on an interview" in shown.text
    assert words_of(LONG) in words_of(shown.text) and '<dd class="words">First' in shown.text
    assert comments(world) == [], "looking at it sends nothing"
    assert send_now(ada, shown).headers["location"].startswith(page)
    assert comments(world) == [("ada", LONG.strip())]


def test_an_override_outlives_a_sign_out_elsewhere(world: World, ada: TestClient, signed_in: SignedIn) -> None:
    page = f"/interviews/{world.interview}"
    data = opened(ada, page, f"{page}/override")
    target = data["target"][0]
    signed_in(Role.ADMIN, "ada").post("/sign-out/everywhere")
    asked = send(ada, f"{page}/override", data | {"status": "absent", "reason": "It is <b>not</b> there."})
    shown = sign_in_with(ada, asked, "ada")
    assert "What it is" in shown.text and "It is &lt;b&gt;not&lt;/b&gt; there." in shown.text
    assert send_now(ada, shown).headers["location"] == f"{page}#p-{target}"
    word = world.house.hall.read(world.interview).state.words[target]
    assert (word.by, word.status, word.reason) == ("ada", "absent", "It is <b>not</b> there.")


def test_a_question_outlives_the_session_with_all_its_rows(world: World, ada: TestClient, clock: SetClock) -> None:
    path = "/positions/backend/scenario/questions/http"
    data = opened(ada, path, path)
    asks = "What happens between\ntwo programs that speak HTTP?"
    clock.go_on(hours=12)
    ada.cookies.delete("__Host-session")  # as a browser does after its time
    asked = send(ada, path, data | {"asks": [asks.replace("\n", "\r\n")], "do": ["save"]})
    shown = sign_in_with(ada, asked, "ada")
    assert "Point 1" in shown.text
    again = form(shown.text, path).filled()
    assert {**again, "csrf": []} == {**data, "asks": [asks], "do": ["save"], "csrf": []}
    saved = send_now(ada, shown)
    assert saved.headers["location"] == path
    held = world.house.office.scenario(world.house.office.position("backend").scenario_sha256)
    assert "two programs that" in held.question("http").asks


def test_settings_outlive_a_removed_and_renewed_session(world: World, ada: TestClient, house: House) -> None:
    path = "/positions/backend/settings"
    data = opened(ada, path, path) | {"title": ["Gärtnerin für Daten"], "questions": ["http", "codes"]}
    house.office.change_account("ada", lambda one: one.model_copy(update={"epoch": 1}))
    shown = sign_in_with(ada, send(ada, path, data), "ada")
    assert "http, codes" in shown.text and f'href="{path}" data-ask' in shown.text
    send_now(ada, shown)
    settings = house.office.position("backend").settings
    assert (settings.title, settings.questions) == ("Gärtnerin für Daten", ("http", "codes"))


def test_a_list_of_candidates_comes_along_as_the_text_of_its_file(
    world: World, ada: TestClient, clock: SetClock, house: House
) -> None:
    page = "/positions/backend/invites"
    data = opened(ada, page, f"{page}/list")
    clock.go_on(hours=2)
    file = ("people.csv", "\ufeffname,mail\r\nJoan Müller,joan@example.org\r\n".encode(), "text/csv")
    shown = sign_in_with(ada, send(ada, f"{page}/list", data, files={"file": file}), "ada")
    assert "Joan Müller,joan@example.org" in shown.text and 'enctype="multipart/form-data"' in shown.text
    assert "/links/" in send_now(ada, shown).headers["location"]
    assert "Joan Müller" in {one.name for one in house.office.invites("backend")}


def test_a_file_that_is_no_text_is_named(world: World, ada: TestClient, clock: SetClock) -> None:
    clock.go_on(hours=2)
    file = ("<b>.xlsx", b"PK\x03\x04\xff\xfe", "application/vnd.ms-excel")
    asked = send(ada, "/positions/backend/invites/list", {"until": "2026-01-20"}, files={"file": file})
    shown = sign_in_with(ada, asked, "ada")
    assert "&lt;b&gt;.xlsx</strong> is no UTF-8 text" in shown.text and not faults(shown)


def test_a_wrong_password_and_a_lock_keep_the_words(world: World, ada: TestClient, clock: SetClock) -> None:
    clock.go_on(hours=2)
    asked = comment(ada, world)
    for _ in range(TRIES):
        asked = sign_in_with(ada, asked, "ada", "wrong")
        assert asked.status_code == 403 and TYPED in asked.text
    assert "Too many wrong tries" in asked.text
    clock.go_on(minutes=15)
    send_now(ada, sign_in_with(ada, asked, "ada"))
    assert comments(world) == [("ada", LONG.strip())]


def test_another_account_without_the_right_is_refused_and_the_words_stay(
    world: World, ada: TestClient, clock: SetClock, account: Callable[..., Any], house: House
) -> None:
    account(Role.VIEWER, "joan")
    token = csrf_of(ada)
    clock.go_on(hours=2)
    shown = sign_in_with(ada, comment(ada, world, token=token), "joan")
    assert "<strong>ada</strong> was signed in when this was typed" in shown.text
    refused = send_now(ada, shown)
    assert refused.status_code == 403 and "Your role (viewer) does not allow this." in refused.text
    assert words_of(LONG) in words_of(refused.text) and comments(world) == []
    house.office.change_account("joan", lambda one: one.model_copy(update={"role": Role.REVIEWER}))
    send_now(ada, refused)
    assert comments(world) == [("joan", LONG.strip())]


def test_whose_form_it_was_is_said_only_where_it_is_known(
    world: World, ada: TestClient, clock: SetClock, account: Callable[..., Any]
) -> None:
    account(Role.REVIEWER, "joan")
    clock.go_on(hours=2)
    shown = sign_in_with(ada, comment(ada, world), "joan")
    assert "ada" not in shown.text and "It is sent in your name: joan." in shown.text


def test_a_form_of_an_earlier_session_is_shown_instead_of_refused(
    world: World, ada: TestClient, signed_in: SignedIn
) -> None:
    """As in a tab that stayed open while somebody signed in again in another one."""
    other = signed_in(Role.ADMIN, "ada")
    shown = comment(ada, world, token=csrf_of(other))
    assert shown.status_code == 403 and "This form was opened before you signed in" in shown.text
    assert comments(world) == []
    send_now(ada, shown)
    assert comments(world) == [("ada", LONG.strip())]


def test_loading_the_page_again_and_signing_in_elsewhere_lose_nothing(
    world: World, ada: TestClient, clock: SetClock
) -> None:
    clock.go_on(hours=2)
    asked = comment(ada, world)
    first = sign_in_with(ada, asked, "ada")
    again = sign_in_with(ada, asked, "ada", "is not looked at any more")
    assert again.status_code == 403 and words_of(LONG) in words_of(again.text)
    assert (
        form(first.text, f"/interviews/{world.interview}/comment").fields[1:]
        == form(again.text, f"/interviews/{world.interview}/comment").fields[1:]
    )
    ada.post("/sign-out", data={"csrf": csrf_of(ada)})
    once_more = sign_in_with(ada, asked, "ada")
    assert once_more.status_code == 403 and TYPED in once_more.text
    send_now(ada, sign_in_with(ada, once_more, "ada"))
    assert comments(world) == [("ada", LONG.strip())]


def test_what_is_too_much_for_the_sign_in_form_waits_in_its_own_page(
    world: World, ada: TestClient, house: House, clock: SetClock
) -> None:
    serving = house.serving
    clock.go_on(hours=2)
    house.__dict__["serving"] = replace(serving, limits=replace(serving.limits, body=16 * 1024 + 100))
    asked = comment(ada, world, "Words.")
    house.__dict__["serving"] = serving
    assert asked.status_code == 401 and "too much to be carried along" in asked.text
    assert 'name="kept"' not in asked.text
    assert sign_in_with(ada, asked, "ada").status_code == 303
    assert "Words." in comment(ada, world, "Words.").text


def test_an_almost_full_body_is_kept(world: World, ada: TestClient, clock: SetClock) -> None:
    words = " ".join(str(number * 7919) for number in range(95_000))
    clock.go_on(hours=2)
    asked = comment(ada, world, words)
    assert asked.status_code == 401
    assert form(sign_in_with(ada, asked, "ada").text, f"/interviews/{world.interview}/comment").filled()["text"] == [
        words
    ]


@pytest.mark.parametrize("kind", ["partial", "full"])
def test_what_a_script_sends_is_answered_with_the_whole_page(
    world: World, ada: TestClient, clock: SetClock, kind: str
) -> None:
    token = csrf_of(ada)
    clock.go_on(hours=2)
    data = {"interview": world.interview, "target": "http.request", "answer": "absent", "reason": "Not said."}
    asked = send(
        ada, "/positions/backend/queue", data, headers={**PART, "HX-Request-Type": kind, "X-CSRF-Token": token}
    )
    assert asked.status_code == 401 and "<main" in asked.text
    assert asked.headers["hx-retarget"] == asked.headers["hx-reselect"] == "#main"
    assert "hx-redirect" not in asked.headers
    shown = sign_in_with(ada, asked, "ada")
    assert "It is sent in your name: ada." in shown.text and "Not said." in shown.text
    assert send_now(ada, shown).headers["location"].startswith("/positions/backend/queue?")


def test_what_a_page_asks_by_itself_does_not_lead_away_from_what_is_typed(client: TestClient, world: World) -> None:
    answer = client.get("/positions/backend/scenario/check?question=http", headers=PART)
    assert answer.status_code == 401 and "hx-redirect" not in answer.headers
    assert answer.headers["hx-retarget"] == "#message" and "What you typed is still here" in answer.text


def test_a_button_without_words_is_kept_too(world: World, client: TestClient, account: Callable[..., Any]) -> None:
    account(Role.ADMIN, "ada")
    asked = send(client, "/positions/backend/close", {"csrf": "x.y"})
    assert "Nothing was done yet" in asked.text
    shown = sign_in_with(client, asked, "ada")
    assert "Closing a position: a button was pressed, and nothing typed." in shown.text
    send_now(client, shown)
    assert world.house.office.position("backend").closed_at


def test_nobody_is_kept_waiting_for_what_was_typed_when_signing_in_as_usual(
    client: TestClient, account: Callable[..., Any]
) -> None:
    account(Role.ADMIN, "ada")
    shown = client.get("/sign-in?next=/record")
    assert "kept" not in form(shown.text, "/sign-in").filled()
    assert sign_in_with(client, shown, "ada").headers["location"] == "/record"


# Every route and every field


def test_every_form_of_the_office_is_kept_or_excepted(app: FastAPI) -> None:
    posts = {route.split(" ")[1] for route in routes(app) if route.split(" ")[0] not in SAFE}
    office = {path for path in posts if WHO.get(f"POST {path}") != LINK}
    assert office - set(DEEDS) - set(NOT_KEPT) == set(), "forms without a line that says what they do"
    assert (set(DEEDS) | set(NOT_KEPT)) - office == set(), "lines without a form"
    assert set(DEEDS) & set(NOT_KEPT) == set() and all(NOT_KEPT.values())


def test_every_form_comes_through_whole_and_leads_back_to_its_page(
    world: World, client: TestClient, account: Callable[..., Any]
) -> None:
    account(Role.ADMIN, "ada")
    sent, wrong = [("text", '\n\u05d0\u200f, "words" & <i>\nmore</i> of them. \n'), ("points.0.says", "One.")], {}
    before = world.stored()
    for path in DEEDS:
        to = world.path(f"POST {path}")
        asked = send(client, to, {**dict(sent), "csrf": "x.y"})
        shown = sign_in_with(client, asked, "ada")
        back = place_of(to)
        got = form(shown.text, to).fields
        if asked.status_code != 401 or got[1:] != sent or client.get(back).status_code != 200 or faults(shown):
            wrong[path] = (asked.status_code, back, got)
        client.post("/sign-out", data={"csrf": csrf_of(client)})
    assert wrong == {} and world.stored() == before, "all that was only looked at"


def test_no_field_of_our_pages_would_be_left_behind(world: World, ada: TestClient, clock: SetClock) -> None:
    pages = [world.path(route) for route in WHO if route.startswith("GET ") and WHO[route] not in (LINK, "open")]
    found = [(one, page) for page in pages for one in forms(ada.get(page).text) if deed_of(one.action.split("#")[0])]
    assert len(found) > 30
    ada.cookies.clear()
    for one, page in found:
        carried = form(send(ada, one.action, one.filled()).text, "/sign-in").filled()["kept"][0]
        kept = _opened(world.house, carried)
        assert {name for name, _ in kept.fields} == {name for name, _ in one.fields if name and name != "csrf"}, page


def _opened(house: House, carried: str) -> Any:
    from interviewer.web.kept import opened

    kept = opened(house.serving, carried)
    assert kept is not None
    return kept


def test_the_query_of_a_form_comes_along(world: World, ada: TestClient, clock: SetClock) -> None:
    clock.go_on(hours=2)
    to = "/positions/backend/scenario/criteria/passing?id=one&x=%3Cb%3E"
    asked = send(ada, to, {"says": "They know HTTP."})
    assert form(sign_in_with(ada, asked, "ada").text, to).filled()["says"] == ["They know HTTP."]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("text", "Comment"),
        ("points.0.says", "Point 1"),
        ("points.11.sounds_like", "Point 12: sounds like"),
        ("red_flags.0.severity", "Red flag 1: severity"),
        ("role.team", "Role: team"),
        ("calibration.strong", "Answer for the check: strong"),
        ("hints.0.points", "Hint 1: points"),
        ("...", "Words"),
    ],
)
def test_fields_are_called_by_what_they_are(name: str, words: str) -> None:
    assert label(name) == words


def test_the_password_is_nowhere_in_what_is_carried(world: World, ada: TestClient, clock: SetClock) -> None:
    clock.go_on(hours=2)
    data = {"text": "Words.", "password": PASSWORD, "new-Password": PASSWORD, "csrf": "x.y", "name": "eve"}
    asked = send(ada, f"/interviews/{world.interview}/comment", data, headers=OURS)
    shown = sign_in_with(ada, asked, "ada")
    assert PASSWORD not in asked.text + shown.text and "x.y" not in asked.text + shown.text
    kept = form(shown.text, f"/interviews/{world.interview}/comment").filled()
    assert set(kept) == {"csrf", "text", "name"}, "the name is kept, and signed nobody in"
