"""Sections and the order of questions, and when a follow-up is asked: changed in forms that work without JavaScript."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from fastapi.testclient import TestClient

from interviewer.core.scenario import AskWhen, FollowUp, MainQuestion, Scenario, Section
from interviewer.evaluation.scenario_check import check
from interviewer.hosting.editing import Editing
from interviewer.library.shelf import load_file
from interviewer.screening.editing import MOST_SECTIONS
from interviewer.screening.position import Position
from interviewer.screening.roles import Role
from interviewer.speaking.leaks import finder
from interviewer.web import question_form, sections_form
from interviewer.web.house import House
from tests import factories as make
from tests.web.long_forms import Form

SignedIn = Callable[..., TestClient]
BASE = "/positions/backend/scenario"
PLAN = f"{BASE}/sections"
CACHING = f"{BASE}/questions/caching"
HOSTILE = "<img src=x onerror=alert(1)>"


def in_three_sections() -> Scenario:
    """Two sections with questions, one without; the first question has three follow-ups."""
    first = make.http_question()
    more = tuple(make.follow_up(name, make.point(f"{name}-point")) for name in ("second", "third"))
    return make.scenario(
        first.model_copy(update={"follow_ups": (*first.follow_ups, *more)}),
        make.question("codes", make.point("not-found", make.MINIMUM)),
        make.question("design", make.point("layers", make.MINIMUM), section="late"),
        sections=(
            Section(id="main", title="Main part", minutes=15),
            Section(id="late", title="Design", minutes=12.5),
            Section(id="idle", title="Your questions", minutes=5, lends_to="late"),
        ),
    )


@pytest.fixture
def client(signed_in: SignedIn, position: Callable[..., Position], house: House) -> TestClient:
    """A reviewer's browser, and a position `backend` with a scenario of its own, in three sections."""
    Editing(house.program).make_ours(position(scenario=in_three_sections()).id, "ada")
    return signed_in(Role.REVIEWER)


def scenario(house: House) -> Scenario:
    return house.office.scenario(house.office.position("backend").scenario_sha256)


def opened(client: TestClient, path: str = PLAN) -> Form:
    page = client.get(path)
    assert page.status_code == 200
    return Form(page.text)


def faults_of(text: str) -> dict[str, str]:
    return dict(re.findall(r'id="([\w.]+)-error">([^<]+)<', html.unescape(text)))


def plan(house: House) -> list[tuple[str, list[str]]]:
    """The titles of the sections, each with its questions."""
    now = scenario(house)
    return [(each.title, [one.id for one in now.questions if one.section == each.id]) for each in now.sections]


def asked_when(house: House, name: str = "caching") -> Any:
    held = scenario(house).question(name)
    assert isinstance(held, FollowUp)
    return held.ask_when


# Sections


def test_a_plan_that_is_sent_as_it_came_says_the_same(client: TestClient, house: House) -> None:
    before = house.office.position("backend")
    assert client.post(PLAN, data=opened(client).data()).headers["location"] == BASE
    assert house.office.position("backend").scenario_sha256 == before.scenario_sha256
    assert house.office.position("backend").settings == before.settings


@pytest.mark.parametrize(
    "scenario_id", ["api-platform", "devops-sre", "full-stack", "junior-backend", "senior-backend"]
)
def test_no_section_of_a_packaged_scenario_is_lost_in_the_form(house: House, scenario_id: str) -> None:
    held = house.library.get(scenario_id)
    made = sections_form.plan_of(sections_form.draft_of(held))
    assert not isinstance(made, dict), made
    assert made[0] == held.sections
    assert [(one.question, one.section) for one in made[1]] == [(one.id, one.section) for one in held.questions]
    assert [one.follow_ups for one in made[1]] == [tuple(each.id for each in one.follow_ups) for one in held.questions]


def test_sections_are_renamed_and_get_other_minutes(client: TestClient, house: House) -> None:
    sent = opened(client).data(sections__0__title=f"First {HOSTILE}", sections__1__minutes="20.25")
    assert client.post(PLAN, data=sent).status_code == 303
    assert [(one.id, one.title, one.minutes) for one in scenario(house).sections][:2] == [
        ("main", f"First {HOSTILE}", 15),
        ("late", "Design", 20.25),
    ]
    for path in (BASE, PLAN, f"{BASE}/questions/http", "/positions/backend/settings"):
        assert HOSTILE not in client.get(path).text
    assert house.office.entries()[0][1].target == "sections"


def test_sections_and_questions_and_follow_ups_are_moved_and_asked_in_that_order(
    client: TestClient, house: House
) -> None:
    before = house.office.position("backend")
    form = opened(client)
    for wish in ("up.sections.1", "up.questions.1", "up.questions.1.2"):
        answer = client.post(PLAN, data=form.data(do=wish))
        assert answer.status_code == 200
        assert "Nothing is saved yet" in answer.text
        form = Form(answer.text)
    assert house.office.position("backend") == before
    assert client.post(PLAN, data=form.data()).status_code == 303
    assert plan(house) == [("Design", ["design"]), ("Main part", ["codes", "http"]), ("Your questions", [])]
    now = scenario(house)
    assert [one.id for one in now.questions] == ["design", "codes", "http"]
    assert house.office.position("backend").settings.questions == ("design", "codes", "http")
    http = now.question("http")
    assert isinstance(http, MainQuestion)
    assert [one.id for one in http.follow_ups] == ["caching", "third", "second"]


def test_a_section_is_added_named_and_filled_in_one_form(client: TestClient, house: House) -> None:
    form = Form(client.post(PLAN, data=opened(client).data(do="add.sections", sections__0__title="Kept")).text)
    key = form.data()["sections.3.id"][0]
    lonely = form.data(sections__3__title="Tools & habits")
    assert client.post(PLAN, data=lonely).status_code == 422
    assert client.post(PLAN, data={**lonely, "questions.1.section": key}).status_code == 303
    assert plan(house) == [
        ("Kept", ["http"]), ("Design", ["design"]), ("Your questions", []), ("Tools & habits", ["codes"])
    ]  # fmt: skip
    assert scenario(house).sections[3].id == "tools-habits"
    assert scenario(house).sections[3].minutes == 10


def test_an_empty_section_lends_its_minutes_or_goes(client: TestClient, house: House) -> None:
    moved = opened(client).data(questions__2__section="main")
    answer = client.post(PLAN, data=moved)
    assert answer.status_code == 422
    faults = faults_of(answer.text)
    assert set(faults) == {"sections.1.lends_to", "sections.2.lends_to"}
    assert "Say which section with questions gets these minutes" in faults["sections.1.lends_to"]
    lent = Form(answer.text).data(sections__1__lends_to="main", sections__2__lends_to="main")
    gone = Form(client.post(PLAN, data={**lent, "do": "remove.sections.1"}).text)
    assert client.post(PLAN, data=gone.data()).status_code == 303
    assert plan(house) == [("Main part", ["http", "codes", "design"]), ("Your questions", [])]
    assert scenario(house).section_minutes("main") == 20


def test_a_section_with_a_question_is_not_removed(client: TestClient, house: House) -> None:
    page = client.get(PLAN).text
    assert 'value="remove.sections.2"' in page
    assert 'value="remove.sections.0"' not in page
    form = Form(client.post(PLAN, data=opened(client).data(do="remove.sections.0")).text)
    assert form.data()["sections.0.id"] == ["main"]
    without = {name: value for name, value in opened(client).data().items() if not name.startswith("sections.")}
    answer = client.post(PLAN, data=without)
    assert answer.status_code == 422
    assert faults_of(answer.text)["questions.0.section"] == "Please choose one of those offered."
    assert "In no section" in answer.text
    assert plan(house)[0] == ("Main part", ["http", "codes"])


def test_a_section_that_gets_a_question_keeps_its_minutes(client: TestClient, house: House) -> None:
    assert client.post(PLAN, data=opened(client).data(questions__1__section="idle")).status_code == 303
    assert scenario(house).sections[2].lends_to is None
    assert [one.id for one in scenario(house).questions] == ["http", "design", "codes"]


def test_faults_of_sections_stand_beside_their_fields_and_words_are_kept(client: TestClient, house: House) -> None:
    before = scenario(house)
    sent = opened(client).data(
        sections__0__title=" ",
        sections__0__minutes="soon",
        sections__1__title=f"Kept {HOSTILE}",
        sections__1__minutes="0",
        sections__2__minutes="241",
        sections__2__lends_to="nowhere",
        questions__1__section='"><script>',
    )
    answer = client.post(PLAN, data=sent)
    assert answer.status_code == 422
    faults = faults_of(answer.text)
    assert faults["sections.0.title"] == "Please fill this in."
    assert faults["sections.0.minutes"] == "Please give a number."
    assert faults["sections.1.minutes"] == "More than 0."
    assert faults["sections.2.minutes"] == "At most 240."
    assert "gets these minutes" in faults["sections.2.lends_to"]
    assert faults["questions.1.section"] == "Please choose one of those offered."
    again = Form(answer.text).data()
    assert again["sections.1.title"] == [f"Kept {HOSTILE}"]
    assert again["sections.0.minutes"] == ["soon"]
    assert HOSTILE not in answer.text
    assert "<script>" not in answer.text
    assert scenario(house) == before


HOSTILE_PLANS: tuple[dict[str, Any], ...] = (
    {"sections.0.id": "Not An Id"},
    {"sections.1.id": "main"},
    {"sections.0.id": ["../../etc", "main"]},
    {"questions.0.id": "codes"},
    {"questions.0.id": "unheard-of"},
    {"questions.0.follow_ups": "caching caching unheard-of"},
    {"questions.0.follow_ups": "\u202e" * 100},
    {"sections.0.title": "a\u202eb"},
    {"sections.0.minutes": "nan"},
    {"sections.0.minutes": "inf"},
    {"sections.2.lends_to": "idle"},
    {"do": "up.questions.0"},
    {"do": "up.questions.999"},
    {"do": "up.questions.0.99"},
    {"do": "remove.sections.99"},
    {"do": "up.sections.0"},
    {"do": "add.questions"},
    {"was": "0" * 32},
    {f"sections.{number}.{name}": "x" for number in range(3, 60) for name in ("id", "title", "minutes", "lends_to")},
    {f"sections.{number}.title": "x" for number in range(3, 60)},
)


@pytest.mark.parametrize("more", HOSTILE_PLANS)
def test_no_sent_plan_loses_a_question_or_breaks_the_page(
    client: TestClient, house: House, more: dict[str, Any]
) -> None:
    before = scenario(house)
    answer = client.post(PLAN, data={**opened(client).data(), **more})
    assert answer.status_code in (200, 303, 422)
    now = scenario(house)
    assert {one.id: one for one in now.all_questions() if isinstance(one, FollowUp)} == {
        one.id: one for one in before.all_questions() if isinstance(one, FollowUp)
    }
    assert sorted(one.id for one in now.questions) == ["codes", "design", "http"]
    assert now.sections == before.sections
    assert client.get(PLAN).status_code == 200


def test_sections_are_bounded(client: TestClient) -> None:
    form = opened(client)
    for _ in range(MOST_SECTIONS):
        form = Form(client.post(PLAN, data=form.data(do="add.sections")).text)
    assert f"sections.{MOST_SECTIONS - 1}.id" in form.data()
    assert f"sections.{MOST_SECTIONS}.id" not in form.data()


def test_whoever_saves_a_plan_second_is_told_and_new_questions_are_in_it(client: TestClient, house: House) -> None:
    mine = opened(client)
    Editing(house.program).add_question("backend", make.question("late-one", make.point("a"), section="late"), "ada")
    Editing(house.program).drop_question("backend", "second", "ada")
    answer = client.post(PLAN, data=mine.data(sections__0__title="Mine"))
    assert answer.status_code == 422
    assert "Somebody else saved this" in answer.text
    again = Form(answer.text).data()
    assert again["sections.0.title"] == ["Mine"]
    assert again["questions.3.id"] == ["late-one"]
    assert again["questions.0.follow_ups"] == ["caching third"]
    assert client.post(PLAN, data=again).status_code == 303
    assert plan(house)[:2] == [("Mine", ["http", "codes"]), ("Design", ["design", "late-one"])]


def test_words_of_a_question_and_texts_do_not_get_in_the_way_of_a_plan(client: TestClient) -> None:
    mine, texts = opened(client), opened(client, f"{BASE}/texts")
    codes = opened(client, f"{BASE}/questions/codes")
    assert client.post(PLAN, data=mine.data(sections__0__title="Mine")).status_code == 303
    assert client.post(f"{BASE}/texts", data=texts.data(welcome="Welcome.")).status_code == 303
    assert client.post(f"{BASE}/questions/codes", data=codes.data(asks="Codes?")).status_code == 303


def test_a_question_moves_to_another_section_in_its_own_form(client: TestClient, house: House) -> None:
    path = f"{BASE}/questions/http"
    assert client.post(path, data=opened(client, path).data(section="late")).status_code == 303
    assert [one.id for one in scenario(house).questions] == ["codes", "design", "http"]
    assert house.office.position("backend").settings.questions == ("codes", "design", "http")


def test_an_interview_that_has_begun_keeps_its_sections(client: TestClient, house: House) -> None:
    old = scenario(house)
    begun = house.program.store.begin(old, make.started(old))
    assert client.post(PLAN, data=opened(client).data(sections__0__title="Other")).status_code == 303
    assert house.program.store.open(begun.interview).scenario == old


def test_the_check_beside_the_sections_tells_at_once_of_too_little_time(client: TestClient) -> None:
    short = opened(client).data(sections__1__minutes="1", sections__2__minutes="0.5")
    assert client.post(PLAN, data=short).status_code == 303
    text = html.unescape(client.get(PLAN).text)
    assert "has 1.5 minutes of section late" in text
    assert f'href="{BASE}/questions/design#section"' in text


# When a follow-up is asked


def test_a_follow_up_depends_on_points_of_its_parent(client: TestClient, house: House) -> None:
    form = opened(client, CACHING)
    text = client.get(CACHING).text
    for point in make.http_question().points:
        assert html.escape(point.says) in text
    assert client.post(CACHING, data=form.data(when__2__is="has", when__6__is="lacks")).status_code == 303
    assert asked_when(house) == AskWhen(has=("method",), lacks=("tls",))
    shown = " ".join(html.unescape(client.get(BASE).text).split())
    assert (
        "Asked only where the answer has “A request has a method, such as GET or POST.” and lacks “The connection is "
        "encrypted with TLS.”." in shown
    )
    again = opened(client, CACHING)
    assert again.data()["when.2.is"] == ["has"]
    assert client.post(CACHING, data=again.data(when__2__is="", when__6__is="")).status_code == 303
    assert asked_when(house) == "always"
    assert "Asked unless it was answered before." in client.get(BASE).text


def test_a_new_follow_up_has_a_condition_from_the_start(client: TestClient, house: House) -> None:
    path = f"{BASE}/questions/codes/new-follow-up"
    form = opened(client, path)
    given = {
        "title": "Deeper", "asks": "And then?", "again": "Then?", "reference": "All.", "when.0.is": "has",
        "points.0.says": "It goes on.", "points.0.probe": "Where?", "points.0.why": "So.", "points.0.heard": "Yes.",
    }  # fmt: skip
    grown = Form(client.post(path, data={**form.data(), **given, "do": "add.hints"}).text)
    assert grown.data()["when.0.is"] == ["has"]
    assert client.post(path, data={**form.data(), **given, "title": ""}).status_code == 422
    assert client.post(path, data={**form.data(), **given}).status_code == 303
    assert asked_when(house, "deeper") == AskWhen(has=("not-found",))


def test_main_questions_have_no_condition(client: TestClient) -> None:
    for path in (f"{BASE}/questions/http", f"{BASE}/new-question"):
        assert "When it is asked" not in client.get(path).text


@pytest.mark.parametrize("choice", ["sometimes", "has, lacks", "<script>", "credit > 0"])
def test_a_choice_that_is_none_is_refused_with_the_words_kept(client: TestClient, house: House, choice: str) -> None:
    before = scenario(house)
    answer = client.post(CACHING, data=opened(client, CACHING).data(when__1__is=choice, title="Kept"))
    assert answer.status_code == 422
    assert faults_of(answer.text)["when.1.is"] == "Please choose one of those offered."
    assert 'value="Kept"' in answer.text
    assert "<script>" not in answer.text.split("<main")[1]
    assert scenario(house) == before


def test_a_point_that_the_parent_lost_meanwhile_is_told_beside_the_choice(client: TestClient, house: House) -> None:
    form = opened(client, CACHING)
    parent = opened(client, f"{BASE}/questions/http")
    without = Form(client.post(f"{BASE}/questions/http", data=parent.data(do="remove.points.6")).text)
    assert client.post(f"{BASE}/questions/http", data=without.data()).status_code == 303
    answer = client.post(CACHING, data=form.data(when__6__is="lacks", when__0__is="has"))
    assert answer.status_code == 422
    assert "lost this point" in faults_of(answer.text)["when.6.is"]
    assert asked_when(house) == "always"
    again = Form(answer.text).data(when__6__is="")
    assert client.post(CACHING, data=again).status_code == 303
    assert asked_when(house) == AskWhen(has=("request",))


def test_a_condition_stays_as_a_file_wrote_it(client: TestClient, house: House) -> None:
    held = scenario(house)
    written = AskWhen(has=("tls", "method"), lacks=("method",))
    caching = held.question("caching").model_copy(update={"ask_when": written})
    assert isinstance(caching, FollowUp)
    again = question_form.question_of(
        question_form.draft_of(caching, held.main_of("http")), FollowUp, caching, (), held.main_of("http")
    )
    assert again == caching
    assert question_form.question_of(question_form.draft_of(caching), FollowUp, caching, ()) == caching


def test_a_condition_that_nobody_meets_is_told_by_the_check_with_its_field(client: TestClient) -> None:
    sent = opened(client, CACHING).data(when__4__is="has", when__5__is="has")
    assert client.post(CACHING, data=sent).status_code == 303
    text = client.get(CACHING).text
    assert "is asked of nobody who takes one road" in text
    assert f'href="{CACHING}#when"' in text
    assert 'id="when"' in text


# The file


def test_what_the_forms_wrote_loads_from_a_file_and_is_checked_alike(
    client: TestClient, house: House, tmp_path: Path
) -> None:
    client.post(CACHING, data=opened(client, CACHING).data(when__4__is="has", when__5__is="has", when__0__is="lacks"))
    form = Form(client.post(PLAN, data=opened(client).data(do="add.sections")).text)
    key = form.data()["sections.3.id"][0]
    moved = form.data(sections__3__title="Design: who decides?", questions__1__section=key, sections__0__minutes="2.5")
    assert client.post(PLAN, data=moved).status_code == 303
    client.post(f"{BASE}/check", data={"question": ""})
    house.desk.checks.wait()
    now = scenario(house)
    path = tmp_path / "ours.yaml"
    path.write_text(yaml.safe_dump(now.model_dump(mode="json", by_alias=True), sort_keys=False), encoding="utf-8")
    loaded = load_file(path)
    assert loaded == now
    judge = house.program.judge
    told = {(one.place, one.message) for one in check(loaded, judge, finder(judge))}
    text = " ".join(html.unescape(client.get(BASE).text).split())
    assert len(told) > 3
    for place, message in told:
        assert f'<code class="small quiet">{place}</code>' in text
        assert message in text
    assert text.count('<code class="small quiet">') == len(list(check(loaded, judge, finder(judge))))


def test_a_criterion_to_mend_is_linked_by_the_check(client: TestClient) -> None:
    path = f"{BASE}/criteria/passing?id=basics"
    form = opened(client, path)
    alternatives = {"points": ["http.headers", "http.body"], "need": "2"}
    assert client.post(path, data={**form.data(), **alternatives}).status_code == 303
    assert f'href="{path}"' in html.unescape(client.get(BASE).text)
