"""Signing in and out: what is told, what is counted, what ends a session, and where it leads."""

from __future__ import annotations

from collections.abc import Callable
from http.cookies import SimpleCookie

import pytest
from fastapi.testclient import TestClient
from httpx import Response

from interviewer.screening.accounts import TRIES, Account
from interviewer.screening.records import PROGRAM, Deed
from interviewer.screening.roles import Role
from interviewer.web.house import House
from tests.web.conftest import PASSWORD, SetClock, csrf_in

Accounts = Callable[..., Account]
Browser = Callable[[], TestClient]
SignedIn = Callable[..., TestClient]


def sign_in(client: TestClient, name: str, password: str = PASSWORD, **more: str) -> Response:
    """Fill in the form as it is shown, and send it."""
    form = {"csrf": csrf_in(client.get("/sign-in").text), "name": name, "password": password, **more}
    return client.post("/sign-in", data=form)


def deeds(house: House) -> list[tuple[str, str, str]]:
    """The record, the first entry first: who, what, whose."""
    return [(one.who, one.deed, one.target) for _, one in reversed(house.office.entries())]


def cookies(answer: Response) -> dict[str, SimpleCookie]:
    """The cookies that an answer sets, by name."""
    made = [SimpleCookie(one) for one in answer.headers.get_list("set-cookie")]
    return {next(iter(one)): one for one in made}


def is_in(client: TestClient) -> bool:
    """Whether somebody is signed in: the form sends them on."""
    return client.get("/sign-in").status_code == 303


def test_the_right_password_opens_the_page_that_was_wanted(client: TestClient, account: Accounts, house: House) -> None:
    account(Role.REVIEWER, "ada")
    answer = sign_in(client, "ada", next="/positions/backend?sort=level")
    assert (answer.status_code, answer.headers["location"]) == (303, "/positions/backend?sort=level")
    assert is_in(client)
    assert deeds(house) == [("ada", Deed.SIGNED_IN, "ada")]


def test_a_name_may_be_written_in_capitals(client: TestClient, account: Accounts) -> None:
    account(Role.VIEWER, "ada")
    assert sign_in(client, " Ada ").status_code == 303


def test_the_session_cookie_is_for_this_site_alone_and_no_script(client: TestClient, account: Accounts) -> None:
    account(name="ada")
    made = cookies(sign_in(client, "ada"))
    session = made["__Host-session"]["__Host-session"]
    assert (session["secure"], session["httponly"], session["samesite"], session["path"]) == (True, True, "Lax", "/")
    assert session["domain"] == "" and int(session["max-age"]) == 12 * 3600
    assert made["__Host-visit"]["__Host-visit"]["max-age"] == "0"
    assert "ada" not in session.value and PASSWORD not in session.value


@pytest.mark.parametrize(
    ("name", "password"), [("ada", "not this one"), ("nobody-here", PASSWORD), ("", ""), ("ada", "x" * 999)]
)
def test_what_was_wrong_is_not_told(client: TestClient, account: Accounts, name: str, password: str) -> None:
    account(name="ada")
    answer = sign_in(client, name, password)
    assert answer.status_code == 403
    assert "The name or the password is not right." in answer.text
    assert password not in answer.text or not password
    assert not is_in(client)


def test_a_wrong_name_stays_in_the_form_escaped(client: TestClient) -> None:
    answer = sign_in(client, '"><script>alert(1)</script>', "x")
    assert "<script>alert" not in answer.text and "&lt;script&gt;" in answer.text


def tries(client: TestClient, name: str, count: int) -> list[str]:
    """What the page says after so many wrong passwords."""
    said = []
    for _ in range(count):
        text = sign_in(client, name, "wrong").text
        said.append(text.split('role="alert">')[1].split("</p>")[0])
    return said


def test_too_many_tries_lock_a_name_and_unknown_ones_alike(client: TestClient, account: Accounts) -> None:
    account(name="ada")
    known, unknown = tries(client, "ada", TRIES + 2), tries(client, "never-there", TRIES + 2)
    assert known == unknown
    assert len(set(known[: TRIES - 1])) == 1
    assert set(known[TRIES - 1 :]) == {"Too many wrong tries with this name. Try again after 09:15 UTC."}


def test_a_locked_account_does_not_open_to_the_right_password_before_its_time(
    client: TestClient, account: Accounts, clock: SetClock
) -> None:
    account(name="ada")
    tries(client, "ada", TRIES)
    assert sign_in(client, "ada").status_code == 403
    clock.go_on(minutes=14, seconds=59)
    assert sign_in(client, "ada").status_code == 403
    clock.go_on(seconds=1)
    assert sign_in(client, "ada").status_code == 303


def test_the_right_password_forgets_the_wrong_ones(client: TestClient, account: Accounts, browser: Browser) -> None:
    account(name="ada")
    for _ in range(3):
        tries(client, "ada", TRIES - 1)
        assert sign_in(browser(), "ada").status_code == 303


def test_the_right_password_as_the_last_try_is_right(client: TestClient, account: Accounts) -> None:
    account(name="ada")
    tries(client, "ada", TRIES - 1)
    assert sign_in(client, "ada").status_code == 303


def test_failures_are_recorded_without_the_words_of_unknown_names(
    client: TestClient, account: Accounts, house: House
) -> None:
    account(name="ada")
    sign_in(client, "ada", "wrong")
    sign_in(client, "my secret passphrase", "wrong")
    assert deeds(house) == [(PROGRAM, Deed.SIGN_IN_FAILED, "ada"), (PROGRAM, Deed.SIGN_IN_FAILED, "")]


@pytest.mark.parametrize(
    "place",
    [
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "https://evil.example/",
        "https:evil.example",
        "javascript:alert(1)",
        "/ok\r\nSet-Cookie: a=b",
        "/\t/evil.example",
        " //evil.example",
        "evil.example",
        "",
        "/" + "x" * 501,
    ],
)
def test_signing_in_never_leads_elsewhere(
    client: TestClient, account: Accounts, signed_in: SignedIn, place: str
) -> None:
    account(name="ada")
    answer = sign_in(client, "ada", next=place)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert "a=b" not in str(answer.headers)
    shown = signed_in().get("/sign-in", params={"next": place})
    assert shown.headers["location"] == "/"


def test_encoded_line_ends_in_next_stay_encoded(client: TestClient) -> None:
    shown = client.get("/sign-in?next=/%0d%0aSet-Cookie:a=b")
    assert 'name="next" value="/"' in shown.text


def test_the_form_needs_the_token_of_the_browser_that_got_it(
    client: TestClient, account: Accounts, browser: Browser
) -> None:
    account(name="ada")
    other = csrf_in(browser().get("/sign-in").text)
    client.get("/sign-in")
    for token in ("", "x", "a.b", other):
        answer = client.post("/sign-in", data={"name": "ada", "password": PASSWORD, "csrf": token})
        assert answer.status_code == 403 and "too old" in answer.text
    assert not is_in(client)
    assert browser().post("/sign-in", data={"name": "ada", "password": PASSWORD, "csrf": other}).status_code == 403


def test_signing_in_begins_a_new_session(client: TestClient, account: Accounts) -> None:
    account(name="ada")
    account(name="grace")
    sign_in(client, "ada")
    first = client.cookies["__Host-session"]
    client.cookies.delete("__Host-session")
    sign_in(client, "grace")
    assert client.cookies["__Host-session"] != first


def test_signing_out_ends_the_session_and_copies_of_it(signed_in: SignedIn, house: House, browser: Browser) -> None:
    client, thief = signed_in(Role.VIEWER), browser()
    thief.cookies.set("__Host-session", client.cookies["__Host-session"], domain="testserver.local")
    assert is_in(thief)
    answer = client.post("/sign-out")
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")
    assert "__Host-session" not in client.cookies
    assert not is_in(thief) and not is_in(client)
    assert deeds(house)[-1] == ("the-viewer", Deed.SIGNED_OUT, "the-viewer")


def test_what_was_said_is_shown_once(signed_in: SignedIn) -> None:
    client = signed_in()
    client.post("/sign-out")
    assert "You are signed out." in client.get("/sign-in").text
    assert "You are signed out." not in client.get("/sign-in").text


def test_other_sessions_stay_unless_all_are_ended(signed_in: SignedIn) -> None:
    first, second, third = signed_in(), signed_in(), signed_in()
    first.post("/sign-out")
    assert is_in(second)
    assert second.post("/sign-out/everywhere").status_code == 303
    assert not is_in(second) and not is_in(third)


@pytest.mark.parametrize("path", ["/sign-out", "/sign-out/everywhere"])
def test_signing_out_needs_a_form_of_ours(signed_in: SignedIn, path: str) -> None:
    client, other = signed_in(), signed_in(Role.VIEWER)
    token = client.headers.pop("X-CSRF-Token")
    assert client.post(path).status_code == 403
    assert client.post(path, headers={"X-CSRF-Token": other.headers["X-CSRF-Token"]}).status_code == 403
    assert client.post(path, json={"csrf": token}).status_code == 403
    assert is_in(client)
    assert client.post(path, data={"csrf": token}).status_code == 303


def test_a_link_signs_nobody_out(signed_in: SignedIn) -> None:
    client = signed_in()
    assert client.get("/sign-out").status_code == 405
    assert is_in(client)


def test_a_session_ends_after_two_idle_hours(signed_in: SignedIn, clock: SetClock) -> None:
    client = signed_in()
    clock.go_on(hours=1, minutes=59)
    assert is_in(client)
    clock.go_on(hours=1, minutes=59)
    assert is_in(client)
    clock.go_on(hours=2)
    assert not is_in(client)


def test_a_session_ends_after_twelve_hours_however_busy(signed_in: SignedIn, clock: SetClock) -> None:
    client = signed_in()
    for _ in range(11):
        clock.go_on(hours=1)
        assert is_in(client)
    clock.go_on(hours=1)
    assert not is_in(client)


@pytest.mark.parametrize("change", [{"epoch": 1}, None])
def test_a_changed_or_removed_account_is_out_at_once(
    signed_in: SignedIn, house: House, change: dict[str, int] | None
) -> None:
    signed_in(Role.ADMIN, "the-last-admin")
    client = signed_in(Role.REVIEWER, "ada")
    if change:
        house.office.change_account("ada", lambda one: one.model_copy(update=change))
    else:
        house.office.remove_account("ada")
    assert not is_in(client)


@pytest.mark.parametrize("value", ["", "x", "e30.sig", '"quoted"', "." * 400, "x" * 5000])
def test_a_cookie_that_was_not_signed_here_is_nothing(client: TestClient, account: Accounts, value: str) -> None:
    account(name="ada")
    answer = client.get("/sign-in", headers={"cookie": f"__Host-session={value}; __Host-said={value}"})
    assert answer.status_code == 200


def test_a_signed_value_of_another_kind_is_no_session(signed_in: SignedIn, house: House, browser: Browser) -> None:
    from interviewer.web.security import Seal

    seal, other = Seal(house.serving, "session"), Seal(house.serving, "said")
    value = seal.opened(signed_in().cookies["__Host-session"])
    stranger = browser()
    stranger.cookies.set("__Host-session", other.sealed(value), domain="testserver.local")
    assert not is_in(stranger)
    stranger.cookies.set("__Host-session", seal.sealed({"name": "the-admin"}), domain="testserver.local")
    assert not is_in(stranger)
    stranger.cookies.set("__Host-session", seal.sealed(value), domain="testserver.local")
    assert is_in(stranger)


def test_where_there_is_no_account_the_page_tells_how_to_make_one(client: TestClient, account: Accounts) -> None:
    assert "interviewer user add NAME --role admin" in client.get("/sign-in").text
    account(name="ada")
    assert "interviewer user add" not in client.get("/sign-in").text
