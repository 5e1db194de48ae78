"""The files that put the pages up: what can be checked of them without a server of one's own."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from typer.main import get_command

from interviewer.cli.app import app
from interviewer.websettings import PUBLIC_URL, SECRET

ROOT = Path(__file__).parents[1]
DEPLOY = ROOT / "deploy"
PAGE = (ROOT / "docs" / "serving.md").read_text(encoding="utf-8")


def text(name: str) -> str:
    return (DEPLOY / name).read_text(encoding="utf-8")


def blocks() -> list[str]:
    """The commands of the page that no test runs, one a line."""
    found = re.findall(r"^```(?:bash|sh)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    return [line for block in found for line in block.splitlines() if line]


def test_every_file_is_spoken_of_and_there() -> None:
    named = set(re.findall(r"deploy/([\w.]+)", PAGE))
    assert {one.name for one in DEPLOY.iterdir()} == named


@pytest.mark.parametrize("name", ["Dockerfile", "compose.yaml"])
def test_what_was_not_run_says_so(name: str) -> None:
    assert text(name).startswith("# NOT RUN HERE")
    assert re.search(r"\*\*The\s+\[Dockerfile\].*?were not run here\*\*", PAGE, re.DOTALL)
    assert "**Not run here.**" in PAGE


def test_the_commands_of_the_page_exist() -> None:
    """Those of this program: the command and its options, wherever they stand in the line."""
    commands = get_command(app).commands  # type: ignore[attr-defined]
    seen = set()
    for line in blocks():
        words = shlex.split(line.replace("...", "x"))
        if "interviewer" not in [Path(word).name for word in words] or "useradd" in words or "systemctl" in words:
            continue
        after = words[max(n for n, word in enumerate(words) if Path(word).name == "interviewer") + 1 :]
        if not after or after[0].startswith("-") or words[0] == "runuser":
            continue
        assert after[0] in commands, line
        seen.add(after[0])
    assert {"serve", "user", "backup"} <= seen


@pytest.mark.parametrize("name", ["interviewer.env.example", "compose.yaml"])
def test_the_settings_are_those_that_are_read(name: str) -> None:
    assert PUBLIC_URL in text(name) and SECRET in text(name)


def test_the_compose_file_fits_the_image() -> None:
    services = yaml.safe_load(text("compose.yaml"))["services"]
    build = services["pages"]["build"]
    assert (DEPLOY / build["context"] / build["dockerfile"]).resolve() == DEPLOY / "Dockerfile"
    assert services["caddy"]["environment"]["INTERVIEWER_UPSTREAM"] == "pages:8000"
    assert "EXPOSE 8000" in text("Dockerfile") and "--port" in text("Dockerfile")
    assert services["pages"]["volumes"] == ["data:/data"] and "INTERVIEWER_HOME=/data" in text("Dockerfile")
    for source in re.findall(r"^COPY (?!--from)(.+) \S+$", text("Dockerfile"), re.MULTILINE):
        assert all((ROOT / one).exists() for one in source.split()), source


def test_the_unit_is_sound(tmp_path: Path) -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is not installed: nothing is known of the unit")
    unit = tmp_path / "interviewer.service"
    unit.write_text(text("interviewer.service").replace("/opt/interviewer/bin/interviewer", sys.executable))
    ran = subprocess.run(["systemd-analyze", "verify", str(unit)], capture_output=True, encoding="utf-8", timeout=60)
    assert ran.returncode == 0 and "interviewer.service" not in ran.stderr, ran.stderr
