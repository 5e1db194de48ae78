"""A candidate's findings and data: what is shown, contested, taken away, and deleted until nothing is left."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from interviewer.core.errors import NotFound, StoreBusy, UsageError
from interviewer.core.events import Confirmed, Contested, Overridden
from interviewer.core.findings import Status
from interviewer.hosting import evidence, own_data
from interviewer.hosting.evidence import Shown
from interviewer.hosting.reception import MAX_WORDS, Guest, Reception
from interviewer.screening.invite import Invite
from interviewer.screening.position import Position, Sharing
from interviewer.screening.records import BlindReading, Deed
from interviewer.store.office import Office
from interviewer.store.store import Store
from interviewer.web.house import House
from tests.hosting.talking import ANSWERS
from tests.hosting.test_reception import Invites, begun, finished, guest_of

SECRET = "everything is 200, and my grandmother keeps bees in Ljubljana"
TALK = (f"{ANSWERS[0]} {SECRET}", *ANSWERS[1:])


@pytest.fixture
def reception(house: House) -> Reception:
    return Reception(house.program, house.hall)


@pytest.fixture
def done(reception: Reception, invite: Invites) -> Guest:
    """A candidate whose interview is over."""
    _, token = invite()
    return finished(reception, token, TALK)


def found(house: House, guest: Guest, target: str) -> Shown:
    """A finding as it is shown."""
    kept = evidence.see(house.program, house.hall, guest)
    return next(one for question in evidence.findings(kept) for one in question.findings if one.target == target)


# Findings


def test_each_point_is_shown_with_the_candidates_own_words(house: House, done: Guest) -> None:
    heard = found(house, done, "http.request")
    assert (heard.status, heard.quotes) == (Status.COVERED, ("sends a request",))
    assert (found(house, done, "http.tls").status, found(house, done, "http.tls").quotes) == (Status.ABSENT, ())
    names = [one.title for one in evidence.findings(house.hall.read(done.invite.interview or ""))]
    assert names == ["Http", "Caching", "Codes"]


def test_a_persons_word_is_followed_at_once(house: House, done: Guest) -> None:
    word = {"at": house.clock.now(), "by": "ada", "target": "http.tls"}
    house.hall.append(done.invite.interview or "", Overridden(**word, status=Status.COVERED, reason="it is there"))
    shown = found(house, done, "http.tls")
    assert (shown.status, shown.by_person) == (Status.COVERED, True)


def test_a_flag_is_shown_until_a_person_dismisses_it(house: House, reception: Reception, invite: Invites) -> None:
    _, token = invite()
    guest = finished(reception, token, (*ANSWERS[:2], f"{ANSWERS[2]} {SECRET}", ANSWERS[3]))
    flag = found(house, guest, "codes.all-200")
    assert flag.is_flag and flag.status is Status.UNCLEAR
    word = {"at": house.clock.now(), "by": "ada", "target": "codes.all-200"}
    house.hall.append(guest.invite.interview or "", Overridden(**word, status=Status.ABSENT, reason="a joke"))
    with pytest.raises(StopIteration):
        found(house, guest, "codes.all-200")


def test_findings_are_seen_only_where_they_are_shared_and_after_the_end(
    house: House, reception: Reception, invite: Invites, position: Callable[..., Position]
) -> None:
    _, token = invite()
    underway = begun(reception, token)
    _, other = invite(to=position("closed-lipped", sharing=Sharing.NOTHING))
    unshared = finished(reception, other)
    for guest in (underway, unshared):
        with pytest.raises(NotFound):
            evidence.see(house.program, house.hall, guest)
        with pytest.raises(NotFound):
            evidence.contest(house.program, house.hall, guest, "http.tls", "I said it")


def test_a_finding_is_contested_once_and_answered_by_a_person(house: House, done: Guest) -> None:
    evidence.contest(house.program, house.hall, done, "http.tls", "I meant \x1b[31mencryption.")
    shown = found(house, done, "http.tls")
    assert (shown.contested, shown.answered) == ("I meant encryption.", False)
    with pytest.raises(UsageError, match="already"):
        evidence.contest(house.program, house.hall, done, "http.tls", "I did!")
    name = done.invite.interview or ""
    assert sum(isinstance(one, Contested) for one in house.hall.read(name).events) == 1
    house.hall.append(name, Confirmed(at=house.clock.now(), by="ada", target="http.tls"))
    assert found(house, done, "http.tls").answered


@pytest.mark.parametrize(
    ("target", "reason"),
    [("http.tls", "  \u200b "), ("http.tls", "x" * (MAX_WORDS + 1)), ("http.nothing", "why"), ("../x", "why")],
)
def test_what_cannot_be_contested_changes_nothing(house: House, done: Guest, target: str, reason: str) -> None:
    before = house.hall.read(done.invite.interview or "")
    with pytest.raises(UsageError):
        evidence.contest(house.program, house.hall, done, target, reason)
    assert house.hall.read(before.id).events == before.events


# The file


def test_the_file_holds_everything_that_is_stored(house: House, reception: Reception, done: Guest) -> None:
    reception.trouble(done, "It went white.")
    own_data.ask(house.program, done, "Please.")
    data = json.loads(json.dumps(own_data.take(house.program, house.hall, done)))
    assert data["schema"] == "interviewer.own-data/1"
    assert data["invitation"]["name"] == "Grace Example"
    assert data["consent"]["version"] == done.invite.notice
    assert "You write with an AI" in data["consent"]["text"]
    (interview,) = data["interviews"]
    kept = house.hall.read(interview["id"])
    assert interview["log"] == {"length": len(kept.events), "head": kept.head}
    mine = [one for one in interview["turns"] if one["who"] == "candidate"]
    assert [one["text"] for one in mine] == list(TALK)
    assert all(one["at"].endswith("Z") and one["seconds"] >= 0 for one in mine)
    assert interview["ended"] == "completed" and interview["in_force"]
    request = next(one for one in interview["findings"] if one["target"] == "http.request")
    assert (request["status"], request["quotes"]) == ("covered", ["sends a request"])
    assert request["says"] == "The client sends a request to the server."
    assert data["troubles"][0]["words"] == "It went white."
    assert data["request"]["words"] == "Please."


def test_before_the_end_no_finding_is_in_the_file(house: House, reception: Reception, invite: Invites) -> None:
    _, token = invite()
    guest = begun(reception, token)
    (interview,) = own_data.take(house.program, house.hall, guest)["interviews"]
    assert interview["findings"] == [] and interview["ended_at"] is None


def test_what_was_looked_for_is_not_in_the_file_where_it_is_not_shared(
    house: House, reception: Reception, invite: Invites, position: Callable[..., Position]
) -> None:
    _, token = invite(to=position("closed-lipped", sharing=Sharing.NOTHING))
    guest = finished(reception, token)
    (interview,) = own_data.take(house.program, house.hall, guest)["interviews"]
    assert interview["findings"] and all(one["says"] is None for one in interview["findings"])


def test_names_of_reviewers_are_not_in_the_file(house: House, done: Guest) -> None:
    word = {"at": house.clock.now(), "by": "ada-lovelace", "target": "http.tls"}
    house.hall.append(done.invite.interview or "", Overridden(**word, status=Status.COVERED, reason="my reason"))
    data = json.dumps(own_data.take(house.program, house.hall, done))
    assert "ada-lovelace" not in data and "my reason" not in data


# Deletion


def test_a_refusal_has_a_reason_and_can_be_asked_against(house: House, done: Guest) -> None:
    own_data.ask(house.program, done, "Please.")
    with pytest.raises(UsageError):
        own_data.ask(house.program, done, "Please!")
    with pytest.raises(UsageError):
        own_data.refuse(house.program, done.invite.id, "ada", " ")
    refused = own_data.refuse(house.program, done.invite.id, "ada", "The law wants it kept until May.")
    assert own_data.request_of(house.program, done.invite) == refused
    assert (refused.granted, refused.decided_by) == (False, "ada")
    with pytest.raises(NotFound):
        own_data.grant(house.program, house.hall, done.invite.id, "ada")
    own_data.ask(house.program, done, "It is June.")
    assert own_data.request_of(house.program, done.invite) != refused


def test_nothing_is_deleted_without_a_request(house: House, done: Guest) -> None:
    with pytest.raises(NotFound):
        own_data.grant(house.program, house.hall, done.invite.id, "ada")
    assert house.hall.read(done.invite.interview or "").over


def test_a_deletion_deletes(house: House, reception: Reception, invite: Invites) -> None:
    made, token = invite("Zdenka Unmistakable", mail="zdenka@unmistakable.example")
    old = finished(reception, token, TALK)
    reception.fresh_attempt(made.id, "ada")
    new = finished(reception, token, TALK)
    reception.trouble(new, "A trouble with marmalade.")
    evidence.contest(house.program, house.hall, new, "http.tls", "A reason with gingerbread.")
    blind = {"at": house.clock.now(), "by": "ada", "target": "http.tls"}
    house.office.add_blind(
        BlindReading(**blind, interview=new.invite.interview or "", status=Status.ABSENT, machine=Status.ABSENT)
    )
    own_data.ask(house.program, new, "A request with parsley.")
    words = (SECRET, "Zdenka", "unmistakable.example", "marmalade", "gingerbread", "parsley")
    assert all(_in_files(house, one) for one in words)
    names = house.office.invite(made.id).interviews
    assert names == (old.invite.interview, new.invite.interview)
    own_data.grant(house.program, house.hall, made.id, "ada")
    assert not [one for one in words if _in_files(house, one)]
    assert reception.guest(token) is None
    assert house.program.store.list() == ()
    assert len(house.hall) == 0
    assert house.office.blinds(names) == ()
    assert house.office.requests() == ()
    last = house.office.entries(subjects=[made.id])[0][1]
    assert (last.deed, last.who, last.target) == (Deed.DELETED, "ada", "")


def _in_files(house: House, words: str) -> bool:
    """Whether the words are anywhere in the database's files, deleted pages and the write-ahead log included."""
    path = house.program.settings.database
    files = [one for one in path.parent.iterdir() if one.name.startswith(path.name)]
    assert path in files
    return any(words.encode() in one.read_bytes() for one in files)


def test_others_are_not_deleted(house: House, reception: Reception, invite: Invites, done: Guest) -> None:
    _, token = invite()
    other = finished(reception, token)
    own_data.ask(house.program, done, "")
    own_data.grant(house.program, house.hall, done.invite.id, "ada")
    assert house.hall.read(other.invite.interview or "").over
    assert guest_of(reception, token).invite == other.invite


def test_a_deletion_that_was_held_up_leaves_the_request_open(
    house: House, done: Guest, monkeypatch: pytest.MonkeyPatch
) -> None:
    own_data.ask(house.program, done, "")

    def busy(self: Store, name: str) -> str:
        raise StoreBusy("Another process holds the file.", "Wait.")

    with monkeypatch.context() as patched:
        patched.setattr(Store, "delete", busy)
        with pytest.raises(StoreBusy):
            own_data.grant(house.program, house.hall, done.invite.id, "ada")
    request = own_data.request_of(house.program, done.invite)
    assert request is not None and request.decided_at is None
    own_data.grant(house.program, house.hall, done.invite.id, "ada")
    assert house.program.store.list() == ()


def test_a_deletion_that_could_not_empty_the_file_is_noted_and_said(
    house: House, done: Guest, monkeypatch: pytest.MonkeyPatch
) -> None:
    own_data.ask(house.program, done, "")
    real = Office.forget_invite

    def read_by_another(self: Office, name: str) -> None:
        real(self, name)
        raise StoreBusy("It is deleted, but another window still reads the file.", "Close it.")

    with monkeypatch.context() as patched:
        patched.setattr(Office, "forget_invite", read_by_another)
        with pytest.raises(StoreBusy):
            own_data.grant(house.program, house.hall, done.invite.id, "ada")
    assert house.office.entries(subjects=[done.invite.id])[0][1].deed is Deed.DELETED
    with pytest.raises(NotFound):
        house.office.invite(done.invite.id)


def test_an_invitation_alone_can_be_deleted(house: House, invite: Callable[..., tuple[Invite, str]]) -> None:
    made, token = invite()
    guest = guest_of(Reception(house.program, house.hall), token)
    own_data.ask(house.program, guest, "")
    own_data.grant(house.program, house.hall, made.id, "ada")
    with pytest.raises(NotFound):
        house.office.invite(made.id)
