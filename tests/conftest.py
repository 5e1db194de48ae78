"""Every test has its own home folder, so that none of them touches a person's interviews."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.recording import played_to_the_end, pytest_recording_configure, vcr_config

__all__ = ["played_to_the_end", "pytest_recording_configure", "vcr_config"]


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    place = tmp_path / "home"
    monkeypatch.setenv("INTERVIEWER_HOME", str(place))
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.chdir(tmp_path)
    return place
