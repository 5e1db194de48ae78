"""What a start loads, without asserting times: `--help` loads neither the database nor the judge's runtime."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SLOW = {"sqlmodel", "sqlalchemy", "onnxruntime", "tokenizers", "numpy", "jinja2", "prompt_toolkit"}
TELL = """
import json, runpy, sys
sys.argv = ["interviewer", *sys.argv[1:]]
try:
    runpy.run_module("interviewer", run_name="__main__")
except SystemExit as end:
    print(json.dumps({"status": end.code, "loaded": sorted(name for name in sys.modules if "." not in name)}))
"""


def loaded(*arguments: str) -> set[str]:
    """The top-level modules that a command has loaded when it ends with status 0."""
    done = subprocess.run(
        [sys.executable, "-c", TELL, *arguments], cwd=ROOT, capture_output=True, encoding="utf-8", timeout=60
    )
    assert done.stderr == ""
    told = json.loads(done.stdout.splitlines()[-1])
    assert told["status"] in (0, None)
    return set(told["loaded"])


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["practice", "--help"], ["interviews", "--help"]])
def test_help_loads_nothing_slow(arguments: list[str]) -> None:
    modules = loaded(*arguments)
    assert "interviewer" in modules and "typer" in modules
    assert not modules & SLOW


def test_a_list_of_interviews_loads_no_judge() -> None:
    assert not loaded("interviews", "list") & {"onnxruntime", "tokenizers", "numpy", "prompt_toolkit"}
