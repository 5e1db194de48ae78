"""Invitations: lists are read whole or not at all, links work once, and every deed is recorded."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from interviewer.core.errors import NotFound, UsageError
from interviewer.hosting.inviting import LONGEST, Inviting, last_day, link_of, links_csv, mail_for
from interviewer.hosting.links import SHOWN_FOR, FreshLinks
from interviewer.hosting.people import MAX_BYTES, PROBLEMS, Person, Wrong, people_of, person, text_of
from interviewer.hosting.positions import Positions
from interviewer.hosting.preview import Previews
from interviewer.screening.invite import MAX_INVITES, Accommodation, Invite, Presentation, Status, token_sha256
from interviewer.screening.position import Position, Timing
from interviewer.screening.records import Deed
from interviewer.web.house import House
from tests.web.conftest import SetClock

GRACE = Person("Grace Hopper", "grace@example.org")
UNTIL = date(2026, 1, 26)


def read(text: str) -> list[tuple[str, str | None]]:
    listed = people_of(text)
    assert listed.wrong == ()
    return [(one.name, one.mail) for one in listed.people]


@pytest.mark.parametrize(
    "text",
    [
        "Grace Hopper,grace@example.org\nAlan,alan@example.org",
        "name,mail\nGrace Hopper,grace@example.org\nAlan,alan@example.org\n",
        "E-Mail;Name\r\ngrace@example.org;Grace Hopper\r\nalan@example.org;Alan\r\n",
        "\ufeffName\tE-mail address\nGrace Hopper\tgrace@example.org\nAlan\talan@example.org",
        "First name,Last name,Email,Phone\nGrace,Hopper,grace@example.org,555\nAlan,,alan@example.org,",
        '\n\n  Grace   Hopper , grace@example.org \n\n"Alan","alan@example.org"\n\n',
        "grace@example.org | Grace Hopper\nalan@example.org | Alan",
    ],
)
def test_lists_are_read_however_people_write_them(text: str) -> None:
    assert read(text) == [("Grace Hopper", "grace@example.org"), ("Alan", "alan@example.org")]


def test_a_mail_address_may_be_missing_and_a_comma_may_stand_in_a_name() -> None:
    assert read("Grace Hopper\nAlan") == [("Grace Hopper", None), ("Alan", None)]
    assert read('"Hopper, Grace";grace@example.org') == [("Hopper, Grace", "grace@example.org")]


def test_bad_lines_are_told_by_their_numbers_in_the_file() -> None:
    listed = people_of(
        'name,mail\nGood,good@example.org\n\n,nobody@example.org\n"Two\nlines",two@example.org\n'
        "Bad,not-a-mail\nTwice,GOOD@example.org\nGood\u202e,x@example.org\n" + "x" * 121 + ",y@example.org"
    )
    assert [str(one) for one in listed.wrong] == [
        "Line 4: The name is missing.",
        "Line 7: \u201cnot-a-mail\u201d is no mail address.",
        "Line 8: GOOD@example.org stands in line 2 already.",
        "Line 9: The name holds characters that cannot be shown.",
        "Line 10: The name is longer than 120 characters.",
    ]


def test_a_line_without_a_header_that_could_be_read_in_two_ways_is_not_guessed() -> None:
    (wrong,) = people_of("Grace,Hopper,grace@example.org").wrong
    assert "no header" in wrong.what
    (wrong,) = people_of("a@example.org,b@example.org").wrong
    assert "no header" in wrong.what


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "nobody"),
        ("name,mail\n", "nobody"),
        ("\x00\x01", "no text"),
        ('"never closed', "CSV"),
        ("x" * (MAX_BYTES + 1), "too long"),
        ("\n".join(f"Name {n}" for n in range(MAX_INVITES + 1)), str(MAX_INVITES)),
    ],
)
def test_what_is_no_list_is_refused_as_a_whole(text: str, words: str) -> None:
    listed = people_of(text)
    (wrong,) = listed.wrong
    assert words in wrong.what
    assert wrong.line == 0


def test_many_bad_lines_are_counted() -> None:
    listed = people_of("\n".join(f"Name {n},bad" for n in range(PROBLEMS + 5)))
    assert len(listed.wrong) == PROBLEMS
    assert listed.more == 5


def test_a_file_is_utf_8_and_not_too_large() -> None:
    assert text_of("Zoë".encode()) == "Zoë"
    assert text_of(b"\xef\xbb\xbfZo\xc3\xab") == "Zoë"
    for data in ("Zoë".encode("utf-16"), "Zoë".encode("latin-1"), b"x" * (MAX_BYTES + 1)):
        assert isinstance(text_of(data), Wrong)


def test_a_person_by_hand_is_checked_in_the_same_way() -> None:
    assert person("  Grace \n Hopper ", "") == Person("Grace Hopper")
    assert isinstance(person(" ", "x@example.org"), Wrong)
    assert isinstance(person("Grace", "x@y@z"), Wrong)
    assert isinstance(person("Grace", "a@b.org?bcc=c@d.org,e"), Wrong)


def test_everybody_gets_a_link_of_their_own_and_only_its_hash_is_stored(
    house: House, position: Callable[..., Position]
) -> None:
    held = position()
    fresh = Inviting(house.program).invite(held.id, [GRACE, Person("Alan")], UNTIL, "ada")
    assert len({one.token for one in fresh}) == 2
    for one in fresh:
        assert house.office.invite_by_token(token_sha256(one.token)) == one.invite
        assert one.token not in one.invite.model_dump_json()
        assert one.invite.expires_at == datetime(2026, 1, 27, tzinfo=UTC)
        assert last_day(one.invite) == UNTIL
    noted = [(one.who, one.deed, one.subject) for _, one in reversed(house.office.entries())]
    assert noted == [("ada", Deed.INVITED, one.invite.id) for one in fresh]


def test_nobody_is_invited_to_a_closed_position_or_for_a_day_that_cannot_be(
    house: House, position: Callable[..., Position]
) -> None:
    held, desk = position(), Inviting(house.program)
    today = house.clock.now().date()
    with pytest.raises(UsageError, match="over"):
        desk.invite(held.id, [GRACE], today - timedelta(days=1), "ada")
    with pytest.raises(UsageError, match="180 days"):
        desk.invite(held.id, [GRACE], today + LONGEST + timedelta(days=1), "ada")
    Positions(house.program).close(held.id, "ada")
    with pytest.raises(UsageError, match="closed"):
        desk.invite(held.id, [GRACE], UNTIL, "ada")
    with pytest.raises(NotFound):
        desk.invite("unknown", [GRACE], UNTIL, "ada")
    assert house.office.invites(held.id) == ()


def test_whoever_is_invited_already_is_known_by_mail_or_else_by_name(
    house: House, position: Callable[..., Position], clock: SetClock
) -> None:
    held, desk = position(), Inviting(house.program)
    desk.invite(held.id, [GRACE, Person("Alan")], UNTIL, "ada")
    others = [Person("Grace Hopper", "other@example.org"), Person("G.", "GRACE@example.org"), Person("ALAN")]
    assert desk.known(held.id, others) == (others[1], others[2])
    assert desk.known(position("other").id, others) == ()
    clock.go_on(days=30)
    assert desk.known(held.id, others) == ()


def test_a_new_link_ends_the_old_one(house: House, position: Callable[..., Position], clock: SetClock) -> None:
    desk = Inviting(house.program)
    (old,) = desk.invite(position().id, [GRACE], UNTIL, "ada")
    new = desk.renew(old.invite.id, "ada")
    assert house.office.invite_by_token(token_sha256(old.token)) is None
    assert house.office.invite_by_token(token_sha256(new.token)) == new.invite
    assert new.invite.expires_at == old.invite.expires_at
    clock.go_on(days=60)
    later = desk.renew(old.invite.id, "ada").invite
    assert later.status(clock.now()) is Status.OPEN


def test_an_invitation_is_extended_revoked_and_then_stays_revoked(
    house: House, position: Callable[..., Position], clock: SetClock
) -> None:
    desk = Inviting(house.program)
    (fresh,) = desk.invite(position().id, [GRACE], UNTIL, "ada")
    name = fresh.invite.id
    assert last_day(desk.extend(name, date(2026, 3, 1), "ada")) == date(2026, 3, 1)
    assert desk.revoke(name, "ada").status(clock.now()) is Status.REVOKED
    for deed in (lambda: desk.extend(name, UNTIL, "ada"), lambda: desk.renew(name, "ada")):
        with pytest.raises(UsageError, match="revoked"):
            deed()
    kinds = [one.deed for _, one in reversed(house.office.entries())]
    assert kinds == [Deed.INVITED, Deed.INVITE_EXTENDED, Deed.INVITE_REVOKED]


def test_an_interview_that_is_over_is_neither_revoked_nor_renewed(
    house: House, invite: Callable[..., tuple[Invite, str]]
) -> None:
    held, _ = invite(interviews=("abcd-efgh",), ended_at=house.clock.now())
    desk = Inviting(house.program)
    for deed in (lambda: desk.revoke(held.id, "ada"), lambda: desk.renew(held.id, "ada")):
        with pytest.raises(UsageError, match="over"):
            deed()
    assert house.office.entries() == ()


def test_what_was_agreed_is_stored_and_recorded_without_words(
    house: House, invite: Callable[..., tuple[Invite, str]]
) -> None:
    held, _ = invite()
    agreed = Accommodation(timing=Timing.MORE, presentation=Presentation.LARGE)
    assert Inviting(house.program).accommodate(held.id, agreed, "ada").accommodation == agreed
    ((_, entry),) = house.office.entries()
    assert (entry.deed, entry.subject, entry.target) == (Deed.ACCOMMODATED, held.id, "more, large")


def test_the_mail_says_what_a_candidate_must_know_and_keeps_to_its_lines(
    house: House, position: Callable[..., Position]
) -> None:
    held = position(title="Developer\nBcc: all@example.org", company="A company")
    (fresh,) = Inviting(house.program).invite(held.id, [GRACE], UNTIL, "ada")
    mail = mail_for(held, 90.0, fresh, "https://hiring.example")
    assert "\n" not in mail.subject
    assert link_of(fresh, "https://hiring.example") in mail.body
    for words in ("Grace Hopper", "26 January 2026", "90 minutes", "An AI asks", "A person", held.settings.contact):
        assert words in mail.body
    assert "no time limit" in mail_for(held, None, fresh, "https://x").body
    parts = urlsplit(mail.link)
    assert (parts.scheme, parts.path) == ("mailto", "grace@example.org")
    assert parse_qs(parts.query) == {"subject": [mail.subject], "body": [mail.body.rstrip("\n") + "\n"]}


def test_links_as_a_file_are_neutral(house: House, position: Callable[..., Position]) -> None:
    hostile = Person('=HYPERLINK("http://x")', "a@example.org")
    fresh = Inviting(house.program).invite(position().id, [hostile, Person("Alan")], UNTIL, "ada")
    rows = list(csv.reader(io.StringIO(links_csv(fresh, "https://h").removeprefix("\ufeff"))))
    assert rows[1][0] == '\'=HYPERLINK("http://x")'
    assert rows[1][2] == f"https://h/i/{fresh[0].token}"
    assert rows[2][1] == ""
    assert rows[2][3] == "2026-01-26"


def test_fresh_links_are_shown_to_whoever_made_them_for_a_while(
    house: House, position: Callable[..., Position], clock: SetClock
) -> None:
    held = position()
    fresh = Inviting(house.program).invite(held.id, [GRACE], UNTIL, "ada")
    shelf = FreshLinks(clock)
    key = shelf.keep(held.id, "ada", fresh)
    batch = shelf.get(key, "ada")
    assert batch is not None and batch.links == fresh
    assert shelf.get(key, "bob") is None
    assert shelf.get("guessed", "ada") is None
    clock.go_on(seconds=SHOWN_FOR.total_seconds() + 1)
    assert shelf.get(key, "ada") is None


def test_a_preview_is_an_invitation_that_no_list_shows_and_that_can_be_deleted(
    house: House, position: Callable[..., Position], invite: Callable[..., tuple[Invite, str]]
) -> None:
    held = position()
    real, _ = invite("Grace", held)
    previews = Previews(house.program, house.hall)
    first = previews.begin(held.id, "ada")
    assert house.office.invite_by_token(token_sha256(first.token)) == first.invite
    assert house.office.invites(held.id) == (real,)
    second, other = previews.begin(held.id, "ada"), previews.begin(held.id, "bob")
    assert {one.id for one in previews.listed(held.id)} == {second.invite.id, other.invite.id}
    previews.delete(held.id, second.invite.id, "bob")
    assert [one.id for one in previews.listed(held.id)] == [other.invite.id]
    with pytest.raises(NotFound):
        previews.delete(held.id, real.id, "bob")
    assert house.office.invites(held.id) == (real,)
    assert [one.deed for _, one in house.office.entries()].count(Deed.DELETED) == 2
