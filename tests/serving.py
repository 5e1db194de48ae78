"""`interviewer serve` in a process of its own, an office to serve, and a candidate who comes with a link."""

from __future__ import annotations

import os
import re
import secrets
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import timedelta
from html import unescape
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from interviewer.bootstrap import Program
from interviewer.core.scenario import Scenario
from interviewer.screening.invite import Invite, token_sha256
from interviewer.screening.position import Place, Position, Settings, Timing
from interviewer.settings import Settings as ProgramSettings

ROOT: Final = Path(__file__).parents[1]
SERVED: Final = "The pages are served at "


def furnish(home: Path, scenario: Scenario, candidates: int, questions: Sequence[str] = ()) -> list[str]:
    """A position in a home folder, without limits of time, and invitations to it; their tokens."""
    ours = Program(ProgramSettings.load(environ={"INTERVIEWER_HOME": str(home)}))
    ours.settings.prepare_home()
    now = ours.clock.now()
    settings = Settings(
        title="Backend developer",
        company="A company",
        contact="Grace Example, grace@example.org",
        questions=tuple(questions) or tuple(one.id for one in scenario.questions),
        timing=Timing.UNTIMED,
        help_allowed="Your own notes.",
        places=(Place.ELSEWHERE,),
    )
    made = {"scenario_id": scenario.id, "scenario_sha256": "", "created_at": now, "created_by": "ada"}
    position = Position(id="backend", settings=settings, **made)  # type: ignore[arg-type]
    tokens = [secrets.token_urlsafe(24) for _ in range(candidates)]
    ours.office.add_position(position, scenario)
    ours.office.add_invites(
        Invite(
            id=f"invite-{number}",
            position=position.id,
            name=f"Candidate {number}",
            token_sha256=token_sha256(token),
            created_at=now,
            created_by="ada",
            expires_at=now + timedelta(days=2),
        )
        for number, token in enumerate(tokens, 1)
    )
    ours.store.close()
    return tokens


class Served:
    """`interviewer serve` in a process of its own, ready when entered."""

    def __init__(self, home: Path, *, port: int = 0, settings: Mapping[str, str] | None = None) -> None:
        self._command = [sys.executable, "-m", "interviewer", "serve", "--port", str(port)]
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("INTERVIEWER_", "PUBLIC_"))}
        more = {"INTERVIEWER_HOME": str(home), "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
        self._environment = {**kept, **more, **(settings or {})}
        self._home = home
        self.lines: list[str] = []
        """What it has said."""

    def __enter__(self) -> Self:
        self.process = subprocess.Popen(
            self._command,
            cwd=self._home,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
        )
        assert self.process.stdout
        for line in self.process.stdout:
            self.lines.append(line)
            if line.startswith(SERVED):
                break
        else:
            raise AssertionError(f"it was never served: {''.join(self.lines)}")
        self._rest = threading.Thread(target=self._listen, daemon=True)
        self._rest.start()
        return self

    @property
    def url(self) -> str:
        """Where it says that it is served."""
        return next(line for line in self.lines if line.startswith(SERVED)).removeprefix(SERVED).strip()

    def _listen(self) -> None:
        assert self.process.stdout
        self.lines.extend(self.process.stdout)

    def kill(self) -> None:
        """End it at once, wherever it is."""
        with suppress(ProcessLookupError):
            self.process.send_signal(signal.SIGKILL)
        self.process.wait(timeout=30)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.process.poll() is None:
            self.process.terminate()
        try:
            self.process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise
        finally:
            self._rest.join(timeout=30)
            assert self.process.stdout
            self.process.stdout.close()


def field(html: str, name: str) -> str:
    """The value of a field of a page's form."""
    found = re.search(rf'<input[^>]* name="{name}" value="([^"]*)"', html)
    assert found, f"the page has no field {name!r}: {html[:2000]}"
    return unescape(found[1])


def attribute(html: str, name: str) -> str:
    """The value of an attribute of a page."""
    found = re.search(rf' {name}="([^"]*)"', html)
    assert found, f"the page has no attribute {name!r}: {html[:2000]}"
    return unescape(found[1])
