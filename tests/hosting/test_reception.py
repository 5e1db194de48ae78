"""A candidate's way: the link, the consent, the beginning, leaving, the end, and a fresh attempt."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from datetime import timedelta

import pytest

from interviewer.core.errors import SettingsError, UsageError
from interviewer.core.events import Consented, Started
from interviewer.core.findings import Outcome as Found
from interviewer.core.ports import Utterance
from interviewer.core.scenario import Question
from interviewer.core.state import Turn
from interviewer.hosting.hall import Outcome
from interviewer.hosting.reception import FRESH_FOR, MAX_TROUBLES, MAX_WORDS, Guest, Reception
from interviewer.judging.scripted import ScriptedJudge
from interviewer.screening.invite import Accommodation, Invite, Presentation, Status
from interviewer.screening.position import Position, Timing
from interviewer.screening.records import CANDIDATE, Deed
from interviewer.web.house import House
from tests.hosting.talking import ANSWERS, waits
from tests.web.conftest import SAYS, SetClock

Invites = Callable[..., tuple[Invite, str]]


@pytest.fixture
def reception(house: House) -> Reception:
    return Reception(house.program, house.hall)


def guest_of(reception: Reception, token: str) -> Guest:
    guest = reception.guest(token)
    assert guest is not None
    return guest


def agreed(reception: Reception, token: str) -> Guest:
    guest = reception.see(guest_of(reception, token))
    assert reception.agree(guest, reception.notice(guest).version)
    return guest_of(reception, token)


def begun(reception: Reception, token: str) -> Guest:
    reception.begin(agreed(reception, token))
    return guest_of(reception, token)


def finished(reception: Reception, token: str, answers: Sequence[str] = ANSWERS) -> Guest:
    guest = begun(reception, token)
    for one in answers:
        visit = reception.visit(guest)
        assert visit is not None
        reception.say(guest, waits(visit.kept), Utterance(one))
    return guest_of(reception, token)


def deeds(house: House, invite: Invite | Guest) -> list[Deed]:
    name = invite.invite.id if isinstance(invite, Guest) else invite.id
    found = [one for _, one in house.office.entries(subjects=[name])]
    assert all(one.who in (CANDIDATE, "ada") for one in found)
    return [one.deed for one in reversed(found)]


# The link


@pytest.mark.parametrize("token", ["", "x", "../../etc/passwd", "é" * 40, "a" * 5000, "\x00", "\ud800"])
def test_a_token_that_is_none_is_nobodys(reception: Reception, invite: Invites, token: str) -> None:
    invite()
    assert reception.guest(token) is None


def test_one_token_opens_one_invitation(reception: Reception, invite: Invites) -> None:
    (one, mine), (other, theirs) = invite(), invite()
    assert guest_of(reception, mine).invite.id == one.id
    assert guest_of(reception, theirs).invite.id == other.id


def test_the_first_look_is_noted_once(house: House, reception: Reception, invite: Invites) -> None:
    made, token = invite()
    first = reception.see(guest_of(reception, token))
    assert first.status is Status.SEEN
    reception.see(guest_of(reception, token))
    assert deeds(house, made) == [Deed.NOTICE_SEEN]


# Consent


def test_consent_is_kept_with_the_notice_and_its_time(house: House, reception: Reception, invite: Invites) -> None:
    made, token = invite()
    guest = begun(reception, token)
    told = reception.notice(guest)
    assert (guest.invite.notice, guest.invite.notice_text) == (told.version, told.text)
    assert guest.invite.consented_at == house.clock.now()
    events = house.hall.read(guest.invite.interview or "").events
    assert [one.notice for one in events if isinstance(one, Consented)] == [told.version]
    assert deeds(house, made) == [Deed.NOTICE_SEEN, Deed.CONSENTED, Deed.BEGUN]


def test_another_version_is_not_agreed_to(reception: Reception, invite: Invites) -> None:
    _, token = invite()
    guest = guest_of(reception, token)
    assert not reception.agree(guest, "screening/1-0000000000000000")
    assert not guest_of(reception, token).has_agreed


def test_a_notice_that_changed_before_the_beginning_is_asked_anew(
    house: House, reception: Reception, invite: Invites
) -> None:
    _, token = invite()
    before = agreed(reception, token)
    assert reception.agreed(before)

    def keep_longer(one: Position) -> Position:
        return one.model_copy(update={"settings": one.settings.model_copy(update={"retention_days": 365})})

    house.office.change_position("backend", keep_longer)
    guest = guest_of(reception, token)
    assert not reception.agreed(guest)
    with pytest.raises(UsageError):
        reception.begin(guest)
    assert reception.begin(agreed(reception, token))


def test_a_model_that_cannot_be_used_keeps_the_interview_from_beginning(
    reception: Reception, invite: Invites, position: Callable[..., Position]
) -> None:
    _, token = invite(to=position("with-model", judge="panel"))
    with pytest.raises(SettingsError):
        reception.notice(guest_of(reception, token))


# The beginning


def test_an_interview_is_begun_once(house: House, reception: Reception, invite: Invites) -> None:
    _, token = invite()
    guest = agreed(reception, token)
    with ThreadPoolExecutor(6) as pool:
        names = set(pool.map(lambda _: reception.begin(guest), range(6)))
    assert len(names) == 1
    assert guest_of(reception, token).invite.interviews == tuple(names)
    assert [one.id for one in house.program.store.list()] == list(names)


@pytest.mark.parametrize("when", ["expired", "revoked", "closed"])
def test_what_is_over_cannot_be_begun(house: House, reception: Reception, invite: Invites, when: str) -> None:
    made, token = invite()
    agreed(reception, token)
    now = house.clock.now()
    if when == "closed":
        house.office.change_position("backend", lambda one: one.model_copy(update={"closed_at": now}))
    else:
        change = {"expires_at": now} if when == "expired" else {"revoked_at": now}
        house.office.change_invite(made.id, lambda one: one.model_copy(update=change))
    with pytest.raises(UsageError):
        reception.begin(guest_of(reception, token))
    assert house.program.store.list() == ()


def test_a_link_revoked_while_it_is_begun_leaves_no_interview(
    house: House, reception: Reception, invite: Invites
) -> None:
    made, token = invite()
    guest = agreed(reception, token)
    now = house.clock.now()
    house.office.change_invite(made.id, lambda one: one.model_copy(update={"revoked_at": now}))
    with pytest.raises(UsageError):
        reception.begin(guest)
    assert house.program.store.list() == ()


def test_what_was_begun_in_time_may_be_finished_late(
    house: House, reception: Reception, invite: Invites, clock: SetClock
) -> None:
    _, token = invite()
    begun(reception, token)
    clock.go_on(days=60)
    guest = guest_of(reception, token)
    assert guest.status is Status.STARTED
    visit = reception.visit(guest)
    assert visit is not None
    assert reception.say(guest, waits(visit.kept), Utterance(ANSWERS[0])).outcome is Outcome.STORED


def test_the_questions_and_the_time_are_the_positions(
    house: House, reception: Reception, invite: Invites, position: Callable[..., Position]
) -> None:
    where = position("short", questions=("codes",), timing=Timing.MORE)
    _, token = invite(to=where)
    guest = begun(reception, token)
    first = house.hall.read(guest.invite.interview or "").events[0]
    assert isinstance(first, Started)
    assert (first.questions, first.time_factor, first.mode) == (("codes",), 3.0, "screen")


# Accommodations


class _Looks(ScriptedJudge):
    """Remembers what it was given, to the byte."""

    def __init__(self) -> None:
        super().__init__(SAYS)
        self.given: list[str] = []

    def assess(self, question: Question, turns: Sequence[Turn]) -> Found:
        self.given.append(f"{question.model_dump_json()}\n{[asdict(one) for one in turns]!r}")
        return super().assess(question, turns)


@pytest.mark.parametrize("presentation", list(Presentation))
@pytest.mark.parametrize("timing", list(Timing))
def test_a_judge_gets_the_same_with_and_without_accommodations(
    house: House, reception: Reception, invite: Invites, presentation: Presentation, timing: Timing
) -> None:
    looks: list[list[str]] = []
    for accommodation in (Accommodation(), Accommodation(timing=timing, presentation=presentation)):
        judge = _Looks()
        house.program.__dict__["judge"] = judge
        _, token = invite(accommodation=accommodation)
        guest = agreed(reception, token)
        _same_salt(house, reception, guest)
        for text in ANSWERS:
            visit = reception.visit(guest_of(reception, token))
            assert visit is not None
            reception.say(guest_of(reception, token), waits(visit.kept), Utterance(text))
        looks.append(judge.given)
    assert len(looks[0]) > 2
    assert looks[0] == looks[1]


def _same_salt(house: House, reception: Reception, guest: Guest) -> None:
    """Begin with one salt: it chooses among the interviewer's phrases, of which a judge hears some."""
    import interviewer.bootstrap as bootstrap

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(bootstrap.secrets, "token_hex", lambda _: "00ff00ff00ff00ff")
        reception.begin(guest)


# Leaving, and the end


def test_leaving_and_coming_back_are_noted(
    house: House, reception: Reception, invite: Invites, clock: SetClock
) -> None:
    made, token = invite()
    guest = begun(reception, token)
    reception.visit(guest, "p1")
    reception.leave(guest)
    reception.leave(guest)
    clock.go_on(hours=1)
    reception.visit(guest, "p2")
    assert deeds(house, made)[-2:] == [Deed.LEFT, Deed.CAME_BACK]


def test_the_end_is_noted_on_the_invitation_once(
    house: House, reception: Reception, invite: Invites, clock: SetClock
) -> None:
    made, token = invite()
    guest = finished(reception, token)
    assert guest.status is Status.DONE
    ended = guest.invite.ended_at
    clock.go_on(days=1)
    reception.visit(guest)
    assert guest_of(reception, token).invite.ended_at == ended
    assert deeds(house, made).count(Deed.FINISHED) == 1


def test_an_end_that_was_not_noted_is_noted_at_the_next_visit(
    house: House, reception: Reception, invite: Invites, clock: SetClock
) -> None:
    made, token = invite()
    ended = finished(reception, token).invite.ended_at
    house.office.change_invite(made.id, lambda one: one.model_copy(update={"ended_at": None}))
    clock.go_on(days=1)
    reception.visit(guest_of(reception, token))
    assert guest_of(reception, token).invite.ended_at == ended


# When something broke


def test_trouble_is_kept_bounded_and_with_its_place(house: House, reception: Reception, invite: Invites) -> None:
    made, token = invite()
    guest = begun(reception, token)
    reception.visit(guest)
    for _ in range(MAX_TROUBLES + 5):
        reception.trouble(guest, "\x1b[31mThe page \u202ewent white." + "!" * 3000)
    kept = house.office.troubles(made.id)
    assert len(kept) == MAX_TROUBLES
    assert kept[0].turn == 2
    assert kept[0].words.startswith("The page went white.!")
    assert len(kept[0].words) == MAX_WORDS


def test_trouble_before_the_beginning_has_no_turns(house: House, reception: Reception, invite: Invites) -> None:
    made, token = invite()
    reception.trouble(guest_of(reception, token), "")
    assert [one.turn for one in house.office.troubles(made.id)] == [0]


def test_a_fresh_attempt_begins_anew_and_keeps_the_old_evidence(
    house: House, reception: Reception, invite: Invites, clock: SetClock
) -> None:
    made, token = invite()
    old = finished(reception, token, ANSWERS).invite.interview
    clock.go_on(days=30)
    changed = reception.fresh_attempt(made.id, "ada")
    guest = guest_of(reception, token)
    assert (changed.interview, changed.interviews, changed.ended_at) == (None, (old,), None)
    assert guest.status is Status.SEEN and not guest.has_agreed
    assert guest.invite.expires_at == house.clock.now() + FRESH_FOR
    new = begun(reception, token).invite
    assert new.interviews == (old, new.interview)
    assert house.hall.read(old or "").over
    assert not house.hall.read(new.interview or "").over
    assert Deed.FRESH_ATTEMPT in deeds(house, made)


def test_a_fresh_attempt_needs_one_that_is_not_fresh(house: House, reception: Reception, invite: Invites) -> None:
    made, token = invite()
    with pytest.raises(UsageError):
        reception.fresh_attempt(made.id, "ada")
    begun(reception, token)
    now = house.clock.now()
    house.office.change_invite(made.id, lambda one: one.model_copy(update={"revoked_at": now}))
    with pytest.raises(UsageError):
        reception.fresh_attempt(made.id, "ada")


def test_a_fresh_attempt_shortens_no_link(house: House, reception: Reception, invite: Invites) -> None:
    made, token = invite(expires_at=house.clock.now() + timedelta(days=80))
    begun(reception, token)
    assert reception.fresh_attempt(made.id, "ada").expires_at == made.expires_at
