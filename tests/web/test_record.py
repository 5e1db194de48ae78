"""The record and the requests to delete: for administrators, by ids alone."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from fastapi.testclient import TestClient

from interviewer.core.errors import NotFound
from interviewer.screening.invite import Invite
from interviewer.screening.position import Position
from interviewer.screening.records import Deed, Entry, Request
from interviewer.screening.roles import Role
from interviewer.web.house import House
from tests.factories import BEGIN
from tests.interviews import held, screened
from tests.web.test_results import text

Make = Callable[..., tuple[Invite, str]]
SignedIn = Callable[..., TestClient]


def entries(count: int, **more: str) -> list[Entry]:
    fields = {"who": "ada", "deed": Deed.INTERVIEW_SEEN, "subject": "abcd-2345", **more}
    return [Entry(at=BEGIN + timedelta(seconds=number), **fields) for number in range(count)]  # type: ignore[arg-type]


def subjects(page: str) -> list[str]:
    return re.findall(r'data-label="Subject"><a [^>]*><code>([^<]*)</code>', page)


def test_the_record_is_paged_and_filtered(house: House, signed_in: SignedIn) -> None:
    client = signed_in(Role.ADMIN)
    house.office.note(*entries(250), *entries(3, subject="wxyz-6789", who="bob", deed=Deed.DECIDED))
    page = client.get("/record").text
    assert len(subjects(page)) == 200
    older = re.search(r'href="(/record\?before=\d+)"', page)
    assert older is not None
    rest = client.get(older[1]).text
    assert len(subjects(rest)) == 53 and "Older" not in rest
    assert subjects(client.get("/record?subject=wxyz-6789").text) == ["wxyz-6789"] * 3
    assert len(subjects(client.get("/record?who=bob").text)) == 3
    assert len(subjects(client.get("/record?deed=decided").text)) == 3
    assert "Nothing is recorded of that." in text(client.get("/record?subject=none").text)
    filtered = client.get("/record?subject=abcd-2345").text
    assert "subject=abcd-2345&amp;before=" in filtered


@pytest.mark.parametrize(
    "query", ["before=-1", "before=99999999999999999999", "deed=x", "subject=%27%22%3Cb%3E", "who=%00"]
)
def test_what_cannot_be_looked_for_finds_nothing_and_breaks_nothing(signed_in: SignedIn, query: str) -> None:
    answer = signed_in(Role.ADMIN).get(f"/record?{query}")
    assert answer.status_code == 200
    assert "<b>" not in answer.text


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.VIEWER])
@pytest.mark.parametrize("path", ["/record", "/requests"])
def test_it_is_for_administrators(signed_in: SignedIn, role: Role, path: str) -> None:
    client = signed_in(role)
    assert client.get(path).status_code == 403
    assert f'href="{path}"' not in client.get("/positions").text


# Requests


@pytest.fixture
def asked(house: House, position: Callable[..., Position], invite: Make) -> tuple[Invite, str, str]:
    """An invitation with its token, its interview, and an open request to delete it."""
    position()
    made, token = invite("Grace Verysecret")
    interview = held(house, made, screened(words="a very particular sentence"))
    house.office.put_request(Request(invite=made.id, at=BEGIN, words="please <b>delete</b> it"))
    return made, token, interview


def test_a_request_is_shown_without_the_name(asked: tuple[Invite, str, str], signed_in: SignedIn) -> None:
    page = signed_in(Role.ADMIN).get("/requests").text
    assert "erysecret" not in page and "<b>delete" not in page
    assert "please <b>delete</b> it" in text(page)


def test_granting_deletes_everything(
    house: House, asked: tuple[Invite, str, str], signed_in: SignedIn, client: TestClient
) -> None:
    invite, token, interview = asked
    admin = signed_in(Role.ADMIN, "ada")
    admin.get("/positions/backend/results")
    assert admin.post(f"/requests/{invite.id}/grant").headers["location"] == "/requests"
    assert "No request waits." in text(admin.get("/requests").text)
    with pytest.raises(NotFound):
        house.office.invite(invite.id)
    assert admin.get(f"/interviews/{interview}").status_code == 404
    assert client.get(f"/i/{token}").status_code == 404
    assert len(house.results.digests) == 0
    path = house.program.settings.database
    data = b"".join(one.read_bytes() for one in path.parent.glob(f"{path.name}*"))
    assert b"a very particular sentence" not in data and b"Verysecret" not in data
    ((_, entry),) = house.office.entries(deeds=[Deed.DELETED])
    assert (entry.who, entry.subject) == ("ada", invite.id)
    assert admin.post(f"/requests/{invite.id}/grant").status_code == 404


def test_refusing_needs_a_reason_and_leaves_everything(
    house: House, asked: tuple[Invite, str, str], signed_in: SignedIn
) -> None:
    invite, _, interview = asked
    admin = signed_in(Role.ADMIN, "ada")
    assert admin.post(f"/requests/{invite.id}/refuse", data={"reason": " "}).status_code == 400
    assert admin.post(f"/requests/{invite.id}/refuse", data={"reason": "It is under way."}).status_code == 303
    seen = text(admin.get("/requests").text)
    assert "It is under way." in seen and "No request waits." in seen
    assert house.hall.read(interview).over
    assert admin.post(f"/requests/{invite.id}/refuse", data={"reason": "again"}).status_code == 404


@pytest.mark.parametrize("deed", ["grant", "refuse"])
def test_a_form_of_another_site_deletes_nothing(
    house: House, asked: tuple[Invite, str, str], signed_in: SignedIn, deed: str
) -> None:
    admin = signed_in(Role.ADMIN)
    del admin.headers["X-CSRF-Token"]
    assert admin.post(f"/requests/{asked[0].id}/{deed}", data={"reason": "x"}).status_code == 403
    assert signed_in(Role.REVIEWER).post(f"/requests/{asked[0].id}/{deed}", data={"reason": "x"}).status_code == 403
    assert house.office.invite(asked[0].id) == house.office.invite_of(asked[2])
