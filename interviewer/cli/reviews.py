"""`interviewer eval export-reviews`: what persons said of real answers, as cases that a judge is measured on."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from interviewer.bootstrap import program
from interviewer.cli.opening import check_all, each
from interviewer.cli.showing import deliver
from interviewer.core.errors import InterviewerError, UsageError
from interviewer.core.findings import Status
from interviewer.core.turns import clean
from interviewer.evaluation.cases import Case
from interviewer.evaluation.reviews import Copies, review_cases
from interviewer.library.plain import Unreadable, read_text
from interviewer.library.writing import scenario_text
from interviewer.reporting.words import counted

if TYPE_CHECKING:
    from interviewer.store import Store
    from interviewer.store.office import Office

PRIVATE: Final = 0o600
"""Readable for their owner only: files that hold what candidates said."""
NOTE: Final = "A copy of a scenario, as it was when the reviewed interviews were held."


def export_reviews(
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Write to this file instead of standard output.")
    ] = None,
    since: Annotated[
        datetime | None,
        typer.Option("--since", formats=["%Y-%m-%d"], help="Only interviews started on this day (UTC) or later."),
    ] = None,
    with_scenarios: Annotated[
        Path | None,
        typer.Option("--with-scenarios", metavar="DIR", help="Also write the scenarios, as they were, to this folder."),
    ] = None,
) -> None:
    """Write the answers that persons have reviewed, or read blind, as labelled cases, to measure a judge on them."""
    target = None if output is None or str(output) == "-" else output
    if with_scenarios is not None and target is None:
        raise UsageError("The scenarios need a case file beside them.", "Add --output FILE.")
    problems: list[str] = []
    copies = Copies()
    first = since.replace(tzinfo=UTC) if since else None
    used = program()
    blind = _blind(used.office) if used.store.database.exists() else {}
    cases = list(_cases(used.store, blind, first, copies, problems, renaming=with_scenarios is not None))
    if cases:
        if with_scenarios is not None:
            _write_scenarios(copies, with_scenarios)
        _write_cases(cases, target)
    else:
        typer.echo("There is nothing to export: no person has confirmed or changed a finding.", err=True)
    check_all(problems, "The others were read.")


def _blind(office: Office) -> dict[str, dict[str, list[Status]]]:
    """What was read before the judge's verdict was seen, by interview and target."""
    found: dict[str, dict[str, list[Status]]] = {}
    for one in office.blinds():
        found.setdefault(one.interview, {}).setdefault(one.target, []).append(one.status)
    return found


def _cases(
    store: Store,
    blind: Mapping[str, Mapping[str, Sequence[Status]]],
    since: datetime | None,
    copies: Copies,
    problems: list[str],
    *,
    renaming: bool,
) -> Iterator[Case]:
    """The cases of all interviews, the newest first; `renaming` tells the versions of a scenario apart by id."""
    for stored, state in each(store, (), problems):
        if since and state.started and state.started.at < since:
            continue
        for case in review_cases(stored.id, state, blind.get(stored.id, {})):
            name = copies.add(stored.scenario)
            yield case.model_copy(update={"scenario": name}) if renaming else case


def _write_cases(cases: Sequence[Case], target: Path | None) -> None:
    lines = (json.dumps(case.model_dump(mode="json", exclude={"answer"})) for case in cases)
    if target is not None:
        _keep_private(target)
    deliver("".join(f"{line}\n" for line in lines), target, counted(len(cases), "case"))
    place = target if target is not None else "standard output"
    sys.stderr.write(
        clean(f"Candidates' words have left the database: {place}; deleting an interview leaves them.") + "\n"
    )


def _keep_private(target: Path) -> None:
    """A file that is there already, and keeps its rights when it is replaced, is closed to others first."""
    if not target.is_file():
        return
    try:
        target.chmod(PRIVATE)
    except OSError as error:
        raise InterviewerError(
            f"{target} cannot be made private: {error.strerror or error}.", "Give --output the name of a new file."
        ) from error


def _write_scenarios(copies: Copies, folder: Path) -> None:
    """Write each copy to a file named after it; nothing is written where another file would be lost."""
    texts = {folder / f"{one.id}.yaml": scenario_text(one, NOTE) for one in copies.scenarios}
    for path, text in texts.items():
        if path.exists() and not _says(path, text):
            raise UsageError(f"{path} is another file.", "Give --with-scenarios a new folder.")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(
            f"The folder {folder} cannot be made: {error.strerror or error}.", "Give --with-scenarios another one."
        ) from error
    for path, text in texts.items():
        deliver(text, path, f"scenario {path.stem}")


def _says(path: Path, text: str) -> bool:
    try:
        return read_text(path) == text
    except Unreadable:
        return False
