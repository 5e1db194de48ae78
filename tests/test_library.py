"""The library: which scenario is in force, and what the author of a broken file is told."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from interviewer.core.errors import NotFound, ScenarioError
from interviewer.core.scenario import Scenario
from interviewer.library import SCHEMA_FILE, Library, Origin, content, load_file, plain, schema_text

ROOT = Path(__file__).parents[1]
DOC = (ROOT / "docs" / "scenario-format.md").read_text(encoding="utf-8")
EXAMPLE = re.search(r"````yaml\n(.*?)````", DOC, re.DOTALL)[1]  # type: ignore[index]
NAME = "support-engineer"


@pytest.fixture
def packaged(tmp_path: Path) -> Path:
    folder = tmp_path / "packaged"
    write(folder / "scenarios" / "a.yaml", EXAMPLE)
    return folder


def write(path: Path, text: str | bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def named(name: str, title: str = "Support engineer") -> str:
    return EXAMPLE.replace(f"id: {NAME}", f"id: {name}").replace("title: Support engineer", f"title: {title}")


def changed(old: str, new: str) -> str:
    assert old in EXAMPLE
    return EXAMPLE.replace(old, new, 1)


def told(path: Path, text: str | bytes) -> list[str]:
    """The problems that are told of a file, without its name; the remedy is checked here."""
    write(path, text)
    with pytest.raises(ScenarioError) as raised:
        load_file(path)
    assert raised.value.exit_code == 2 and raised.value.remedy and "\n" not in raised.value.remedy
    lines = raised.value.message.splitlines()
    assert all(line.startswith(str(path)) for line in lines)
    return [line.removeprefix(str(path)).removeprefix(":").strip() for line in lines]


def test_the_documented_example_is_a_scenario(tmp_path: Path) -> None:
    scenario = load_file(write(tmp_path / "a.yaml", EXAMPLE))
    assert scenario.id == NAME
    assert scenario == Scenario.model_validate(yaml.safe_load(EXAMPLE))
    assert scenario.questions[0].follow_ups[0].id == "comes-back"
    assert scenario.section_minutes("practical") == 20


def test_every_key_is_documented_and_in_the_example() -> None:
    keys = {key for model in json.loads(schema_text())["$defs"].values() for key in model.get("properties", {})}
    keys |= set(json.loads(schema_text())["properties"])
    assert [key for key in sorted(keys) if f"`{key}`" not in DOC and f"{key}:" not in DOC] == []
    assert [key for key in sorted(keys - {"lacks"}) if f"{key}:" not in EXAMPLE] == []


def test_later_places_override_earlier_ones_and_the_list_shows_it(tmp_path: Path, packaged: Path) -> None:
    home, extra = tmp_path / "home", tmp_path / "extra"
    write(packaged / "scenarios" / "b.yaml", named("other"))
    write(home / "scenarios" / "mine.yaml", named(NAME, "From home"))
    write(home / "scenarios" / "own.yml", named("own"))
    library = Library(home=home, packaged=packaged)
    assert [(one.id, one.origin) for one in library.list()] == [
        ("other", Origin.PACKAGED),
        ("own", Origin.HOME),
        (NAME, Origin.HOME),
    ]
    assert library.get(NAME).title == "From home"

    write(extra / "x.yaml", named(NAME, "From the option"))
    library = Library(home=home, extra=extra, packaged=packaged)
    shown = {one.id: one for one in library.list()}[NAME]
    assert (shown.title, shown.path) == ("From the option", extra / "x.yaml")
    assert shown.overrides == (home / "scenarios" / "mine.yaml", packaged / "scenarios" / "a.yaml")
    assert shown.summary and shown.scenario == library.get(NAME) and library.path(NAME) == shown.path
    assert Library(home=home, extra=extra / "x.yaml", packaged=packaged).get(NAME).title == "From the option"


def test_files_that_are_no_scenarios_are_left_alone(tmp_path: Path, packaged: Path) -> None:
    for name in (".hidden.yaml", "notes.txt", "scenario.schema.json"):
        write(tmp_path / "scenarios" / name, named(f"from-{len(name)}"))
    assert [one.id for one in Library(home=tmp_path, packaged=packaged).list()] == [NAME]


def test_a_broken_file_hides_no_other_and_is_not_silently_replaced(tmp_path: Path, packaged: Path) -> None:
    write(tmp_path / "scenarios" / "mine.yaml", named(NAME).replace("tier: core", "tier: coer", 1))
    write(tmp_path / "scenarios" / "worse.yaml", "id: worse\n  title: [")
    write(tmp_path / "scenarios" / "nameless.yaml", b"\xff\xfe")
    write(tmp_path / "scenarios" / "good.yaml", named("good"))
    library = Library(home=tmp_path, packaged=packaged)
    shown = {one.id: one for one in library.list()}
    assert {name: one.broken for name, one in shown.items()} == {
        NAME: True,
        "worse": True,
        "nameless": True,
        "good": False,
    }
    assert "mine.yaml:" in shown[NAME].problem and shown[NAME].overrides == (packaged / "scenarios" / "a.yaml",)
    assert library.get("good").id == "good"
    with pytest.raises(ScenarioError, match=r"mine\.yaml:\d+: questions\[0\]\.points\[1\]\.tier"):
        library.get(NAME)


@pytest.mark.parametrize(
    "wrap",
    [
        lambda text: text.replace(f"id: {NAME}", f'id: "{NAME}"  # the name', 1),
        lambda text: json.dumps(yaml.safe_load(text)),
        lambda text: "\ufeff" + text.replace("\n", "\r\n"),
    ],
)
def test_the_id_is_found_however_it_is_written(tmp_path: Path, wrap: Callable[[str], str]) -> None:
    write(tmp_path / "packaged" / "scenarios" / "elsewhere.yaml", wrap(EXAMPLE))
    assert Library(packaged=tmp_path / "packaged").get(NAME).id == NAME


def test_an_unknown_scenario_names_the_nearest(packaged: Path) -> None:
    with pytest.raises(NotFound, match="no scenario 'suport-enginer'") as raised:
        Library(packaged=packaged).get("suport-enginer")
    assert f"Did you mean {NAME!r}?" in raised.value.remedy


def test_a_path_that_holds_nothing_is_told(tmp_path: Path, packaged: Path) -> None:
    with pytest.raises(ScenarioError, match="nowhere does not exist"):
        Library(extra=tmp_path / "nowhere", packaged=packaged).list()
    (tmp_path / "empty").mkdir()
    with pytest.raises(ScenarioError, match=r"empty holds no \.yaml file"):
        Library(extra=tmp_path / "empty", packaged=packaged).list()
    write(tmp_path / "scenarios", "a file")
    with pytest.raises(ScenarioError, match="scenarios cannot be read: Not a directory"):
        Library(home=tmp_path, packaged=packaged).list()


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("tier: minimum", "teir: minimum", "questions[0].points[0].teir: unknown key 'teir'; did you mean 'tier'?"),
        ("summary: One", "zzz: 1\nsummary: One", "zzz: unknown key 'zzz'; known here: briefing, closing_advice, "),
        (
            "{has: [reproduce]}",
            "{haz: [reproduce]}",
            "questions[0].follow_ups[0].ask_when.haz: unknown key 'haz'; did ",
        ),
        ("tier: core", "tier: medium", "questions[0].points[1].tier: must be 'minimum', 'core' or 'strong', not 'med"),
        ("{has: [reproduce]}", "sometimes", "questions[0].follow_ups[0].ask_when: must be 'always', not 'sometimes'"),
        ("says: Reads the log of the web server.", "says: 204", "points[1].says: must be text; put it in quotes"),
        ("id: read-log", "id: Read_Log", "points[1].id: must be lower-case letters, digits and single hyphens, not"),
        (
            "[site-down.blames-customer]",
            "[blames-customer]",
            "criteria.fail[1].flags[0]: must be lower-case letters, di",
        ),
        ("minutes: 15", "minutes: long", "sections[1].minutes: must be a number"),
        ("minutes: 15", "minutes: 0", "sections[1].minutes: input should be greater than 0; it is 0"),
        ("need: 1", "need: 1.5", "criteria.pass[0].need: must be a whole number"),
        ("person: true", "person: maybe", "criteria.pass[1].person: must be true or false"),
        ("summary: One question", "summary: " + "x" * 700, "summary: must be at most 600 characters; it has "),
        ("title: Support engineer", "title: ''", "title: must not be empty"),
        ("points: [reproduce]", "points: []", "questions[0].hints[0].points: must have at least one item"),
        ("points: [reproduce]", "points: reproduce", "questions[0].hints[0].points: must be a list"),
        ("stack: Linux", 'stack: "\\u202eLinux"\n  #', "role.stack: contains the control character U+202E; remove it"),
        ("schema: 1", "schema: 2", "schema: must be 1, not 2"),
        ("tier: strong", "tier: core", "questions[0].points[3]: a minimum or core point needs a probe"),
        (
            "points: [reproduce]",
            "points: [reproduced]",
            "a hint of question 'site-down' names the unknown point 'repro",
        ),
        (
            "points: [comes-back.find-cause]",
            "points: [comes-back.x]",
            "criterion 'depth' names the unknown point 'comes",
        ),
    ],
)
def test_what_is_wrong_is_told_by_line_place_and_remedy(tmp_path: Path, old: str, new: str, problem: str) -> None:
    text = changed(old, new)
    (line,) = told(tmp_path / "a.yaml", text)
    assert problem in line
    number = int(line.split(":")[0])
    if re.search(r"^\d+: [\w.\[\]]+\.?\w+: ", line) and "points[3]:" not in line and "unknown point" not in line:
        assert number == EXAMPLE[: EXAMPLE.index(old)].count("\n") + 1


def test_what_is_missing_is_told_where_it_belongs(tmp_path: Path) -> None:
    text = changed("    title: A site that is down\n", "").replace("  position: Support engineer\n", "", 1)
    first, second = told(tmp_path / "a.yaml", text)
    assert first == "6: role.position: is missing"
    assert second.endswith("questions[0].title: is missing")
    assert text.splitlines()[int(second.split(":")[0]) - 1].strip() == "- id: site-down"


def test_several_problems_are_told_in_file_order_and_ten_at_most(tmp_path: Path) -> None:
    lines = told(
        tmp_path / "a.yaml", EXAMPLE.replace("tier:", "teir:").replace("heard:", "herd:").replace("why:", "wy:")
    )
    assert len(lines) == 11
    assert lines[-1] == "and 5 more problems"
    numbers = [int(line.split(":")[0]) for line in lines[:-1]]
    assert numbers == sorted(numbers)


BOMB = "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (BOMB, "1: anchors and aliases (& and *) are not allowed"),
        ("id: x\nsummary: *nowhere\n", "2: anchors and aliases"),
        ("id: x\nid: y\n", "2: the key 'id' is given twice"),
        ("id: x\nrole:\n  team: a\n  team: b\n", "4: the key 'team' is given twice"),
        ("id: !!python/object/apply:os.system ['true']\n", "1: the tag 'tag:yaml.org,2002:python/object/apply:os"),
        ("id: !secret x\n", "1: the tag '!secret' is not allowed; put text that begins with ! in quotes"),
        ("id: x\n---\nid: y\n", "2: a second document begins here"),
        ("id: x\nrole: {team: a\n", "is not valid YAML: "),
        ("id: x\n\ttitle: y\n", "2: is not valid YAML: "),
        ("id: x\ntitle: a: b\n", "2: is not valid YAML: mapping values are not allowed"),
        ("id: x\ntitle: \x1b[2J\n", "2: is not valid YAML: "),
        ("? [a, b]\n: c\n", "1: a key must be a plain word"),
        ("[" * 2_000, "nested too deeply"),
        ("- 1\n- 2\n", "1: the file: must be a mapping of keys and values"),
        ("", "the file is empty"),
        ("# nothing\n", "the file is empty"),
        ("x: " + "y" * plain.MAX_BYTES, "is larger than 1,000,000 bytes"),
        (b"id: x\ntitle: caf\xe9\n", "2: is not UTF-8 text; save it as UTF-8"),
    ],
)
def test_files_from_strangers_are_refused_politely(tmp_path: Path, text: str | bytes, problem: str) -> None:
    (line,) = told(tmp_path / "a.yaml", text)
    assert problem in line
    assert line.isprintable()


def test_a_path_that_is_no_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match=r"a\.yaml does not exist"):
        load_file(tmp_path / "a.yaml")
    (tmp_path / "b.yaml").mkdir()
    with pytest.raises(ScenarioError, match=r"b\.yaml is not a file"):
        load_file(tmp_path / "b.yaml")


def test_only_what_yaml_1_2_calls_so_is_more_than_text() -> None:
    text = "[no, yes, on, 12:30, 2026-01-05, 0x1F, 1_000, 'true', \"7\", -7, 2.5, 1e3, true, False, null, ~, .inf]"
    assert plain.parse(text).data == [
        *("no", "yes", "on", "12:30", "2026-01-05", "0x1F", "1_000", "true", "7"),
        *(-7, 2.5, 1000.0, True, False, None, None, ".inf"),
    ]


def test_plain_files_read_alike_without_the_c_library(monkeypatch: pytest.MonkeyPatch) -> None:
    quick = plain.parse(EXAMPLE)
    monkeypatch.setattr(plain, "_LOADER", yaml.SafeLoader)
    assert plain.parse(EXAMPLE) == quick
    with pytest.raises(plain.Unreadable, match="special characters") as raised:
        plain.parse("id: x\ntitle: \x07\n")
    assert raised.value.line == 2


def test_content_is_the_checkouts_where_it_stands_beside_the_package() -> None:
    assert content("scenarios") == ROOT / "scenarios"


def test_the_packaged_scenarios_and_lines_can_be_used() -> None:
    library = Library()
    assert [(one.id, one.problem) for one in library.list() if one.broken] == []
    assert all(library.path(one.id).name == f"{one.id}.yaml" for one in library.list())
    assert library.lines() == yaml.safe_load((ROOT / "prompts" / "lines.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize(("text", "problem"), [("a: [", "1: is not valid"), ("- a", "must be a mapping")])
def test_lines_that_cannot_be_read_are_told(tmp_path: Path, text: str, problem: str) -> None:
    write(tmp_path / "prompts" / "lines.yaml", text)
    with pytest.raises(ScenarioError, match=r"lines\.yaml") as raised:
        Library(packaged=tmp_path).lines()
    assert problem.split(": ")[-1] in str(raised.value)


def test_the_schema_is_fresh() -> None:
    checked_in = (ROOT / "scenarios" / SCHEMA_FILE).read_text(encoding="utf-8")
    assert checked_in == schema_text(), "run: python scripts/make_schema.py"


def faults(data: Any, schema: dict[str, Any], whole: dict[str, Any], place: str = "") -> list[str]:
    """What the JSON schema says against data; only the words that our schema uses, and fails on any other."""
    schema = {**whole["$defs"][schema["$ref"].split("/")[-1]], **schema} if "$ref" in schema else schema
    kinds = {"object": dict, "array": list, "string": str, "boolean": bool, "integer": int, "number": int | float}
    unknown = set(schema) - {
        *("$ref", "$defs", "$schema", "title", "description", "default", "type", "enum", "const", "anyOf", "pattern"),
        *("properties", "patternProperties", "additionalProperties", "required", "items", "minItems"),
        *("minLength", "maxLength", "minimum", "maximum", "exclusiveMinimum", "propertyNames"),
    }
    assert not unknown
    if "anyOf" in schema:
        each = [faults(data, one, whole, place) for one in schema["anyOf"]]
        return [] if [] in each else each[0]
    kind = schema.get("type")
    if (kind == "null" and data is not None) or (kind in kinds and not isinstance(data, kinds[kind])):
        return [f"{place} is no {kind}"]
    found = (
        [f"{place} is {data!r}"] if data not in schema.get("enum", [data]) or data != schema.get("const", data) else []
    )
    if isinstance(data, str) and "pattern" in schema and not re.search(schema["pattern"], data):
        found.append(f"{place} does not match")
    for index, item in enumerate(data) if isinstance(data, list) else ():
        found += faults(item, schema["items"], whole, f"{place}[{index}]")
    for key, value in data.items() if isinstance(data, dict) else ():
        patterns = [one for pattern, one in schema.get("patternProperties", {}).items() if re.search(pattern, key)]
        known = [schema["properties"][key]] if key in schema.get("properties", {}) else patterns
        found += faults(value, known[0], whole, f"{place}.{key}") if known else [f"{place}.{key} is unknown"]
    missing = [key for key in schema.get("required", ()) if isinstance(data, dict) and key not in data]
    return found + [f"{place}.{key} is missing" for key in missing]


def test_the_schema_accepts_the_example_and_refuses_faults() -> None:
    schema = json.loads(schema_text())
    assert faults(yaml.safe_load(EXAMPLE), schema, schema) == []
    for old, new in (("tier: core", "teir: core"), ("tier: core", "tier: medium"), ("schema: 1", "schema: 2")):
        assert faults(yaml.safe_load(changed(old, new)), schema, schema)
    assert faults(yaml.safe_load(changed("  position: Support engineer\n", "")), schema, schema) == [
        ".role.position is missing"
    ]
