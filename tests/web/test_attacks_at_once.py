"""What is done by several at the same time is done once, or not at all."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx import Response

from interviewer.core.events import Said, Who
from interviewer.screening.accounts import Account
from interviewer.screening.invite import Invite
from interviewer.screening.records import Deed
from interviewer.screening.roles import Role
from interviewer.web.house import House
from tests.hosting.talking import ANSWERS
from tests.web.attacks import words_of
from tests.web.conftest import PUBLIC_URL
from tests.web.world import World, agree_and_begin, turn_of, world

__all__ = ["world"]

Invites = Callable[..., tuple[Invite, str]]
SignedIn = Callable[..., TestClient]


# At the same time


def at_once(deeds: list[Callable[[], Response]]) -> list[Response]:
    """Do several things at the same time; what they answer, in their order."""
    start, answers = threading.Barrier(len(deeds)), dict[int, Response]()

    def do(number: int) -> None:
        start.wait(10)
        answers[number] = deeds[number]()

    threads = [threading.Thread(target=do, args=(number,)) for number in range(len(deeds))]
    for one in threads:
        one.start()
    for one in threads:
        one.join(60)
    return [answers[number] for number in range(len(deeds))]


def told_by_candidate(house: House, invite: str) -> list[str]:
    """What a candidate has said."""
    events = house.hall.read(house.office.invite(invite).interview or "").events
    return [one.text for one in events if isinstance(one, Said) and one.who is Who.CANDIDATE]


@pytest.mark.parametrize("same", [True, False], ids=["the same words", "other words"])
def test_of_answers_that_come_at_once_exactly_one_is_stored(
    house: House, app: FastAPI, client: TestClient, invite: Invites, same: bool
) -> None:
    mine, token = invite("Grace Example")
    agree_and_begin(client, token)
    turn = turn_of(client.get(f"/i/{token}/talk").text)
    words = [ANSWERS[0] if same else f"{ANSWERS[0]} This is number {number}." for number in range(6)]

    def say(number: int) -> Callable[[], Response]:
        stream = {"Accept": "application/x-ndjson"} if number % 2 else {}
        other = TestClient(app, PUBLIC_URL, follow_redirects=False)
        return lambda: other.post(f"/i/{token}/say", data={"turn": turn, "words": words[number]}, headers=stream)

    answers = at_once([say(number) for number in range(6)])
    stored = told_by_candidate(house, mine.id)
    assert len(stored) == 1 and stored[0] in words
    for number, answer in enumerate(answers):
        late = 'fate": "late' in answer.text if number % 2 else answer.status_code == 409
        assert late is (words[number] != stored[0]), (number, answer.status_code)
        if late and not number % 2:
            assert words[number] in words_of(answer.text), "words that came too late are not lost"


def test_an_interview_is_begun_once_however_often_the_button_is_pressed(
    house: House, app: FastAPI, client: TestClient, invite: Invites
) -> None:
    mine, token = invite("Grace Example")
    version = client.get(f"/i/{token}").text.split('name="version" value="')[1].split('"')[0]
    client.post(f"/i/{token}", data={"version": version, "agree": "yes", "keeps_to_help": "yes"})

    def begin() -> Response:
        return TestClient(app, PUBLIC_URL, follow_redirects=False).post(f"/i/{token}/begin", data={"start": "yes"})

    answers = at_once([begin] * 5)
    assert {(one.status_code, one.headers["location"]) for one in answers} == {(303, f"/i/{token}/talk")}
    assert [one.id for one in house.program.store.list()] == [house.office.invite(mine.id).interview]


def test_deeds_of_two_reviewers_at_once_are_all_kept(house: House, world: World, signed_in: SignedIn) -> None:
    one, other = signed_in(Role.REVIEWER, "one"), signed_in(Role.ADMIN, "other")

    def decide(client: TestClient, decision: str) -> Callable[[], Response]:
        form = {"decision": decision, "reason": f"It is {decision}."}
        return lambda: client.post(f"/interviews/{world.interview}/decide", data=form)

    answers = at_once([decide(one, "advance"), decide(other, "hold"), decide(one, "advance"), decide(other, "hold")])
    assert {answer.status_code for answer in answers} == {303}
    decisions = house.hall.read(world.interview).state.decisions
    assert {(made.by, made.decision) for made in decisions} == {("one", "advance"), ("other", "hold")}
    assert house.program.store.verify(world.interview).ok


def test_what_is_deleted_while_it_is_answered_stays_deleted(
    house: House, app: FastAPI, client: TestClient, signed_in: SignedIn, invite: Invites
) -> None:
    mine, token = invite("Grace Example")
    agree_and_begin(client, token)
    turn = turn_of(client.get(f"/i/{token}/talk").text)
    client.post(f"/i/{token}/forget", data={"reason": "Please."})
    admin = signed_in(Role.ADMIN)

    def say() -> Response:
        other = TestClient(app, PUBLIC_URL, follow_redirects=False)
        return other.post(f"/i/{token}/say", data={"turn": turn, "words": ANSWERS[0]})

    said, granted = at_once([say, lambda: admin.post(f"/requests/{mine.id}/grant")])
    assert granted.status_code == 303 and said.status_code in (303, 404, 409, 503)
    assert not house.program.store.list() and client.get(f"/i/{token}/talk").status_code == 404
    assert Deed.DELETED in {entry.deed for _, entry in house.office.entries(subjects=[mine.id])}


def test_wrong_passwords_at_once_are_no_more_tries_than_in_a_row(
    app: FastAPI, account: Callable[..., Account], house: House
) -> None:
    account(Role.ADMIN)

    def guess() -> Response:
        client = TestClient(app, PUBLIC_URL, follow_redirects=False)
        token = client.get("/sign-in").text.split('name="csrf" value="')[1].split('"')[0]
        return client.post("/sign-in", data={"name": "the-admin", "password": "wrong wrong wrong", "csrf": token})

    answers = at_once([guess] * 8)
    assert {one.status_code for one in answers} <= {403, 503}
    locked = house.office.account("the-admin")
    assert locked and (
        locked.locked_until is not None or locked.failures == sum(one.status_code == 403 for one in answers)
    )
