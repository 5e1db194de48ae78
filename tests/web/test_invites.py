"""Invitations as pages: one by one, from a list, links shown once, everything that can be done with one."""

from __future__ import annotations

import csv
import html
import io
import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from fastapi.testclient import TestClient

from interviewer.hosting.links import SHOWN_FOR
from interviewer.screening.invite import Invite, Presentation, Status, token_sha256
from interviewer.screening.position import Place, Position, Timing
from interviewer.screening.records import Deed, Trouble
from interviewer.screening.roles import Role
from interviewer.web.house import House
from tests import factories as make
from tests.interviews import held
from tests.web.conftest import PUBLIC_URL, SetClock

SignedIn = Callable[..., TestClient]
Invited = Callable[..., tuple[Invite, str]]
BASE = "/positions/backend/invites"
HOSTILE = "<img src=x onerror=alert(1)>"
ONE = {"name": "Grace Hopper", "mail": "grace@example.org", "until": "2026-01-26"}


@pytest.fixture
def client(signed_in: SignedIn, position: Callable[..., Position]) -> TestClient:
    """A reviewer's browser, and a position `backend`."""
    position()
    return signed_in(Role.REVIEWER)


def deeds(house: House) -> list[Deed]:
    return [one.deed for _, one in reversed(house.office.entries()) if one.deed is not Deed.SIGNED_IN]


def tokens(text: str) -> list[str]:
    """The candidates' links on a page, each once."""
    return list(dict.fromkeys(re.findall(rf"{PUBLIC_URL}/i/([\w-]+)", html.unescape(text))))


def test_an_invitation_leads_to_its_link_and_the_words_to_send_it_with(client: TestClient, house: House) -> None:
    answer = client.post(BASE, data=ONE)
    assert answer.status_code == 303
    shown = client.get(answer.headers["location"])
    (token,) = tokens(shown.text)
    made = house.office.invite_by_token(token_sha256(token))
    assert made is not None
    assert (made.name, made.mail, made.created_by) == ("Grace Hopper", "grace@example.org", "the-reviewer")
    assert "Dear Grace Hopper," in shown.text
    assert "mailto:grace@example.org?subject=" in shown.text
    assert "until 26 January 2026" in shown.text
    assert shown.headers["cache-control"] == "no-store"
    assert deeds(house) == [Deed.INVITED]
    listed = client.get(BASE).text
    assert "Grace Hopper" in listed
    assert token not in listed
    assert token not in client.get(f"/invites/{made.id}").text


def test_links_are_shown_only_to_whoever_made_them_and_only_for_a_while(
    client: TestClient, signed_in: SignedIn, position: Callable[..., Position], clock: SetClock
) -> None:
    place = client.post(BASE, data=ONE).headers["location"]
    position("other")
    assert client.get(place).status_code == 200
    assert client.get(f"{place}/candidates.csv").status_code == 200
    assert signed_in(Role.ADMIN).get(place).status_code == 404
    assert signed_in(Role.VIEWER).get(place).status_code == 403
    assert client.get(place.replace("/backend/", "/other/")).status_code == 404
    clock.go_on(seconds=SHOWN_FOR.total_seconds() + 1)
    gone = client.get(place)
    assert gone.status_code == 404
    assert "make a new link" in gone.text


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"name": " "}, "The name is missing."),
        ({"mail": "not a mail"}, "is no mail address."),
        ({"until": ""}, "Please give a day."),
        ({"until": "soon"}, "Please give a day."),
        ({"until": "2025-12-31"}, "That day is over."),
        ({"until": "2027-12-31"}, "180 days at most."),
        ({"name": "x" * 121}, "longer than 120"),
    ],
)
def test_a_form_with_faults_comes_back_with_its_words(
    client: TestClient, house: House, more: dict[str, str], words: str
) -> None:
    answer = client.post(BASE, data={**ONE, **more})
    assert answer.status_code == 422
    assert words in answer.text
    for name in {"name", "mail"} - set(more):
        assert f'value="{ONE[name]}"' in answer.text
    assert house.office.invites("backend") == ()


def test_whoever_is_invited_already_is_told_of_and_may_be_invited_again(client: TestClient, house: House) -> None:
    client.post(BASE, data=ONE)
    answer = client.post(BASE, data=ONE)
    assert answer.status_code == 422
    assert "has an invitation to this position already" in answer.text
    assert len(house.office.invites("backend")) == 1
    assert client.post(BASE, data={**ONE, "again": "yes"}).status_code == 303
    assert len(house.office.invites("backend")) == 2


def test_a_list_is_invited_as_a_whole_and_its_links_come_as_a_file(client: TestClient, house: House) -> None:
    people = "name;mail\nGrace;grace@example.org\n=HYPERLINK(1);a@example.org\n" + f"{HOSTILE};b@example.org\n"
    answer = client.post(f"{BASE}/list", data={"people": people, "until": "2026-01-26"})
    assert answer.status_code == 303
    place = answer.headers["location"]
    shown = client.get(place).text
    assert HOSTILE not in shown
    assert len(tokens(shown)) == 3
    file = client.get(f"{place}/candidates.csv")
    assert file.headers["content-type"].startswith("text/csv")
    assert "attachment" in file.headers["content-disposition"]
    rows = list(csv.reader(io.StringIO(file.content.decode("utf-8-sig"))))
    assert rows[0] == ["name", "mail", "link", "good until (UTC)"]
    assert rows[2][0] == "'=HYPERLINK(1)"
    assert [row[2].rsplit("/", 1)[1] for row in rows[1:]] == tokens(shown)
    assert deeds(house) == [Deed.INVITED] * 3


def test_a_file_is_read_in_place_of_the_lines(client: TestClient, house: House) -> None:
    sent = {"file": ("people.csv", "\ufeffName,Mail\r\nGrace,grace@example.org\r\n".encode(), "text/csv")}
    answer = client.post(f"{BASE}/list", data={"people": "Alan", "until": "2026-01-26"}, files=sent)
    assert answer.status_code == 303
    assert [one.name for one in house.office.invites("backend")] == ["Grace"]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"Gr\xfcn,g@example.org", "UTF-8"),
        (b"name,mail\nGrace,bad\nAlan,alan@example.org", "Line 2"),
        (b"x" * 200_001, "too large"),
        (b"\x00\x01\x02", "no text"),
    ],
)
def test_nobody_of_a_file_with_faults_is_invited(client: TestClient, house: House, data: bytes, words: str) -> None:
    answer = client.post(f"{BASE}/list", data={"until": "2026-01-26"}, files={"file": ("x.csv", data, "text/csv")})
    assert answer.status_code == 422
    assert words in answer.text
    assert "Nobody was invited." in answer.text
    assert house.office.invites("backend") == ()
    if words == "Line 2":
        assert "Alan,alan@example.org" in answer.text


def test_a_body_beyond_all_measure_is_refused(client: TestClient, house: House) -> None:
    sent = {"file": ("x.csv", b"x" * 1_200_000, "text/csv")}
    assert client.post(f"{BASE}/list", data={"until": "2026-01-26"}, files=sent).status_code == 413
    assert house.office.invites("backend") == ()


def test_those_on_a_list_who_are_invited_already_can_be_left_out(client: TestClient, house: House) -> None:
    client.post(BASE, data=ONE)
    sent = {"people": "Grace,GRACE@example.org\nAlan,alan@example.org", "until": "2026-01-26"}
    answer = client.post(f"{BASE}/list", data=sent)
    assert answer.status_code == 422
    assert "Line 1: Grace, GRACE@example.org" in answer.text
    assert len(house.office.invites("backend")) == 1
    assert client.post(f"{BASE}/list", data={**sent, "known": "leave out"}).status_code == 303
    assert sorted(one.name for one in house.office.invites("backend")) == ["Alan", "Grace Hopper"]
    nobody = client.post(f"{BASE}/list", data={**sent, "people": "Grace Hopper", "known": "leave out"})
    assert nobody.status_code == 422


def test_the_list_shows_every_state(client: TestClient, house: House, invite: Invited) -> None:
    now = house.clock.now()
    invite("Open")
    invite("Seen", seen_at=now)
    invite("Started", interviews=("abcd-efgh",))
    invite("Done", interviews=("abcd-efgi",), ended_at=now)
    invite("Late", expires_at=now - timedelta(days=1))
    invite("Revoked", revoked_at=now)
    invite("Simulated one", simulated=True)
    invite(HOSTILE, mail="h@example.org")
    text = client.get(BASE).text
    for words in ("not opened", "opened", "answering", "done", "expired", "revoked", "simulated"):
        assert f">{words}</span>" in text
    assert HOSTILE not in text
    assert html.escape(HOSTILE) in text


def test_inviting_early_is_warned_of_and_not_forbidden(
    signed_in: SignedIn, position: Callable[..., Position], house: House, clock: SetClock
) -> None:
    position(places=(Place.NEW_YORK_CITY,))
    client = signed_in()
    assert "may not be invited before" in client.get(BASE).text
    assert client.post(BASE, data=ONE).status_code == 303
    clock.go_on(days=14)
    assert "may not be invited before" not in signed_in(name="later").get(BASE).text


def test_nobody_is_invited_to_a_closed_position(
    signed_in: SignedIn, position: Callable[..., Position], house: House
) -> None:
    position(fields={"closed_at": make.BEGIN})
    client = signed_in()
    assert "This position is closed" in client.get(BASE).text
    answer = client.post(BASE, data=ONE)
    assert answer.status_code == 422
    assert house.office.invites("backend") == ()


# One invitation


def test_a_new_link_is_shown_and_the_old_one_ends(client: TestClient, house: House, invite: Invited) -> None:
    made, token = invite()
    answer = client.post(f"/invites/{made.id}/link")
    (new,) = tokens(client.get(answer.headers["location"]).text)
    assert new != token
    assert house.office.invite_by_token(token_sha256(token)) is None
    found = house.office.invite_by_token(token_sha256(new))
    assert found is not None and found.id == made.id


def test_an_invitation_is_extended_and_revoked(
    client: TestClient, house: House, invite: Invited, clock: SetClock
) -> None:
    made, _ = invite()
    assert client.post(f"/invites/{made.id}/extend", data={"until": "2026-03-01"}).status_code == 303
    assert house.office.invite(made.id).expires_at.date() == date(2026, 3, 2)
    for until in ("2020-01-01", "never", ""):
        assert client.post(f"/invites/{made.id}/extend", data={"until": until}).status_code == 422
    assert client.post(f"/invites/{made.id}/revoke").status_code == 303
    assert house.office.invite(made.id).status(clock.now()) is Status.REVOKED
    shown = client.get(f"/invites/{made.id}").text
    assert "There is nothing to do here." in shown
    client.post(f"/invites/{made.id}/link")
    assert "This invitation was revoked." in client.get(f"/invites/{made.id}").text
    assert deeds(house) == [Deed.INVITE_EXTENDED, Deed.INVITE_REVOKED]


def test_what_was_agreed_is_noted_and_shown(client: TestClient, house: House, invite: Invited) -> None:
    made, _ = invite()
    agreed = {"timing": "untimed", "presentation": "large"}
    assert client.post(f"/invites/{made.id}/accommodate", data=agreed).status_code == 303
    held_invite = house.office.invite(made.id).accommodation
    assert (held_invite.timing, held_invite.presentation) == (Timing.UNTIMED, Presentation.LARGE)
    assert "no time limit, larger type" in client.get(BASE).text
    client.post(f"/invites/{made.id}/accommodate", data={"timing": "forever"})
    assert "Choose one of the options" in client.get(f"/invites/{made.id}").text
    assert deeds(house) == [Deed.ACCOMMODATED]


def test_a_fresh_attempt_is_granted_to_whoever_has_begun(client: TestClient, house: House, invite: Invited) -> None:
    made, _ = invite()
    client.post(f"/invites/{made.id}/fresh-attempt")
    assert "There is no interview to set aside." in client.get(f"/invites/{made.id}").text
    interview = held(house, made, make.full_log())
    assert "Grant a fresh attempt" in client.get(f"/invites/{made.id}").text
    assert client.post(f"/invites/{made.id}/fresh-attempt").status_code == 303
    now = house.office.invite(made.id)
    assert (now.interview, now.interviews) == (None, (interview,))
    assert "1 interview, for a fresh attempt" in client.get(f"/invites/{made.id}").text
    assert deeds(house) == [Deed.FRESH_ATTEMPT]


def test_what_broke_for_a_candidate_is_shown_as_their_words(client: TestClient, house: House, invite: Invited) -> None:
    made, _ = invite(name=HOSTILE)
    house.office.add_trouble(Trouble(invite=made.id, at=house.clock.now(), turn=3, words=f"{HOSTILE} broke"))
    text = client.get(f"/invites/{made.id}").text
    assert HOSTILE not in text
    assert f"{html.escape(HOSTILE)} broke" in text


DEEDS = ("link", "extend", "accommodate", "revoke", "fresh-attempt")


@pytest.mark.parametrize("deed", DEEDS)
def test_a_viewer_sees_an_invitation_and_does_nothing(
    signed_in: SignedIn, invite: Invited, house: House, deed: str
) -> None:
    made, _ = invite(interviews=("abcd-efgh",))
    client = signed_in(Role.VIEWER)
    shown = client.get(f"/invites/{made.id}")
    assert shown.status_code == 200
    assert "<button>Make a new link" not in shown.text
    assert client.post(f"/invites/{made.id}/{deed}", data={"until": "2026-03-01"}).status_code == 403
    assert house.office.invite(made.id) == made


@pytest.mark.parametrize("path", [BASE, f"{BASE}/list"])
def test_a_viewer_invites_nobody(
    signed_in: SignedIn, position: Callable[..., Position], house: House, path: str
) -> None:
    position()
    client = signed_in(Role.VIEWER)
    assert "Make the link" not in client.get(BASE).text
    assert client.post(path, data={**ONE, "people": "Grace"}).status_code == 403
    assert house.office.invites("backend") == ()


@pytest.mark.parametrize("deed", DEEDS)
def test_a_form_from_elsewhere_does_nothing(client: TestClient, invite: Invited, house: House, deed: str) -> None:
    made, _ = invite()
    del client.headers["X-CSRF-Token"]
    assert client.post(f"/invites/{made.id}/{deed}", data={"until": "2026-03-01"}).status_code == 403
    assert client.post(BASE, data=ONE).status_code == 403
    assert client.post(f"{BASE}/list", data={"people": "X", "until": "2026-03-01"}).status_code == 403
    assert house.office.invites("backend") == (made,)


@pytest.mark.parametrize("deed", ["", *(f"/{one}" for one in DEEDS)])
def test_an_invitation_that_is_not_there_is_a_page_that_says_so(client: TestClient, deed: str) -> None:
    answer = (
        client.get("/invites/unknown")
        if not deed
        else client.post(f"/invites/unknown{deed}", data={"until": "2026-03-01"})
    )
    assert answer.status_code == 404
