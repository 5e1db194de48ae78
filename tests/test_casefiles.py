"""Files that a judge is measured with: what is wrong in them is told by file and line before anything is judged."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from interviewer.core.errors import CaseFileError
from interviewer.evaluation.cases import Case
from interviewer.library import casefiles
from interviewer.library.casefiles import read_cases, read_manners, read_references, read_second, read_settled
from tests.evalbench import CASES, Run, judge, lines, plain, project, runner, scenario_file, use
from tests.factories import tiny_scenario

SCENARIOS = {"tiny": tiny_scenario()}
RIGHT = plain("right", "It sends a request.", ("request",))
REMEDY = "Nothing was judged. Correct the lines and run it again."
UTF8 = "Nothing was judged. Give a JSON Lines file in UTF-8."


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    return runner(monkeypatch, capsys)


def cases(tmp_path: Path, *objects: dict[str, Any]) -> tuple[Case, ...]:
    return read_cases([lines(tmp_path / "cases.jsonl", objects)], SCENARIOS)


def refused(read: Callable[[], object]) -> str:
    with pytest.raises(CaseFileError) as caught:
        read()
    assert caught.value.exit_code == 2
    assert caught.value.remedy.startswith("Nothing was judged.")
    return caught.value.message


def without(key: str) -> dict[str, Any]:
    return {name: value for name, value in RIGHT.items() if name != key}


TURNS = [{"who": "interviewer", "text": "Well?"}, {"who": "candidate", "text": "It sends a request."}]


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ({**RIGHT, "covered": ["request", "wire"]}, "question 'http' has no point 'wire'"),
        ({**RIGHT, "partial": ["created"]}, "question 'http' has no point 'created'"),
        ({**RIGHT, "contradicted": ["wire"]}, "question 'http' has no point 'wire'"),
        ({**RIGHT, "red_flags": ["request"]}, "question 'http' has no red flag 'request'"),
        ({**RIGHT, "unlabelled": ["wire"]}, "question 'http' has neither a point nor a red flag 'wire'"),
        ({**RIGHT, "question_id": "https"}, "scenario 'tiny' has no question 'https'"),
        ({**RIGHT, "scenario": "huge"}, "there is no scenario 'huge'"),
        ({**RIGHT, "partial": ["request"]}, "the point 'request' is labelled twice"),
        (without("intent"), "the key 'intent' is missing"),
        (without("covered"), "the key 'covered' is missing"),
        ({**without("answer"), "anwser": "It sends a request."}, "unknown key 'anwser'; did you mean 'answer'?"),
        ({**without("red_flags"), "red_flag": []}, "unknown key 'red_flag'; did you mean 'red_flags'?"),
        ({**RIGHT, "contradict": ["response"]}, "unknown key 'contradict'; did you mean 'contradicted'?"),
        ({**RIGHT, "turns": TURNS}, "give either `answer` or `turns`"),
        (without("answer"), "give either `answer` or `turns`"),
        ({**without("answer"), "turns": TURNS[:1]}, "no turn is the candidate's"),
        ({**RIGHT, "answer": ""}, "answer: string should have at least 1 character"),
        ({**RIGHT, "covered": "request"}, "covered: input should be a valid tuple"),
        ({**RIGHT, "split": "train"}, "split: input should be '', 'tune' or 'test'"),
        ({**RIGHT, "case_id": 7}, "case_id: input should be a valid string"),
    ],
)
def test_a_line_that_does_not_fit_is_refused(tmp_path: Path, line: dict[str, Any], problem: str) -> None:
    path = tmp_path / "cases.jsonl"
    message = refused(lambda: cases(tmp_path, plain("first", "Hm."), line))
    assert f"{path}:2: {problem}" in message.splitlines()
    assert f"{path}:1:" not in message
    # Where a key is misspelt, it is not told as missing too.
    assert not ("did you mean" in message and "is missing" in message)


def test_an_unknown_intent_is_refused_with_those_there_are(tmp_path: Path) -> None:
    message = refused(lambda: cases(tmp_path, {**RIGHT, "intent": "reply"}))
    assert message.startswith(f"{tmp_path}/cases.jsonl:1: intent: input should be 'answer', 'stuck', ")


def test_an_id_that_was_given_before_names_the_first_place(tmp_path: Path) -> None:
    first = lines(tmp_path / "a.jsonl", [plain("one", "Hm."), RIGHT])
    other = lines(tmp_path / "b.jsonl", [RIGHT])
    message = refused(lambda: read_cases([first, other], SCENARIOS))
    assert message == f"{other}:1: the case_id 'right' was given before, at {first}:2"


def test_a_question_in_two_splits_is_refused(tmp_path: Path) -> None:
    message = refused(lambda: cases(tmp_path, {**RIGHT, "split": "tune"}, plain("other", "Hm.", split="test")))
    assert message == "the cases of question tiny/http are of more than one split ('test', 'tune')"


def test_a_split_may_be_missing_beside_one(tmp_path: Path) -> None:
    found = cases(tmp_path, {**RIGHT, "split": "tune"}, plain("other", "Hm."))
    assert [one.split for one in found] == ["tune", ""]


@pytest.mark.parametrize(
    ("raw", "problem"),
    [
        (b'{"case_id": }\n', ":1: is not JSON: Expecting value"),
        (b"\n\n" + json.dumps(RIGHT).encode() + b"\n{", ":4: is not JSON: Expecting property name"),
        (b"[" * 200_000, ":1: is not JSON: nested too deeply"),
        (b'{"case_id": ' + b"9" * 5000 + b"}", ":1: is not JSON: it holds too long a number"),
        (b'["case_id"]\n', ":1: must be an object with keys and values"),
        (b'"case_id"\n', ":1: must be an object with keys and values"),
        (b"", ": holds no line"),
        (b"\n  \n", ": holds no line"),
    ],
)
def test_what_is_no_line_of_json_is_refused(tmp_path: Path, raw: bytes, problem: str) -> None:
    path = tmp_path / "cases.jsonl"
    path.write_bytes(raw)
    message = refused(lambda: read_cases([path], SCENARIOS))
    assert message.startswith(f"{path}{problem}")
    assert len(message.splitlines()) == 1


@pytest.mark.parametrize(
    ("encoding", "line"),
    [("latin-1", 2), ("utf-16", 1)],
)
def test_another_encoding_is_refused_with_the_line(tmp_path: Path, encoding: str, line: int) -> None:
    path = tmp_path / "cases.jsonl"
    text = json.dumps(RIGHT) + "\n" + json.dumps(plain("café", "À propos."), ensure_ascii=False) + "\n"
    path.write_bytes(text.encode(encoding))
    message = refused(lambda: read_cases([path], SCENARIOS))
    assert message == f"{path}:{line}: is not UTF-8 text; save it as UTF-8"


def test_a_byte_order_mark_is_no_part_of_the_first_line(tmp_path: Path) -> None:
    path = tmp_path / "cases.jsonl"
    path.write_bytes(b"\xef\xbb\xbf" + json.dumps(RIGHT).encode() + b"\r\n")
    assert read_cases([path], SCENARIOS)[0].case_id == "right"


def test_a_file_that_is_not_there_or_too_large_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "cases.jsonl"
    assert refused(lambda: read_cases([path], SCENARIOS)) == f"{path} does not exist"
    assert refused(lambda: read_cases([tmp_path], SCENARIOS)) == f"{tmp_path} is not a file"
    lines(path, [RIGHT])
    monkeypatch.setattr(casefiles, "MAX_BYTES", path.stat().st_size)
    assert len(read_cases([path], SCENARIOS)) == 1
    monkeypatch.setattr(casefiles, "MAX_BYTES", path.stat().st_size - 1)
    assert refused(lambda: read_cases([path], SCENARIOS)).startswith(f"{path} is larger than ")


@pytest.mark.parametrize(("count", "more"), [(10, []), (11, ["and 1 more problems"])])
def test_ten_problems_are_told_and_the_rest_counted(tmp_path: Path, count: int, more: list[str]) -> None:
    wrong = [plain(f"case {number}", "Hm.", ("wire",)) for number in range(count)]
    told = refused(lambda: cases(tmp_path, *wrong)).splitlines()
    assert told[:10] == [
        f"{tmp_path}/cases.jsonl:{number}: question 'http' has no point 'wire'" for number in range(1, 11)
    ]
    assert told[10:] == more


def test_separators_within_an_answer_break_no_lines(tmp_path: Path) -> None:
    path = tmp_path / "cases.jsonl"
    answer = "It sends\u2028a request\u2029or\x85so."
    first = json.dumps(plain("one", answer, ("request",)), ensure_ascii=False)
    path.write_text(f"{first}\n{json.dumps({**RIGHT, 'split': 'train'})}\n", encoding="utf-8")
    assert refused(lambda: read_cases([path], SCENARIOS)).startswith(f"{path}:2: split")
    path.write_text(first, encoding="utf-8")
    (case,) = read_cases([path], SCENARIOS)
    assert case.answer == answer


def test_keys_of_the_authors_own_are_notes(tmp_path: Path) -> None:
    (case,) = cases(tmp_path, {**RIGHT, "voice": "tired, on the phone", "reviewed_by": "me", "source": {"page": 3}})
    assert case == cases(tmp_path, RIGHT)[0]


def test_an_answer_with_half_a_character_is_refused(tmp_path: Path) -> None:
    assert "cases.jsonl:1: answer: " in refused(lambda: cases(tmp_path, {**RIGHT, "answer": "half \ud800"}))


def test_a_conversation_is_judged_with_both_sides(tmp_path: Path) -> None:
    (case,) = cases(tmp_path, {**without("answer"), "turns": TURNS})
    assert [turn.text for turn in case.turns_of(SCENARIOS["tiny"].question("http"))] == [
        "Tell me about http.",
        "Well?",
        "It sends a request.",
    ]


# Second labels, settled disagreements, public sets


def second(tmp_path: Path, *objects: dict[str, Any]) -> Callable[[], object]:
    known = cases(tmp_path, RIGHT, plain("other", "Hm."))
    return lambda: read_second([lines(tmp_path / "second.jsonl", objects)], known)


LABELS = {"case_id": "right", "intent": "answer", "covered": {"request": "sends a request"}}


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        (
            {**LABELS, "covered": {"request": "send a request"}},
            "the quote for 'request' is not in the answer of 'right': 'send a request'",
        ),
        ({**LABELS, "partial": {"response": ""}}, "the quote for 'response' is not in the answer of 'right': ''"),
        ({**LABELS, "partial": {"request": "sends"}}, "'request' is labelled twice"),
        ({**LABELS, "case_id": "nobody"}, "there is no case 'nobody'"),
        ({**LABELS, "coverd": {}}, "unknown key 'coverd'; did you mean 'covered'?"),
        ({**LABELS, "note": "sure"}, "note: extra inputs are not permitted"),
    ],
)
def test_second_labels_that_rest_on_nothing_are_refused(tmp_path: Path, line: dict[str, Any], problem: str) -> None:
    assert f"{tmp_path}/second.jsonl:1: {problem}" in refused(second(tmp_path, line)).splitlines()


def test_second_labels_of_a_case_are_given_once(tmp_path: Path) -> None:
    path = tmp_path / "second.jsonl"
    message = refused(second(tmp_path, LABELS, {"case_id": "other", "intent": "stuck"}, LABELS))
    assert message == f"{path}:3: the case 'right' was labelled before, at {path}:1"


def test_settled_disagreements_and_public_sets_are_refused_by_line(tmp_path: Path) -> None:
    settled = lines(tmp_path / "settled.jsonl", [{"case_id": "right", "target": "", "first": "a", "second": "b"}])
    assert refused(lambda: read_settled(settled)) == f"{settled}:1: the key 'settled' is missing"
    item = {"id": "1", "question": "Why?", "reference": "Because.", "answer": "So.", "label": "correct"}
    public = lines(tmp_path / "public.jsonl", [item, {**item, "score": "high"}])
    assert refused(lambda: read_references(public)).startswith(f"{public}:2: score: input should be a valid number")


def test_manners_that_cannot_be_used_are_refused_by_file(tmp_path: Path) -> None:
    path = tmp_path / "lines.yaml"
    path.write_text("silence: [", encoding="utf-8")
    with pytest.raises(CaseFileError, match=f"{path} cannot be used: is not valid YAML"):
        read_manners(path)
    path.write_text("silence: []\n", encoding="utf-8")
    with pytest.raises(CaseFileError, match=f"{path} cannot be used: "):
        read_manners(path)


# The same through the command line: nothing is judged, and the status is 2


class Untouchable:
    """A judge that must not be asked."""

    version = judge().version

    def check(self) -> None:
        raise AssertionError("the judge was asked")

    def assess(self, *_: object) -> None:
        raise AssertionError("the judge was asked")


@pytest.fixture
def tiny(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    use(monkeypatch, Untouchable)
    return scenario_file(tmp_path / "scenarios" / "tiny.yaml").parent


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        (json.dumps({**RIGHT, "covered": ["wire"]}), "{}:1: question 'http' has no point 'wire'\n" + REMEDY),
        ("{}", "{}:1: the key 'case_id' is missing\n"),
        (f"{json.dumps(RIGHT)}\n" * 2, "{}:2: the case_id 'right' was given before, at {}:1\n" + REMEDY),
        (json.dumps(RIGHT).encode("utf-16"), "{}:1: is not UTF-8 text; save it as UTF-8\n" + UTF8),
        ("", "{}: holds no line\n" + REMEDY),
    ],
)
def test_the_command_refuses_a_file_with_status_2(
    run: Run, tiny: Path, tmp_path: Path, raw: bytes | str, told: str
) -> None:
    path = tmp_path / "mine.jsonl"
    path.write_bytes(raw if isinstance(raw, bytes) else raw.encode())
    ran = run("eval", "run", "--cases", path, "--scenarios", tiny)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith(told.replace("{}", str(path)))
    if not told.endswith("\n"):
        assert ran.err == told.replace("{}", str(path)) + "\n"


def test_what_a_file_says_cannot_steer_the_terminal(run: Run, tiny: Path, tmp_path: Path) -> None:
    path = lines(tmp_path / "mine.jsonl", [plain("\x1b[31mred", "Hm."), plain("\x1b[31mred", "Hm.")])
    ran = run("eval", "run", "--cases", path, "--scenarios", tiny)
    assert ran.code == 2
    assert "was given before" in ran.err
    assert "\x1b" not in ran.err


def test_the_projects_own_cases_are_checked_as_well(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch, Untouchable)
    place = project(tmp_path, monkeypatch, [*CASES, plain("last", "Hm.", ("wire",), split="test")])
    ran = run("eval", "run", "--gate")
    assert ran.code == 2
    assert ran.err.startswith(f"{place}/golden/tiny.jsonl:8: question 'http' has no point 'wire'\n")
