"""The application: all routers, and what stands before them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

import anyio
from fastapi import APIRouter, FastAPI
from fastapi.concurrency import run_in_threadpool

from interviewer.bootstrap import Program
from interviewer.hosting.desk import Desk
from interviewer.hosting.door import Door
from interviewer.hosting.hall import Hall
from interviewer.hosting.passwords import Passwords
from interviewer.hosting.results import Results
from interviewer.web import (
    candidate,
    candidate_after,
    candidate_asides,
    candidate_say,
    candidate_talk,
    editing,
    editing_questions,
    editing_rest,
    editing_sections,
    errors,
    exports,
    health,
    interview,
    invites,
    invites_one,
    positions,
    record,
    requests,
    results,
    results_compare,
    review,
    signin,
)
from interviewer.web.bodies import Bodies
from interviewer.web.config import Serving
from interviewer.web.headers import Headers
from interviewer.web.hosts import Hosts
from interviewer.web.house import House
from interviewer.web.static_files import Static
from interviewer.web.upkeep import keep_up

ROUTERS: Final[tuple[APIRouter, ...]] = (
    health.router,
    signin.router,
    candidate.router,
    candidate_talk.router,
    candidate_say.router,
    candidate_asides.router,
    candidate_after.router,
    positions.router,
    editing.router,
    editing_questions.router,
    editing_rest.router,
    editing_sections.router,
    invites.router,
    invites_one.router,
    results.router,
    results_compare.router,
    review.router,
    interview.router,
    exports.router,
    record.router,
    requests.router,
)


@asynccontextmanager
async def open_house(app: FastAPI) -> AsyncIterator[None]:
    """While pages are served: what is over its time is deleted, and at the end what still runs is given up."""
    house: House = app.state.house
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(keep_up, house)
        try:
            yield
        finally:
            tasks.cancel_scope.cancel()
    await run_in_threadpool(house.desk.close)


def create_app(program: Program, serving: Serving, *, passwords: Passwords | None = None) -> FastAPI:
    """The application; nothing is read or written before the first request."""
    house = House(
        program,
        serving,
        Hall(program),
        Door(program.office, program.clock, passwords),
        Desk(program),
        Results(program),
    )
    app = FastAPI(
        lifespan=open_house,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
        # Paths hold candidates' links, and forms their words: the framework tells nobody whom the environment names.
        telemetry={
            "tracing": False,
            "metrics": False,
            "logs": False,
            "operation_spans": False,
            "auto_configure": False,
        },
    )
    app.state.house = house
    errors.register(app)
    for router in ROUTERS:
        app.include_router(router)
    app.mount("/static", Static(), name="static")
    # The last added stands outermost.
    app.add_middleware(Bodies, limits=serving.limits)
    app.add_middleware(Hosts, serving=serving)
    app.add_middleware(errors.Failures)
    app.add_middleware(Headers, serving=serving)
    return app
