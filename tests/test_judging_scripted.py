"""The judge and the reader that follow a script."""

from __future__ import annotations

from interviewer.core.events import MoveKind, Who
from interviewer.core.findings import Assessment, Intent, JudgeVersion, Reading, Status, Unscored, UnscoredReason
from interviewer.core.ports import IntentContext
from interviewer.core.scenario import Point, Question, RedFlag, Tier
from interviewer.core.state import Turn
from interviewer.judging.scripted import ScriptedIntentReader, ScriptedJudge

QUESTION = Question(
    id="q",
    title="t",
    asks="What happens?",
    again="Well?",
    points=tuple(Point(id=name, tier=Tier.CORE, says=name, heard="h", why="w", probe="p?") for name in ("dns", "tcp")),
    red_flags=(RedFlag(id="wrong", says="says something wrong"),),
    reference="r",
)


def turns(*texts: str) -> list[Turn]:
    return [Turn(number=i, who=Who.CANDIDATE, text=text) for i, text in enumerate(texts, 1)]


def test_a_phrase_gives_its_points_with_the_words_as_said() -> None:
    outcome = ScriptedJudge({"a lookup": ["dns"], "nonsense": ["wrong"]}).assess(QUESTION, turns("First A Lookup."))
    assert isinstance(outcome, Assessment)
    found = outcome.finding("dns")
    assert found.status is Status.COVERED and found.evidence[0].text == "A Lookup"
    assert outcome.finding("tcp").status is Status.ABSENT
    assert outcome.finding("wrong").status is Status.ABSENT


def test_the_last_phrase_about_a_point_decides() -> None:
    judge = ScriptedJudge({"a lookup": ["dns"], "no lookup at all": [("dns", Status.CONTRADICTED)]})
    outcome = judge.assess(QUESTION, turns("a lookup", "no, no lookup at all"))
    assert isinstance(outcome, Assessment)
    assert outcome.finding("dns").status is Status.CONTRADICTED
    assert outcome.finding("dns").evidence[0].turn == 2


def test_the_interviewers_words_are_no_evidence() -> None:
    said = [Turn(number=1, who=Who.INTERVIEWER, text="a lookup")]
    outcome = ScriptedJudge({"a lookup": ["dns"]}).assess(QUESTION, said)
    assert isinstance(outcome, Assessment)
    assert outcome.finding("dns").status is Status.ABSENT


def test_a_phrase_can_leave_the_whole_unscored() -> None:
    unscored = Unscored(judge=JudgeVersion(name="scripted", hash="x"), reason=UnscoredReason.JUDGE_FAILED)
    judge = ScriptedJudge({}, unscored={"crash": unscored})
    assert judge.assess(QUESTION, turns("now crash")) == unscored
    assert isinstance(judge.assess(QUESTION, turns("fine")), Assessment)


def test_the_version_tells_scripts_apart() -> None:
    one, other = ScriptedJudge({"a": ["dns"]}), ScriptedJudge({"b": ["dns"]})
    assert one.version == ScriptedJudge({"a": ["dns"]}).version
    assert one.version != other.version


def test_the_reader_reads_whole_turns_and_else_an_answer() -> None:
    reader = ScriptedIntentReader({"skip it": Intent.SKIP, "how many?": Reading(intent=Intent.CLARIFY, fact=1)})
    context = IntentContext(QUESTION, MoveKind.ASK, ())
    assert [reader.read(turn, context) for turn in turns(" Skip  it ", "how many?", "skip it not")] == [
        Reading(intent=Intent.SKIP),
        Reading(intent=Intent.CLARIFY, fact=1),
        Reading(intent=Intent.ANSWER),
    ]
