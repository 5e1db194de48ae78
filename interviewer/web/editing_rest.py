"""The forms of the criteria, and of what stands around the questions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from fastapi import APIRouter, Request
from fastapi.responses import Response

from interviewer.core.errors import NotFound
from interviewer.core.scenario import Criterion, Question, Scenario
from interviewer.hosting.editing import ChangedMeanwhile, Editing, criterion_stamp, text_stamp
from interviewer.screening.editing import KINDS, CannotEdit, Kind, criteria_of
from interviewer.screening.faults import WHOLE
from interviewer.screening.position import Position
from interviewer.web import criterion_form, texts_form
from interviewer.web.editing_questions import GONE, ours
from interviewer.web.fields import Draft, Given
from interviewer.web.guard import Inviting
from interviewer.web.house import Here
from interviewer.web.pages import back, render

router = APIRouter()


@dataclass(frozen=True, slots=True)
class CriterionPage:
    """The form of a criterion, an old or a new one (no `criterion`)."""

    position: Position
    kind: Kind
    criterion: Criterion | None
    draft: Draft
    stamp: str
    questions: tuple[Question, ...]
    kinds: Mapping[Kind, str] = field(default_factory=lambda: KINDS)


@router.get("/positions/{name}/scenario/criteria/{kind}")
def criterion(request: Request, house: Here, _account: Inviting, name: str, kind: Kind, id: str = "") -> Response:
    """The form of the criterion with this id, or of a new one."""
    position, scenario = ours(house, name)
    held = _criterion(scenario, kind, id)
    return _criterion_page(request, position, scenario, kind, held, criterion_form.draft_of(held))


@router.post("/positions/{name}/scenario/criteria/{kind}")
def save_criterion(
    request: Request, house: Here, account: Inviting, given: Given, name: str, kind: Kind, id: str = ""
) -> Response:
    """Store it, or show the form again with what is wrong."""
    position, scenario = ours(house, name)
    held, draft, was = _held(scenario, kind, id), criterion_form.read(given), given.one("was")
    if id and held is None:
        return _criterion_page(request, position, scenario, kind, None, draft.refused({WHOLE: GONE}))
    taken = [one.id for other in Kind for one in criteria_of(scenario, other)]
    made = criterion_form.criterion_of(draft, held, taken)
    if isinstance(made, dict):
        return _criterion_page(request, position, scenario, kind, held, draft.refused(made), was=was)
    try:
        Editing(house.program).put_criterion(name, kind, made, was, account.name)
    except (CannotEdit, ChangedMeanwhile) as error:
        # The version that is stored now is the one that saving again replaces.
        return _criterion_page(request, position, scenario, kind, held, draft.refused({WHOLE: str(error)}))
    return back(f"/positions/{name}/scenario#criteria", "The criterion is saved.")


@router.post("/positions/{name}/scenario/criteria/{kind}/remove")
def remove_criterion(house: Here, account: Inviting, given: Given, name: str, kind: Kind) -> Response:
    """Take a criterion out."""
    ours(house, name)
    try:
        Editing(house.program).drop_criterion(name, kind, given.one("id"), account.name)
    except CannotEdit as error:
        return back(f"/positions/{name}/scenario#criteria", error=str(error))
    return back(f"/positions/{name}/scenario#criteria", "The criterion is removed.")


def _criterion(scenario: Scenario, kind: Kind, name: str) -> Criterion | None:
    held = _held(scenario, kind, name)
    if name and held is None:
        raise NotFound(f"There is no criterion {name[:40]!r}.", "The list of criteria shows all of them.")
    return held


def _held(scenario: Scenario, kind: Kind, name: str) -> Criterion | None:
    return next((one for one in criteria_of(scenario, kind) if one.id == name), None)


def _criterion_page(
    request: Request,
    position: Position,
    scenario: Scenario,
    kind: Kind,
    held: Criterion | None,
    draft: Draft,
    *,
    was: str = "",
) -> Response:
    """The form; `was` is the stamp of the version that was opened, where it is not the one stored now."""
    stamp = was or (criterion_stamp(held) if held else "")
    page = CriterionPage(position, kind, held, draft, stamp, tuple(scenario.all_questions()))
    return render(request, "office/criterion.html.j2", page, status=422 if draft.errors else 200)


@dataclass(frozen=True, slots=True)
class TextsPage:
    """The form of what stands around the questions."""

    position: Position
    scenario: Scenario
    draft: Draft
    stamp: str


@router.get("/positions/{name}/scenario/texts")
def texts(request: Request, house: Here, _account: Inviting, name: str) -> Response:
    """The form."""
    position, scenario = ours(house, name)
    return _texts_page(request, position, scenario, texts_form.draft_of(scenario))


@router.post("/positions/{name}/scenario/texts")
def save_texts(request: Request, house: Here, account: Inviting, given: Given, name: str) -> Response:
    """Store it, or show the form again with what is wrong."""
    position, scenario = ours(house, name)
    draft = texts_form.read(given)
    made = texts_form.scenario_of(draft, scenario)
    if isinstance(made, dict):
        return _texts_page(request, position, scenario, draft.refused(made), was=given.one("was"))

    def change(held: Scenario) -> Scenario:
        again = texts_form.scenario_of(draft, held)
        # What is around the questions is as it was when the form was found right, or nothing is stored.
        return again if isinstance(again, Scenario) else held

    try:
        Editing(house.program).put_texts(name, change, given.one("was"), account.name)
    except ChangedMeanwhile as error:
        return _texts_page(request, position, scenario, draft.refused({WHOLE: str(error)}))
    return back(f"/positions/{name}/scenario", "The texts are saved.")


def _texts_page(request: Request, position: Position, scenario: Scenario, draft: Draft, *, was: str = "") -> Response:
    page = TextsPage(position, scenario, draft, was or text_stamp(scenario))
    return render(request, "office/texts.html.j2", page, status=422 if draft.errors else 200)
