"""Verdicts kept between runs, in the home folder: measuring again costs only what has changed."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from interviewer.core.errors import InterviewerError
from interviewer.evaluation.outcomes import Verdict

KEPT_FILES: Final = 6
"""Of judges that were measured longest ago nothing is kept."""


class FileMemory:
    """One file for each version of a judge; a line for each verdict, so that an interrupted run loses none."""

    def __init__(self, folder: Path, version: str) -> None:
        """`version` is the hash of all that makes a verdict; raises InterviewerError when nothing can be kept."""
        self._path = folder / f"{version[:32]}.jsonl"
        self._known: dict[str, Verdict] = {}
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._path.touch(mode=0o600)
            self._load()
            self._forget(folder)
        except OSError as error:
            raise InterviewerError(
                f"Verdicts cannot be kept in {folder}: {error.strerror or error}.", "Make it a folder you may write to."
            ) from error

    def get(self, key: str) -> Verdict | None:
        """The verdict under a key, if there is one."""
        return self._known.get(key)

    def put(self, key: str, verdict: Verdict) -> None:
        """Keep a verdict at once; a full disk only means that it will be reached again."""
        self._known[key] = verdict
        with suppress(OSError), self._path.open("a", encoding="ascii") as file:
            file.write(json.dumps([key, verdict.model_dump(mode="json")], ensure_ascii=True) + "\n")

    def _load(self) -> None:
        text = self._path.read_text(encoding="ascii", errors="replace")
        if text and not text.endswith("\n"):
            # The last line of a run that was killed may be half a line; what comes next begins a new one.
            with self._path.open("a", encoding="ascii") as file:
                file.write("\n")
        for line in text.splitlines():
            with suppress(ValueError, TypeError, ValidationError):
                key, verdict = json.loads(line)
                self._known[key] = Verdict.model_validate(verdict)

    def _forget(self, folder: Path) -> None:
        files = sorted(folder.glob("*.jsonl"), key=lambda path: path.stat().st_mtime, reverse=True)
        for path in files[KEPT_FILES:]:
            if path != self._path:
                path.unlink(missing_ok=True)
