"""Making a scenario ours in forms that work without JavaScript, with the check beside them."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from typing import Any

import pytest
from fastapi.testclient import TestClient

from interviewer.core.scenario import FollowUp, MainQuestion, Question, Scenario
from interviewer.hosting.editing import Editing
from interviewer.screening.position import Position
from interviewer.screening.records import Deed
from interviewer.screening.roles import Role
from interviewer.web import question_form
from interviewer.web.fields import Draft
from interviewer.web.house import House
from tests import factories as make
from tests.web.long_forms import Form

SignedIn = Callable[..., TestClient]
BASE = "/positions/backend/scenario"
HTTP = f"{BASE}/questions/http"
HOSTILE = "<img src=x onerror=alert(1)>"


@pytest.fixture
def client(signed_in: SignedIn, position: Callable[..., Position], house: House) -> TestClient:
    """A reviewer's browser, and a position `backend` with a scenario of its own."""
    Editing(house.program).make_ours(position().id, "ada")
    return signed_in(Role.REVIEWER)


def scenario(house: House) -> Scenario:
    return house.office.scenario(house.office.position("backend").scenario_sha256)


def opened(client: TestClient, path: str = HTTP) -> Form:
    page = client.get(path)
    assert page.status_code == 200
    return Form(page.text)


# The form itself


@pytest.mark.parametrize("name", ["http", "caching", "codes"])
def test_a_form_that_is_sent_as_it_came_says_the_same_question(client: TestClient, house: House, name: str) -> None:
    before = house.office.position("backend").scenario_sha256
    answer = client.post(f"{BASE}/questions/{name}", data=opened(client, f"{BASE}/questions/{name}").data())
    assert answer.status_code == 303
    assert house.office.position("backend").scenario_sha256 == before


@pytest.mark.parametrize(
    "scenario_id", ["api-platform", "devops-sre", "full-stack", "junior-backend", "senior-backend"]
)
def test_no_word_of_a_packaged_question_is_lost_in_the_form(house: House, scenario_id: str) -> None:
    for question in house.library.get(scenario_id).all_questions():
        kind: type[Question] = type(question)
        again = question_form.question_of(question_form.draft_of(question), kind, question, ())
        assert isinstance(again, Question), again
        follow_ups = {"follow_ups": question.follow_ups} if isinstance(question, MainQuestion) else {}
        assert again.model_copy(update=follow_ups) == question


def test_words_are_stored_as_they_were_typed(client: TestClient, house: House) -> None:
    sent = opened(client).data(
        asks="What is  HTTP?\r\n\r\nSecond line.",
        points__0__says=f"=HYPERLINK(1) {HOSTILE}",
        points__0__sounds_like="first\r\n\r\n  second  \r\n",
        points__4__group="",
    )
    sent["points.5.group"] = ""
    answer = client.post(HTTP, data=sent)
    assert answer.status_code == 303
    saved = scenario(house).question("http")
    assert saved.asks == "What is  HTTP?\n\nSecond line."
    assert saved.points[0].says == f"=HYPERLINK(1) {HOSTILE}"
    assert saved.points[0].sounds_like == ("first", "second")
    assert saved.points[4].group is None
    assert isinstance(saved, MainQuestion)
    assert [one.id for one in saved.follow_ups] == ["caching"]
    for path in (HTTP, BASE, f"{BASE}/criteria/passing?id=the-cycle", "/positions/backend"):
        text = client.get(path).text
        assert HOSTILE not in text
    assert html.escape(HOSTILE) in client.get(HTTP).text
    ours = [one for _, one in house.office.entries() if one.deed is Deed.SCENARIO_CHANGED]
    assert [(one.who, one.target) for one in ours] == [("the-reviewer", "http"), ("ada", "made ours")]


def test_faults_stand_beside_their_fields_and_every_word_is_kept(client: TestClient, house: House) -> None:
    before = scenario(house)
    sent = opened(client).data(
        title=" ",
        asks=f"Kept {HOSTILE}",
        points__0__says="x" * 601,
        points__1__probe="",
        points__2__sounds_like="fine\n" + "y" * 601,
        points__4__tier="core",
        points__5__tier="strong",
        points__5__probe="",
        points__3__group="Not An Id",
        red_flags__0__says="",
    )
    answer = client.post(HTTP, data=sent)
    assert answer.status_code == 422
    text = html.unescape(answer.text)
    faults = dict(re.findall(r'id="([\w.]+)-error">([^<]+)<', text))
    assert faults["title"] == "Please fill this in."
    assert faults["points.0.says"] == "At most 600 characters; this has 601."
    assert faults["points.2.sounds_like"] == "Line 2: At most 600 characters; this has 601."
    assert "right form" in faults["points.3.group"]
    assert faults["red_flags.0.says"] == "Please fill this in."
    assert "A minimum or core point needs a probe." in text
    again = Form(answer.text).data()
    for name, value in sent.items():
        if name not in ("csrf", "title"):
            assert again[name] == ([value] if isinstance(value, str) else value), name
    assert HOSTILE not in answer.text
    assert scenario(house) == before


def test_alternatives_of_different_weight_are_told_of_as_a_whole(client: TestClient) -> None:
    answer = client.post(HTTP, data=opened(client).data(points__4__tier="minimum"))
    assert answer.status_code == 422
    assert "differ in tier" in answer.text


def test_rows_are_added_moved_and_removed_without_saving(client: TestClient, house: House) -> None:
    before = house.office.position("backend")
    form = opened(client)
    added = client.post(HTTP, data=form.data(do="add.points", title="Half-written"))
    assert added.status_code == 200
    assert "Nothing is saved yet" in added.text
    again = Form(added.text).data()
    assert again["points.7.says"] == [""]
    assert again["title"] == ["Half-written"]
    moved = Form(client.post(HTTP, data=form.data(do="up.points.1")).text).data()
    assert (moved["points.0.id"], moved["points.1.id"]) == (["response"], ["request"])
    removed = Form(client.post(HTTP, data=form.data(do="remove.hints.0")).text).data()
    assert removed["hints.0.says"] == ["Think of what belongs to method."]
    assert removed["hints.0.points"] == ["method"]
    assert "hints.1.says" not in removed
    assert house.office.position("backend") == before


@pytest.mark.parametrize("wish", ["remove.points.99", "up.points.0", "add.nothing", "remove.asks.0", "../x", "add."])
def test_a_button_that_is_none_does_no_harm(client: TestClient, house: House, wish: str) -> None:
    before = scenario(house)
    assert client.post(HTTP, data=opened(client).data(do=wish)).status_code in (200, 303)
    assert scenario(house) == before


def test_a_new_point_gets_an_id_and_a_removed_one_goes_from_hints_and_criteria(
    client: TestClient, house: House
) -> None:
    form = Form(client.post(HTTP, data=opened(client).data(do="add.points")).text)
    form = Form(client.post(HTTP, data=form.data(do="remove.points.1")).text)
    sent = form.data(
        points__6__says="A proxy may stand between.",
        points__6__tier="core",
        points__6__probe="Who else?",
        points__6__why="It matters.",
        points__6__heard="Right.",
    )
    answer = client.post(HTTP, data=sent)
    assert answer.status_code == 303
    saved = scenario(house).question("http")
    assert saved.points[-1].id == "a-proxy-may-stand"
    assert saved.hints[0].points == ("request",)
    assert scenario(house).criteria.passing[0].points == ("http.request",)
    shown = client.get(HTTP).text
    assert "no longer names http.response" in shown
    assert "It needs 1 of 1 now." in shown


def test_removing_all_of_a_criterion_is_refused_with_its_name_and_the_words_kept(
    client: TestClient, house: House
) -> None:
    before = scenario(house)
    form = Form(client.post(HTTP, data=opened(client).data(do="remove.points.6", title="Kept title")).text)
    answer = client.post(HTTP, data=form.data())
    assert answer.status_code == 422
    assert "Shows security" in answer.text
    assert 'value="Kept title"' in answer.text
    assert scenario(house) == before


def test_whoever_saves_second_is_told_and_saves_with_the_third_press(client: TestClient, house: House) -> None:
    mine, theirs = opened(client), opened(client)
    client.post(HTTP, data=theirs.data(asks="Theirs?"))
    answer = client.post(HTTP, data=mine.data(asks="Mine?"))
    assert answer.status_code == 422
    assert "Somebody else saved this" in answer.text
    assert scenario(house).question("http").asks == "Theirs?"
    assert client.post(HTTP, data=Form(answer.text).data()).status_code == 303
    assert scenario(house).question("http").asks == "Mine?"


NEW = {
    "title": "Proxies",
    "asks": "What is a proxy?",
    "again": "And what is a proxy?",
    "reference": "It stands between.",
    "section": "main",
    "points.0.id": "",
    "points.0.tier": "minimum",
    "points.0.says": "It stands between client and server.",
    "points.0.probe": "Where is it?",
    "points.0.why": "It matters.",
    "points.0.heard": "Right.",
    "points.0.sounds_like": "",
    "points.0.not_this": "",
    "points.0.group": "",
    "calibration.strong": "It stands between them.",
    "calibration.acceptable": "Between.",
    "calibration.weak": "No idea.",
}


def test_a_main_question_is_added_and_removed(client: TestClient, house: House) -> None:
    assert 'name="points.0.says"' in client.get(f"{BASE}/new-question?section=main").text
    again = client.post(f"{BASE}/new-question", data={**NEW, "title": ""})
    assert again.status_code == 422
    assert "What is a proxy?" in again.text
    answer = client.post(f"{BASE}/new-question", data=NEW)
    assert answer.headers["location"] == f"{BASE}/questions/proxies"
    assert house.office.position("backend").settings.questions == ("http", "codes", "proxies")
    twice = client.post(f"{BASE}/new-question", data=NEW)
    assert twice.headers["location"] == f"{BASE}/questions/proxies-2"
    assert client.post(f"{BASE}/questions/proxies/remove").headers["location"] == BASE
    assert [one.id for one in scenario(house).questions] == ["http", "codes", "proxies-2"]
    refused = client.post(f"{BASE}/questions/http/remove")
    assert refused.headers["location"] == HTTP
    assert "Not done." in client.get(HTTP).text


def test_a_follow_up_is_added_and_removed(client: TestClient, house: House) -> None:
    path = f"{BASE}/questions/codes/new-follow-up"
    assert "A new follow-up" in client.get(path).text
    assert client.post(path, data={**NEW, "again": ""}).status_code == 422
    assert client.post(path, data=NEW).headers["location"] == f"{BASE}/questions/proxies"
    made = scenario(house).question("proxies")
    assert isinstance(made, FollowUp)
    assert made.ask_when == "always"
    assert client.get(f"{BASE}/questions/proxies").status_code == 200
    assert client.post(f"{BASE}/questions/proxies/remove").status_code == 303
    assert "proxies" not in [one.id for one in scenario(house).all_questions()]


# Criteria and texts


def test_a_criterion_is_changed_added_and_removed(client: TestClient, house: House) -> None:
    path = f"{BASE}/criteria/passing"
    form = opened(client, f"{path}?id=the-codes")
    answer = client.post(f"{path}?id=the-codes", data=form.data(says=f"Knows {HOSTILE}", need="2"))
    assert answer.status_code == 303
    changed = scenario(house).criteria.passing[1]
    assert (changed.id, changed.need) == ("the-codes", 2)
    assert HOSTILE not in client.get(BASE).text
    new = {"says": "Knows proxies", "basis": "points", "need": "", "points": ["http.method", "http.status"]}
    assert client.post(path, data=new).status_code == 303
    assert scenario(house).criteria.passing[-1].id == "knows-proxies"
    person = {"says": "Listens", "basis": "person", "need": "", "points": ["http.method"]}
    assert client.post(path, data=person).status_code == 303
    assert scenario(house).criteria.passing[-1].person
    assert client.post(f"{path}/remove", data={"id": "listens"}).status_code == 303
    assert "listens" not in [one.id for one in scenario(house).criteria.passing]


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"says": ""}, "Please fill this in."),
        ({"points": []}, "Tick at least one point or flag"),
        ({"need": "5"}, "needs 5 points of 1"),
        ({"need": "many"}, "Please give a whole number."),
        ({"points": ["http.unknown"]}, "unknown point"),
        ({"points": ["../x"]}, "right form"),
    ],
)
def test_a_criterion_with_faults_is_not_stored(
    client: TestClient, house: House, more: dict[str, Any], words: str
) -> None:
    before = scenario(house)
    sent = {"says": "Knows it", "basis": "points", "need": "", "points": ["http.method"], **more}
    answer = client.post(f"{BASE}/criteria/passing", data=sent)
    assert answer.status_code == 422
    assert words in html.unescape(answer.text)
    assert scenario(house) == before


def test_a_criterion_that_somebody_else_saved_or_removed_is_told_of(client: TestClient, house: House) -> None:
    path = f"{BASE}/criteria/passing?id=the-codes"
    mine, theirs = opened(client, path), opened(client, path)
    client.post(path, data=theirs.data(says="Theirs"))
    answer = client.post(path, data=mine.data(says="Mine"))
    assert answer.status_code == 422
    assert "Somebody else saved this" in answer.text
    assert [one.says for one in scenario(house).criteria.passing if one.id == "the-codes"] == ["Theirs"]
    assert client.post(path, data=Form(answer.text).data()).status_code == 303
    assert [one.says for one in scenario(house).criteria.passing if one.id == "the-codes"] == ["Mine"]
    late = opened(client, path)
    client.post(f"{BASE}/criteria/passing/remove", data={"id": "the-codes"})
    answer = client.post(path, data=late.data(says="Mine once more"))
    assert answer.status_code == 422
    assert "Somebody else removed this" in answer.text
    assert client.post(f"{BASE}/criteria/passing", data=Form(answer.text).data()).status_code == 303
    assert scenario(house).criteria.passing[-1].says == "Mine once more"


@pytest.mark.parametrize("name", ["codes", "caching"])
def test_words_for_a_question_that_somebody_else_removed_are_kept(client: TestClient, house: House, name: str) -> None:
    form = opened(client, f"{BASE}/questions/{name}")
    for kind, criterion in (("passing", "the-codes"), ("failing", "no-codes"), ("strong", "depth")):
        client.post(f"{BASE}/criteria/{kind}/remove", data={"id": criterion})
    Editing(house.program).drop_question("backend", name, "ada")
    answer = client.post(f"{BASE}/questions/{name}", data=form.data(title="Once more", asks=f"Mine {HOSTILE}"))
    assert answer.status_code == 422
    assert "Somebody else removed this" in answer.text
    assert HOSTILE not in answer.text
    action = html.unescape(answer.text).split('method="post" action="')
    target = next(one.split('"')[0] for one in action if "new-" in one.split('"')[0])
    assert client.post(target, data=Form(answer.text).data()).status_code == 303
    made = scenario(house).question("once-more")
    assert made.asks == f"Mine {HOSTILE}"
    assert isinstance(made, FollowUp) == (name == "caching")


def test_the_last_criterion_to_pass_stays(client: TestClient, house: House) -> None:
    for name in ("the-cycle", "the-codes", "curiosity"):
        client.post(f"{BASE}/criteria/passing/remove", data={"id": name})
    assert [one.id for one in scenario(house).criteria.passing] == ["curiosity"]
    assert client.get(f"{BASE}/criteria/unheard-of").status_code == 400
    assert client.get(f"{BASE}/criteria/passing?id=none").status_code == 404


def test_the_texts_are_changed_and_facts_left_out_or_added(client: TestClient, house: House) -> None:
    path = f"{BASE}/texts"
    form = opened(client, path)
    sent = form.data(
        welcome=f"Welcome {HOSTILE}",
        briefing="One.\n\nTwo.",
        closing_advice="Read on.",
        facts__0__asked="",
        facts__0__reply="",
        facts__2__asked="Who leads?\nWho is the lead?",
        facts__2__reply="Ada.",
    )
    assert client.post(path, data=sent).status_code == 303
    now = scenario(house)
    assert now.welcome == f"Welcome {HOSTILE}"
    assert now.briefing == ("One.", "Two.")
    assert now.closing_advice == ("Read on.",)
    assert [(one.asked, one.reply) for one in now.facts] == [(("Who leads?", "Who is the lead?"), "Ada.")]
    assert HOSTILE not in client.get(path).text
    late = client.post(path, data=sent)
    assert late.status_code == 422
    assert "Somebody else saved this" in late.text


def test_texts_with_faults_come_back(client: TestClient, house: House) -> None:
    before = scenario(house)
    path = f"{BASE}/texts"
    sent = opened(client, path).data(
        role__team="", closing_advice="Fine\n" + "x" * 601, facts__1__reply="Only a reply", title="Kept"
    )
    answer = client.post(path, data=sent)
    assert answer.status_code == 422
    faults = dict(re.findall(r'id="([\w.]+)-error">([^<]+)<', html.unescape(answer.text)))
    assert faults == {
        "role.team": "Please fill this in.",
        "closing_advice": "Line 2: At most 600 characters; this has 601.",
        "facts.1.asked": "Please choose or write at least one.",
    }
    assert 'value="Kept"' in answer.text
    assert scenario(house) == before


# Making it ours, and the check


def test_a_scenario_is_made_ours_before_it_can_be_changed(
    signed_in: SignedIn, position: Callable[..., Position], house: House
) -> None:
    position()
    client = signed_in()
    assert client.get(HTTP).status_code == 400
    assert "Make it ours" in client.get(BASE).text
    assert client.post(f"{BASE}/ours").status_code == 303
    assert house.office.position("backend").ours
    assert "Change</a>" in client.get(BASE).text


def test_the_check_runs_beside_the_form_and_links_to_what_is_to_mend(client: TestClient, house: House) -> None:
    page = client.get(BASE).text
    assert "Not looked at yet." in page
    assert client.post(f"{BASE}/check", data={"question": ""}).headers["location"] == f"{BASE}#check"
    house.desk.checks.wait()
    text = client.get(BASE).text
    assert "to mend" in text
    assert f'href="{HTTP}#calibration.strong"' in text
    alone = client.get(f"{BASE}/questions/codes").text
    assert "codes.calibration.strong" in alone
    assert "http.calibration.strong" not in alone


def test_saving_a_question_has_it_looked_at(client: TestClient, house: House) -> None:
    client.post(HTTP, data=opened(client).data(asks="What is your religion?"))
    house.desk.checks.wait()
    text = client.get(HTTP).text
    assert "touches a protected topic" in text
    assert f'href="{HTTP}#asks"' in text
    assert "Looking at" not in text


def test_the_panel_alone_answers_htmx(client: TestClient, house: House) -> None:
    asked = {"HX-Request": "true", "HX-Request-Type": "partial"}
    panel = client.post(f"{BASE}/check", data={"question": "codes"}, headers=asked)
    assert panel.status_code == 200
    assert "<html" not in panel.text
    assert 'id="check"' in panel.text
    house.desk.checks.wait()
    done = client.get(f"{BASE}/check?question=codes", headers=asked).text
    assert "hx-get" not in done
    assert "to mend" in done
    assert client.get(f"{BASE}/check?question=codes").headers["location"] == f"{BASE}/questions/codes#check"
    odd = client.get(f"{BASE}/check", params={"question": '"><script>'}, headers=asked).text
    assert "<script>" not in odd


@pytest.mark.parametrize(
    "place", ["http.tls.sounds_like[2]", "http.calibration.weak", "http.hints[1]", "http.ask_when"]
)
def test_a_place_of_the_check_has_its_field(place: str) -> None:
    expected = {
        "http.tls.sounds_like[2]": "points.6.sounds_like",
        "http.calibration.weak": "calibration.weak",
        "http.hints[1]": "hints.1.says",
        "http.ask_when": "when",
    }
    assert question_form.field_of(make.http_question(), place) == expected[place]


def test_places_that_are_no_field_have_none() -> None:
    question = make.http_question()
    assert question_form.field_of(question, "codes.asks") == ""
    assert question_form.field_of(question, "http.unknown") == ""
    assert question_form.field_of(question, "http.calibration.flags.no-server") == "red_flags.0.shown"
    assert question_form.field_of(question, "http.clarifications[0].reply") == "clarifications.0.reply"


def test_a_form_grows_to_a_bound() -> None:
    draft = question_form.blank()
    for _ in range(question_form.MOST + 5):
        grown = question_form.arranged(draft, "add.points")
        assert isinstance(grown, Draft)
        draft = grown
    assert draft.rows["points"] == question_form.MOST


# Who may

CHANGES = (
    "/ours", "/check", "/texts", "/sections", "/new-question", "/questions/http", "/questions/http/remove",
    "/questions/http/new-follow-up", "/criteria/passing", "/criteria/passing/remove",
)  # fmt: skip


@pytest.mark.parametrize("path", CHANGES)
def test_a_viewer_changes_no_scenario(client: TestClient, signed_in: SignedIn, house: House, path: str) -> None:
    before = house.office.position("backend")
    assert signed_in(Role.VIEWER).post(f"{BASE}{path}", data=NEW).status_code == 403
    assert house.office.position("backend") == before


@pytest.mark.parametrize("path", CHANGES)
def test_a_form_from_elsewhere_changes_no_scenario(client: TestClient, house: House, path: str) -> None:
    before = house.office.position("backend")
    del client.headers["X-CSRF-Token"]
    assert client.post(f"{BASE}{path}", data=NEW).status_code == 403
    assert house.office.position("backend") == before


def test_a_viewer_reads_the_scenario(client: TestClient, signed_in: SignedIn) -> None:
    text = signed_in(Role.VIEWER).get(BASE).text
    assert "The client sends a request to the server." in text
    assert "Change</a>" not in text
    assert "Check all questions" not in text


@pytest.mark.parametrize("path", ["/questions/none", "/questions/none/new-follow-up", "/questions/%2e%2e"])
def test_a_question_that_is_not_there_is_a_page_that_says_so(client: TestClient, path: str) -> None:
    assert client.get(f"{BASE}{path}").status_code == 404
