"""`/healthz`: whether interviews can be held; for machines, and without details."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from interviewer.web.house import Here

router = APIRouter()


@router.api_route("/healthz", methods=["GET", "HEAD"])
def healthz(house: Here) -> JSONResponse:
    """200 where the database answers and the judge's files are the right ones, else 503."""
    return JSONResponse({"status": "ok"}) if house.health.well() else JSONResponse({"status": "unwell"}, 503)
