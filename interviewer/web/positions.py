"""Positions: the list, a new one, one at a glance, its settings, a preview of its interview."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from interviewer.cast import JudgeKind
from interviewer.core.errors import SettingsError
from interviewer.core.pacing import share_of
from interviewer.core.scenario import MainQuestion, Scenario
from interviewer.hosting.positions import Choice, JudgeChoice, Listed, Positions, counts, length, too_early
from interviewer.hosting.preview import Previews
from interviewer.screening import due
from interviewer.screening.due import Due
from interviewer.screening.invite import Invite, Status
from interviewer.screening.position import MAX_RETENTION, TIME_FACTORS, Place, Position, Sharing, Timing
from interviewer.screening.roles import Right, may
from interviewer.web import settings_form
from interviewer.web.fields import Draft, Given
from interviewer.web.guard import Inviting, Seen
from interviewer.web.house import Here, House
from interviewer.web.pages import back, render

router = APIRouter()


@dataclass(frozen=True, slots=True)
class ListPage:
    """All positions, with how far their invitations have come."""

    listed: tuple[Listed, ...]


@router.get("/")
def start() -> Response:
    """The office begins with the positions."""
    return RedirectResponse("/positions", 303)


@router.get("/positions")
def positions(request: Request, house: Here, _account: Seen) -> Response:
    """The list."""
    return render(request, "office/positions.html.j2", ListPage(Positions(house.program).listed()))


@dataclass(frozen=True, slots=True)
class ChoicePage:
    """The scenarios that a position can be made from."""

    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class QuestionChoice:
    """A main question that may be asked; `minutes` are spoken ones."""

    question: MainQuestion
    minutes: float
    public: bool


@dataclass(frozen=True, slots=True)
class SettingsPage:
    """The form of a position's settings, for a new one (no `position`) or one that there is."""

    scenario: Scenario
    position: Position | None
    draft: Draft
    questions: tuple[QuestionChoice, ...]
    judges: tuple[JudgeChoice, ...]
    timings: Mapping[Timing, float | None]
    """Minutes that there would be for all questions that are ticked, by timing; None: no limit."""
    places: Mapping[Place, str]
    sharings: tuple[Sharing, ...] = tuple(Sharing)
    longest: int = MAX_RETENTION
    kept: tuple[str, ...] = ()
    """Places where records have to be kept for longer than these settings say."""


@router.get("/positions/new")
def new(request: Request, house: Here, _account: Inviting, scenario: str = "") -> Response:
    """First a scenario, then the settings."""
    office = Positions(house.program)
    if not scenario:
        return render(request, "office/scenarios.html.j2", ChoicePage(office.choices()))
    found = house.library.get(scenario)
    latest = next((one.settings for one in house.office.positions() if not one.demo), None)
    return _settings(request, house, found, None, settings_form.first(found, latest))


@router.post("/positions")
def make(request: Request, house: Here, account: Inviting, given: Given) -> Response:
    """A new position, or the form again with what is wrong."""
    found, draft = house.library.get(given.one("scenario")), settings_form.read(given)
    settings = settings_form.settings_of(draft, found)
    if isinstance(settings, dict):
        return _settings(request, house, found, None, draft.refused(settings))
    try:
        made = Positions(house.program).make(found.id, settings, account.name)
    except SettingsError as error:
        return _settings(request, house, found, None, draft.refused({"judge": str(error)}))
    return back(f"/positions/{made.id}", "The position is there. Look at what is due before you invite.")


@router.get("/positions/{name}/settings")
def settings(request: Request, house: Here, _account: Inviting, name: str) -> Response:
    """The form with what is set."""
    position = house.office.position(name)
    scenario = Positions(house.program).scenario(position)
    return _settings(request, house, scenario, position, settings_form.draft_of(position.settings))


@router.post("/positions/{name}/settings")
def change(request: Request, house: Here, account: Inviting, given: Given, name: str) -> Response:
    """Other settings, or the form again with what is wrong."""
    position, office = house.office.position(name), Positions(house.program)
    scenario, draft = office.scenario(position), settings_form.read(given)
    found = settings_form.settings_of(draft, scenario)
    if isinstance(found, dict):
        return _settings(request, house, scenario, position, draft.refused(found))
    try:
        office.change(name, found, account.name)
    except SettingsError as error:
        return _settings(request, house, scenario, position, draft.refused({"judge": str(error)}))
    return back(f"/positions/{name}", "The settings are changed. Interviews that have begun keep the old ones.")


def _settings(request: Request, house: House, scenario: Scenario, position: Position | None, draft: Draft) -> Response:
    share = {one.id: share_of(scenario, one.id) / 60 for one in scenario.questions}
    spoken = sum(minutes for asked, minutes in share.items() if draft.has("questions", asked))
    page = SettingsPage(
        scenario=scenario,
        position=position,
        draft=draft,
        questions=tuple(
            QuestionChoice(one, share[one.id], house.desk.packaged.holds(one)) for one in scenario.questions
        ),
        judges=Positions(house.program).judges(scenario),
        timings={one: factor and spoken * factor for one, factor in TIME_FACTORS.items()},
        places=due.PLACES,
        kept=_kept(position),
    )
    return render(request, "office/settings.html.j2", page, status=422 if draft.errors else 200)


def _kept(position: Position | None) -> tuple[str, ...]:
    if position is None:
        return ()
    settings = position.settings
    return tuple(due.keeping_words(one) for one in due.too_short(settings.places, settings.retention_days))


@dataclass(frozen=True, slots=True)
class PositionPage:
    """One position at a glance."""

    position: Position
    scenario: Scenario
    counts: Mapping[Status, int]
    questions: tuple[MainQuestion, ...]
    public: tuple[MainQuestion, ...]
    """Those of the questions whose points anybody can read."""
    minutes: float | None
    due: tuple[tuple[str, tuple[Due, ...]], ...]
    """What is due, by the name of the place."""
    known: str
    places: Mapping[Place, str]
    kept: tuple[str, ...]
    too_early: date | None
    judge: JudgeKind
    version: str


@router.get("/positions/{name}")
def position(request: Request, house: Here, _account: Seen, name: str) -> Response:
    """One position at a glance."""
    held = house.office.position(name)
    scenario, settings, now = house.office.scenario(held.scenario_sha256), held.settings, house.clock.now()
    page = PositionPage(
        position=held,
        scenario=scenario,
        counts=counts(house.office.invites(name), now),
        questions=tuple(one for one in scenario.questions if one.id in settings.questions),
        public=house.desk.packaged.of(scenario, settings.questions),
        minutes=length(scenario, settings),
        due=tuple(
            (due.PLACES[one], due.due((one,), held.created_at.date())) for one in due.PLACES if one in settings.places
        ),
        known=due.KNOWN,
        places=due.PLACES,
        kept=_kept(held),
        too_early=too_early(held, now.date()),
        judge=settings.judge,
        version=held.scenario_sha256[:12],
    )
    return render(request, "office/position.html.j2", page)


@router.post("/positions/{name}/close")
def close(house: Here, account: Inviting, name: str) -> Response:
    """No more invitations."""
    Positions(house.program).close(name, account.name)
    return back(f"/positions/{name}", "The position is closed. Interviews that have begun may still be finished.")


@router.post("/positions/{name}/reopen")
def reopen(house: Here, account: Inviting, name: str) -> Response:
    """Open again."""
    Positions(house.program).reopen(name, account.name)
    return back(f"/positions/{name}", "The position is open again.")


@dataclass(frozen=True, slots=True)
class PreviewPage:
    """Where a preview begins, and what is left of earlier ones."""

    position: Position
    minutes: float | None
    previews: tuple[Invite, ...]
    may: bool


@router.get("/positions/{name}/preview")
def previews(request: Request, house: Here, account: Seen, name: str) -> Response:
    """Where a preview begins."""
    held = house.office.position(name)
    minutes = length(house.office.scenario(held.scenario_sha256), held.settings)
    listed = Previews(house.program, house.hall).listed(name)
    page = PreviewPage(held, minutes, listed, may(account.role, Right.INVITE))
    return render(request, "office/preview.html.j2", page)


@router.post("/positions/{name}/preview")
def preview(house: Here, account: Inviting, name: str) -> Response:
    """A preview, from the very page that candidates get."""
    fresh = Previews(house.program, house.hall).begin(name, account.name)
    return RedirectResponse(f"/i/{fresh.token}", 303)


@router.post("/positions/{name}/preview/{invite}/delete")
def delete_preview(house: Here, account: Inviting, name: str, invite: str) -> Response:
    """A preview with its interview is gone."""
    Previews(house.program, house.hall).delete(name, invite, account.name)
    return back(f"/positions/{name}/preview", "The preview is deleted.")
