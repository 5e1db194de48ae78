"""The docs hold: generated parts are fresh, links resolve, and every command that is shown runs."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from interviewer.core.machine import TABLE
from scripts import diagram, make_docs, sample

ROOT = Path(__file__).parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("evals/**/*.md")])
TURNS = "it asks dns for the ip, then the client sends a http request and the server answers\nI don't know\n"
SAVED = re.compile(r"^Save this as `([\w.-]+)`:\n\n```\w+\n(.*?)^```$", re.MULTILINE | re.DOTALL)
FENCE = re.compile(r"^(`{3,})(\w*)\n(.*?)^\1$", re.MULTILINE | re.DOTALL)


def named(page: Path) -> str:
    return str(page.relative_to(ROOT))


def blocks(page: Path, language: str) -> list[str]:
    """The fenced blocks of a language on a page."""
    return [match[3] for match in FENCE.finditer(page.read_text(encoding="utf-8")) if match[2] == language]


def prose(page: Path) -> str:
    """A page without its fenced blocks and inline code."""
    return re.sub(r"`[^`\n]*`", "", FENCE.sub("", page.read_text(encoding="utf-8")))


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as code hosts make them."""
    headings = re.findall(r"^#+ (.*)$", FENCE.sub("", page.read_text(encoding="utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.fixture
def shell(tmp_path: Path, home: Path) -> dict[str, str]:
    """An environment in which `interviewer` is this checkout's, with one interview that is over."""
    program = tmp_path / "bin" / "interviewer"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m interviewer "$@"\n', encoding="utf-8")
    program.chmod(0o755)
    environment = {
        **os.environ,
        "PATH": f"{program.parent}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
        "INTERVIEWER_HOME": str(home),
        "OMP_NUM_THREADS": "1",
    }
    command = [str(program), "practice", "junior-backend", "--question", "api-call"]
    held = subprocess.run(command, env=environment, cwd=tmp_path, input=TURNS.encode(), capture_output=True, timeout=60)
    assert held.returncode == 0, held.stderr
    return environment


CONSOLE = [(page, number, block) for page in PAGES for number, block in enumerate(blocks(page, "console"), 1)]


@pytest.mark.parametrize(("page", "block"), [pytest.param(p, b, id=f"{named(p)}-{n}") for p, n, b in CONSOLE])
def test_the_commands_of_a_console_block_run(page: Path, block: str, shell: dict[str, str], tmp_path: Path) -> None:
    commands = [line.removeprefix("$ ") for line in block.splitlines() if line.startswith("$ ")]
    assert commands, f"{named(page)}: a console block shows no command"
    for name, text in SAVED.findall(page.read_text(encoding="utf-8")):
        (tmp_path / name).write_text(text, encoding="utf-8")
    for command in commands:
        ran = subprocess.run(
            ["bash", "-c", command], env=shell, cwd=tmp_path, capture_output=True, encoding="utf-8", timeout=120
        )
        assert ran.returncode == 0, f"{named(page)}: {command}\n{ran.stdout}{ran.stderr}"


def test_there_are_commands_to_run() -> None:
    assert {"README.md", "docs/write-a-scenario.md"} <= {named(page) for page, _, _ in CONSOLE}
    assert SAVED.search((ROOT / "docs" / "write-a-scenario.md").read_text(encoding="utf-8"))


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_the_scripts_that_are_named_exist(page: Path) -> None:
    """Blocks that set things up, or need a person, are not run: the script or the command that they name must exist."""
    text = page.read_text(encoding="utf-8")
    for script in re.findall(r"(?:scripts|\.ci)/[a-z_]+(?:\.py)?", text):
        assert (ROOT / script).is_file(), f"{named(page)} names {script}"
    for block in blocks(page, "sh"):
        for line in block.splitlines():
            assert line.split()[0] == "interviewer" or (ROOT / line.split()[0]).stat().st_mode & 0o100, line


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_the_files_that_are_named_exist(page: Path) -> None:
    """A file of the code is named from the project's root or from the package."""
    for name in re.findall(r"`((?:[\w*]+/)+[\w*]+\.(?:py|yaml|md|json))`", page.read_text(encoding="utf-8")):
        found = [*ROOT.glob(name), *(ROOT / "interviewer").glob(name), *page.parent.glob(name)]
        assert found, f"{named(page)} names {name}"


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_relative_links_resolve(page: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", prose(page)):
        if target.startswith(("https://", "http://")):
            continue
        name, _, anchor = target.partition("#")
        linked = page.parent / name if name else page
        assert linked.exists(), f"{named(page)} links to {target}"
        assert not anchor or anchor in anchors(linked), f"{named(page)} links to {target}"


@pytest.mark.parametrize("path", make_docs.PARTS, ids=named)
def test_generated_parts_are_fresh(path: Path) -> None:
    fresh = path.read_text(encoding="utf-8") == make_docs.PARTS[path]()
    assert fresh, f"{named(path)} is stale: run scripts/docs"


def test_the_diagram_has_every_row_of_the_table() -> None:
    section = diagram.section()
    for phase, row in TABLE.items():
        for happening in row:
            assert re.search(rf"^\| {phase.value} \| .*\b{re.escape(happening.value)}\b.* \|", section, re.MULTILINE)


def test_the_sample_is_a_whole_interview_and_replays() -> None:
    held = sample.read(sample.KEPT)
    assert held.events[0].kind == "started" and held.events[-1].kind == "ended"
    assert held.events[0].judge.name == "embedded"
    assert not sample.unused(held)


def test_the_picture_and_the_sample_report_ask_for_nothing_from_outside() -> None:
    for path in (make_docs.DOCS / "practice.svg", make_docs.DOCS / "sample-report.html"):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"""(?:src|href)=["']?(?:https?:)?//|url\((?!["']?#)|@import""", text), path


def test_readme_is_plain_and_shows_the_picture() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert "(docs/practice.svg)" in text and "(docs/sample-report.html)" in text
    assert text.isascii()
    assert [block.split() for block in blocks(ROOT / "README.md", "sh")] == [
        ["scripts/practice"],
        ["scripts/test"],
        ["scripts/serve", "--demo"],
    ]
