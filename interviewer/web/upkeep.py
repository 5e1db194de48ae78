"""What is done while pages are served and nobody asks: interviews whose time of keeping is over are deleted."""

from __future__ import annotations

from typing import Final

import anyio
from fastapi.concurrency import run_in_threadpool

from interviewer import failures
from interviewer.hosting.retention import sweep
from interviewer.web.house import House

DAILY: Final = 24 * 3600.0
"""Seconds from one time to the next."""
SOONER: Final = 600.0
"""Seconds to the next time where something was left."""


async def keep_up(house: House) -> None:
    """Sweep at once, and then daily, until cancelled; the first who asks for results then need not wait."""
    while True:
        await anyio.sleep(DAILY if await run_in_threadpool(swept, house) else SOONER)


def swept(house: House) -> bool:
    """Delete what is over its time; False where something is left: it was busy, or failed, of which frames are kept."""
    try:
        problem = sweep(house.program, house.hall, house.results).problem
        house.results.warm()
        return not problem
    except Exception as error:  # noqa: BLE001 - the pages are served on, and it is tried again
        failures.keep(error, house.program.settings.home)
        return False
