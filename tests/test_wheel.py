"""A wheel built from the tree and installed in an empty environment holds an interview from another folder."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[1]
TURNS = "it asks dns for the ip, then the client sends a http request and the server answers\nI don't know\nno idea\n"
WHERE = """
import interviewer, json
from importlib.metadata import distribution
from interviewer.judging.encoder import FOLDER
from interviewer.library import content
(licence,) = [one for one in distribution("quoted-interviewer").files if str(one).endswith("licenses/LICENSE")]
places = [interviewer.__file__, FOLDER, content("scenarios"), content("prompts"), licence.locate()]
print(json.dumps([str(place) for place in places]))
"""


@dataclass
class Installed:
    """An environment that has the wheel, and the dependencies of the environment that runs the tests."""

    folder: Path
    home: Path

    def run(self, *command: str, given: str = "") -> subprocess.CompletedProcess[str]:
        """Run a program of the environment's from a folder that has nothing to do with the project."""
        kept = {name: os.environ[name] for name in ("PATH", "LANG", "TMPDIR") if name in os.environ}
        elsewhere = self.home.parent / "elsewhere"
        elsewhere.mkdir(exist_ok=True)
        return subprocess.run(
            [str(self.folder / "bin" / command[0]), *command[1:]],
            cwd=elsewhere,
            env={**kept, "INTERVIEWER_HOME": str(self.home), "OMP_NUM_THREADS": "1", "PYTHONIOENCODING": "utf-8"},
            input=given,
            capture_output=True,
            encoding="utf-8",
            timeout=120,
        )


def done(command: Sequence[str]) -> None:
    """Run a step of the set-up; its output is shown when it fails."""
    made = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", timeout=300)
    assert made.returncode == 0, made.stdout + made.stderr


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    done([sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)])
    (made,) = folder.glob("quoted_interviewer-*.whl")
    return made


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    folder = tmp_path_factory.mktemp("environment") / "venv"
    venv.create(folder, symlinks=True)
    python = str(folder / "bin" / "python")
    done([sys.executable, "-m", "pip", "--python", python, "install", "--no-deps", "--no-index", str(wheel)])
    (place,) = folder.glob("lib/python*/site-packages")
    # A plain path in a .pth file: what that folder's own .pth files add, an editable install for one, stays out.
    libraries = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    (place / "dependencies.pth").write_text("\n".join(sorted(libraries)) + "\n", encoding="utf-8")
    return Installed(folder, tmp_path_factory.mktemp("home"))


def test_what_is_in_the_wheel(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    tops = {name.split("/")[0] for name in names}
    assert tops == {"interviewer", wheel.name.removesuffix("-py3-none-any.whl") + ".dist-info"}
    packaged = {path.name for path in (ROOT / "scenarios").glob("*.yaml")}
    assert {name.split("/")[-1] for name in names if "_content/scenarios/" in name} >= packaged
    assert "interviewer/_content/prompts/lines.yaml" in names
    assert any(name.startswith("interviewer/judging/model/") and "LICENSE" in name for name in names)
    assert not [name for name in names if "__pycache__" in name or name.endswith(".db")]


def test_everything_comes_from_the_wheel(installed: Installed) -> None:
    told = installed.run("python", "-c", WHERE)
    assert told.returncode == 0, told.stderr
    places = [Path(place) for place in json.loads(told.stdout)]
    assert all(place.exists() and place.is_relative_to(installed.folder) for place in places), places
    assert places[-1].read_text(encoding="utf-8") == (ROOT / "LICENSE").read_text(encoding="utf-8")


def test_an_interview_from_another_folder(installed: Installed) -> None:
    held = installed.run("interviewer", "practice", "junior-backend", "--question", "api-call", given=TURNS)
    assert held.returncode == 0, held.stdout + held.stderr
    assert "You: it asks dns for the ip" in held.stdout
    assert (installed.home).is_dir()
    report = installed.run("interviewer", "report", "last", "--format", "html")
    assert report.returncode == 0, report.stderr
    assert report.stdout.lstrip().startswith("<!") and "it asks dns for the ip" in report.stdout
    listed = installed.run("interviewer", "scenario", "list")
    assert listed.returncode == 0, listed.stderr
    assert "junior-backend" in listed.stdout
    assert str(ROOT) not in listed.stdout
