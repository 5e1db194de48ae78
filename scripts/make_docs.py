"""Makes the generated parts of the docs: state diagram, terminal picture, sample report, the README's figures.

scripts/docs            writes them anew from the table and from the kept sample interview
scripts/docs --check    writes nothing; exit status 1 when a part is stale
scripts/docs --record   holds the sample interview again first, with the present judge and the present lines
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from interviewer.core.replay import replay
from interviewer.library import SCHEMA_FILE, schema_text
from interviewer.reporting.build import build
from interviewer.reporting.html import to_html
from scripts import diagram, judge_table, picture, sample

ROOT: Final = Path(__file__).resolve().parents[1]
DOCS: Final = ROOT / "docs"
ARCHITECTURE: Final = DOCS / "architecture.md"
BEGIN: Final = "<!-- states: written by scripts/docs from interviewer/core/machine.py -->"
END: Final = "<!-- end of states -->"
README: Final = ROOT / "README.md"
FIGURES: Final = "<!-- figures: written by scripts/docs from evals/baselines/embedded.json -->"
END_OF_FIGURES: Final = "<!-- end of figures -->"


def architecture() -> str:
    """docs/architecture.md with a fresh diagram between its markers."""
    before, _, rest = ARCHITECTURE.read_text(encoding="utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n\n{diagram.section()}\n\n{END}{after}"


def readme() -> str:
    """README.md with the judge's figures between their markers."""
    before, _, rest = README.read_text(encoding="utf-8").partition(FIGURES)
    _, _, after = rest.partition(END_OF_FIGURES)
    return f"{before}{FIGURES}\n\n{judge_table.table()}\n\n{END_OF_FIGURES}{after}"


def practice_picture() -> str:
    """The picture of the README."""
    return picture.draw(sample.read(sample.KEPT))


def sample_report() -> str:
    """The report of the sample interview."""
    held = sample.read(sample.KEPT)
    state = replay(held.scenario, held.events)
    return to_html(build(state, interview=held.interview, length=len(held.events), head=held.head))


PARTS: Final[Mapping[Path, Callable[[], str]]] = {
    README: readme,
    ARCHITECTURE: architecture,
    DOCS / "practice.svg": practice_picture,
    DOCS / "sample-report.html": sample_report,
    ROOT / "scenarios" / SCHEMA_FILE: schema_text,
}


def record() -> None:
    """Hold the sample interview again and keep it."""
    sample.KEPT.write_text(json.dumps(sample.hold(), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    for name in sample.unused(sample.read(sample.KEPT)):
        print(f"the interview never came to {name!r}", file=sys.stderr)


def stale() -> list[Path]:
    """The generated files that are not what would be written now."""
    return [path for path, make in PARTS.items() if not path.exists() or path.read_text(encoding="utf-8") != make()]


def main() -> int:
    parser = argparse.ArgumentParser(prog="scripts/docs", description="Make the generated parts of the docs.")
    choice = parser.add_mutually_exclusive_group()
    choice.add_argument("--check", action="store_true", help="only tell what is stale")
    choice.add_argument("--record", action="store_true", help="hold the sample interview again first")
    options = parser.parse_args()
    if options.record:
        record()
    old = stale()
    for path in old:
        print(f"{path.relative_to(ROOT)} {'is stale: run scripts/docs' if options.check else 'is written anew'}")
        if not options.check:
            path.write_text(PARTS[path](), encoding="utf-8")
    return 1 if options.check and old else 0


if __name__ == "__main__":
    sys.exit(main())
