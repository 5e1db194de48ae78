"""Our own styles and scripts; nothing else is ever served from files."""

from __future__ import annotations

import re
from importlib.resources import files
from typing import Final

from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

FOR_GOOD: Final = "public, max-age=31536000, immutable"
_VERSION: Final = re.compile(rb"v=[0-9a-f]{12}")


class Static(StaticFiles):
    """Files of the package; one that is asked for with its version may be kept for good."""

    def __init__(self) -> None:
        super().__init__(directory=str(files("interviewer.web").joinpath("static")))

    async def get_response(self, path: str, scope: Scope) -> Response:
        """The file, with how long it may be kept."""
        response = await super().get_response(path, scope)
        kept = bool(_VERSION.fullmatch(scope.get("query_string", b"")))
        response.headers["Cache-Control"] = FOR_GOOD if kept else "no-cache"
        return response
