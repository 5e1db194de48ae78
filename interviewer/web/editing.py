"""A position's scenario: what is in it, making it ours, and the check that runs beside its forms."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import Response

from interviewer.core.scenario import Criterion, Scenario
from interviewer.evaluation.problem import Problem
from interviewer.hosting.editing import Editing, version_of
from interviewer.screening.editing import KINDS, Kind, criteria_of
from interviewer.screening.position import Position
from interviewer.web import question_form, texts_form
from interviewer.web.fields import Given
from interviewer.web.guard import Inviting, Seen
from interviewer.web.house import Here, House
from interviewer.web.pages import back, partial, render

router = APIRouter()
PANEL = "office/check.html.j2"


@dataclass(frozen=True, slots=True)
class Found:
    """A problem that a check found, and where it can be mended."""

    problem: Problem
    link: str
    where: str


@dataclass(frozen=True, slots=True)
class CheckPage:
    """What the check knows, of all questions or of one."""

    position: str
    only: str
    """Id of the main question that is shown alone; empty: all are."""
    found: tuple[Found, ...]
    running: tuple[str, ...]
    unknown: tuple[str, ...]
    known: int
    failed: str
    editable: bool

    @property
    def path(self) -> str:
        """Where the panel is asked for again."""
        return f"/positions/{self.position}/scenario/check?question={self.only}"


@dataclass(frozen=True, slots=True)
class ScenarioPage:
    """What is in a position's scenario."""

    position: Position
    scenario: Scenario
    version: str
    asked: frozenset[str]
    public: frozenset[str]
    criteria: tuple[tuple[Kind, str, tuple[Criterion, ...]], ...]
    check: CheckPage
    editable: bool
    """Whether the position has a copy of its own that may be changed."""


@router.get("/positions/{name}/scenario")
def scenario(request: Request, house: Here, _account: Seen, name: str) -> Response:
    """What is in it."""
    position = house.office.position(name)
    held = house.office.scenario(position.scenario_sha256)
    editable = position.ours and position.closed_at is None
    page = ScenarioPage(
        position=position,
        scenario=held,
        version=version_of(held),
        asked=frozenset(position.settings.questions),
        public=frozenset(one.id for one in held.questions if house.desk.packaged.holds(one)),
        criteria=tuple((kind, KINDS[kind], criteria_of(held, kind)) for kind in Kind),
        check=check_page(house, position, held),
        editable=editable,
    )
    return render(request, "office/scenario.html.j2", page)


@router.post("/positions/{name}/scenario/ours")
def make_ours(house: Here, account: Inviting, name: str) -> Response:
    """A copy of one's own."""
    Editing(house.program).make_ours(name, account.name)
    return back(f"/positions/{name}/scenario", "This position has its own copy now. Change what you like.")


@router.get("/positions/{name}/scenario/check")
def look(request: Request, house: Here, _account: Seen, name: str, question: str = "") -> Response:
    """How far the check is: for htmx the panel alone, else the page that it stands on."""
    position = house.office.position(name)
    held = house.office.scenario(position.scenario_sha256)
    if not partial(request):
        return back(_page_of(name, held, question))
    return render(request, PANEL, check_page(house, position, held, question))


@router.post("/positions/{name}/scenario/check")
def check(request: Request, house: Here, _account: Inviting, given: Given, name: str) -> Response:
    """Look at all questions, or at one."""
    position, question = house.office.position(name), given.one("question")
    held = house.office.scenario(position.scenario_sha256)
    start_check(house, position, held, question)
    if not partial(request):
        return back(_page_of(name, held, question))
    return render(request, PANEL, check_page(house, position, held, question))


def start_check(house: House, position: Position, held: Scenario, question: str = "") -> None:
    """Look at a main question, and all that is not known yet where none is named."""
    names = [one.id for one in held.questions if not question or one.id == question]
    house.desk.checks.start(position.id, held, names)


def check_page(house: House, position: Position, held: Scenario, only: str = "") -> CheckPage:
    """What the check knows."""
    looked = house.desk.checks.looked(held)
    family = _family(held, only)
    wanted = [one for one in looked.problems if not family or one.place.split(".")[0] in family]
    return CheckPage(
        position=position.id,
        only=only,
        found=tuple(_found(position.id, held, one) for one in wanted),
        running=_of(looked.running, only),
        unknown=_of(looked.unknown, only),
        known=len(_of(looked.known, only)),
        failed=looked.failed,
        editable=position.ours and position.closed_at is None,
    )


def _of(names: tuple[str, ...], only: str) -> tuple[str, ...]:
    return tuple(one for one in names if only in ("", one))


def _family(held: Scenario, only: str) -> frozenset[str]:
    """A main question and its follow-ups, by id; nothing for all questions."""
    return frozenset(one.id for main in held.questions if main.id == only for one in (main, *main.follow_ups))


def _found(position: str, held: Scenario, problem: Problem) -> Found:
    base = f"/positions/{position}/scenario"
    first = problem.place.split(".")[0]
    for question in held.all_questions():
        if question.id == first:
            field = question_form.field_of(question, problem.place)
            return Found(problem, f"{base}/questions/{first}#{field}", question.title)
    if first == "criteria":
        return Found(problem, base + _criterion_at(held, problem.place), "Criteria")
    if first == "sections":
        return Found(problem, f"{base}/sections", "Sections")
    return Found(problem, f"{base}/texts#{texts_form.field_of(problem.place)}", "Texts")


def _criterion_at(held: Scenario, place: str) -> str:
    """Where a criterion is mended: `criteria.strong_pass.depth`; the list of them where it is about no single one."""
    written, _, name = place.removeprefix("criteria.").partition(".")
    kind = {"pass": Kind.PASSING, "strong_pass": Kind.STRONG, "fail": Kind.FAILING}.get(written)
    known = kind is not None and any(one.id == name for one in criteria_of(held, kind))
    return f"/criteria/{kind}?id={name}" if known else "#criteria"


def _page_of(position: str, held: Scenario, question: str) -> str:
    known = any(one.id == question for one in held.questions)
    return f"/positions/{position}/scenario" + (f"/questions/{question}#check" if known else "#check")
