"""Nothing leaves the home folder that the user chose: no statistics of a library's, no cache, no log."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path


def test_an_interview_writes_to_its_own_home_and_nowhere_else(tmp_path: Path) -> None:
    user, home = tmp_path / "user", tmp_path / "ours"
    user.mkdir()
    kept = {name: value for name, value in os.environ.items() if not name.startswith("XDG_")}
    environment = {**kept, "HOME": str(user), "INTERVIEWER_HOME": str(home), "PYTHONDONTWRITEBYTECODE": "1"}
    for arguments in (["practice", "junior-backend", "--question", "api-call"], ["report", "last"], ["doctor"]):
        ran = subprocess.run(
            [sys.executable, "-m", "interviewer", *arguments],
            input="it asks dns for the ip\n",
            capture_output=True,
            text=True,
            env=environment,
            cwd=user,
            timeout=120,
            check=False,
        )
        assert ran.returncode == 0, ran.stderr
    assert list(user.rglob("*")) == []
    assert sorted(path.name for path in home.iterdir() if not path.name.endswith(("-wal", "-shm"))) == ["interviews.db"]
