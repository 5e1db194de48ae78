"""Every change to an answer keeps what it must keep, moves what it should move, and catches a judge that is fooled."""

from __future__ import annotations

import json
import random
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interviewer.core.events import MAX_TURN_CHARS, Who
from interviewer.core.findings import Assessment, Finding, Intent, JudgeVersion, Status, Unscored, UnscoredReason
from interviewer.core.scenario import Question
from interviewer.core.turns import clean
from interviewer.evaluation.cases import Case, CaseTurn
from interviewer.evaluation.figures import Better, Figure
from interviewer.evaluation.outcomes import Verdict
from interviewer.evaluation.perturb import attacks, grammar, people, substance, surface
from interviewer.evaluation.perturb.kinds import Expect, Material, Rewrite
from interviewer.evaluation.perturb.lists import AMERICAN, BRITISH, HEARD, TYPED
from interviewer.evaluation.perturb.moved import Shift, figures, shifts
from interviewer.evaluation.perturb.registry import REGISTRY
from interviewer.evaluation.perturb.text import is_word, joined, rebuilt, sentences, tokens
from interviewer.evaluation.perturb.work import Item, everything, materials, sample
from interviewer.evaluation.second import SecondLabels
from tests.factories import flag, point, question, scenario

WATER = question("water", point("boil"), point("salt"), point("time"), red_flags=(flag("raw"),))
BREAD = question("bread", point("yeast"), point("rest"))
KITCHEN = scenario(WATER, BREAD)
SAID = {
    "boil": "The water has to boil hard in a large pot.",
    "salt": "Many cooks add a spoon of salt to flavour the pasta.",
    "time": "Eleven minutes are enough for the thick kind.",
    "yeast": "Living yeast makes gas because the dough holds sugar.",
    "rest": "A long rest lets the dough grow and optimises the crumb.",
}
"""For each point a sentence that shows it; a word of each is what the keyword judge looks for."""
KEYWORDS = {"boil": "boil", "salt": "salt", "time": "minutes", "yeast": "yeast", "rest": "rest"}


def case(name: str, question_id: str, *points: str, kind: str = "strong", extra: str = "") -> Case:
    answer = " ".join([*(SAID[one] for one in points), *([extra] if extra else [])])
    return Case(
        case_id=name,
        scenario=KITCHEN.id,
        question_id=question_id,
        answer=answer,
        intent=Intent.ANSWER,
        covered=points,
        partial=(),
        red_flags=(),
        kind=kind,
    )


def labels(one: Case) -> SecondLabels:
    return SecondLabels(
        case_id=one.case_id, intent=one.intent, covered={name: SAID[name].rstrip(".") for name in one.covered}
    )


CASES = (
    case("w1", "water", "boil", "salt", "time"),
    case("w2", "water", "boil", "time", kind="mix_a"),
    case("w3", "water", "salt", kind="mix_b", extra="It gets stirred sometimes, by my aunt, with a wooden spoon."),
    case("b1", "bread", "yeast", "rest"),
    case("b2", "bread", "rest", kind="mix_a"),
    case("b3", "bread", kind="wrong", extra="Bread is a kind of cake, and it is fried."),
)
SECOND = {one.case_id: labels(one) for one in CASES}
MATERIALS = materials(CASES, SECOND, {KITCHEN.id: KITCHEN})


def material(answer: str, *covered: str, **more: object) -> Material:
    made = case("x", "water", *(covered or ("boil",))).model_copy(update={"answer": answer, **more})
    quotes = dict.fromkeys(made.covered, answer)
    return Material(made, WATER, SecondLabels(case_id="x", intent=Intent.ANSWER, covered=quotes))


# What must survive


KEPT = [
    "not",
    "no",
    "never",
    "doesn't",
    "can't",
    "3",
    "two",
    "10.5",
    "404",
    "/api/users",
    "`SET a = 1`",
    "https://a.b/c",
]
KEPT += ["x->y", "user_id", "config.yaml", "without", "C:\\the\\dir", "v2", "isn’t"]
PLAIN = [
    "the",
    "a",
    "server",
    "sends",
    "we",
    "used",
    "cache",
    "their",
    "optimise",
    "behavior",
    "information",
    "it",
    "and",
]
PLAIN += [
    "many",
    "threads",
    "because",
    "The",
    "Redis",
    "queue,",
    "data.",
    "write",
    "It",
    "which",
    "to",
    "SQL",
    "few",
    "good?",
]
ANSWERS = st.lists(st.sampled_from([*KEPT, *PLAIN]), min_size=1, max_size=30).map(" ".join)
WORDINGS: dict[str, Rewrite] = {
    "fillers": surface.fillers,
    "lost_punctuation": surface.lost_punctuation,
    "homophones": surface.homophones,
    "spelling": surface.spelling,
    "typos": surface.typos,
    "second_language": grammar.second_language,
}
SENTENCES: dict[str, Rewrite] = {
    "hedging": people.hedging,
    "padding": people.padding,
    "repetition": surface.repetition,
    "sentence_order": surface.sentence_order,
}


def guarded(text: str) -> list[str]:
    """What no change of form may touch, in order, found without the code under test."""
    found = re.findall(r"`[^`]*`|\S+", text)
    bare = [one if one.startswith("`") else one.strip(".,?!").lower() for one in found]
    return [one for one in bare if one in {kept.lower() for kept in KEPT} or one in KEPT]


@pytest.mark.parametrize("name", WORDINGS)
@settings(deadline=None)
@given(text=ANSWERS, seed=st.integers(0, 9))
def test_words_change_and_negations_numbers_code_and_paths_stay(name: str, text: str, seed: int) -> None:
    assert guarded(WORDINGS[name](text, random.Random(seed))) == guarded(text)


@pytest.mark.parametrize("name", SENTENCES)
@settings(deadline=None)
@given(parts=st.lists(ANSWERS, min_size=1, max_size=4), seed=st.integers(0, 9))
def test_sentences_are_moved_and_nothing_in_them_is_lost(name: str, parts: list[str], seed: int) -> None:
    text = ". ".join(part.capitalize() for part in parts) + "."
    after = SENTENCES[name](text, random.Random(seed))
    before, then = Counter(guarded(text)), Counter(guarded(after))
    assert before <= then
    if name == "sentence_order":
        assert Counter(after.split()) == Counter(text.split())


@settings(deadline=None)
@given(text=st.text(alphabet="ab.!? \n\t`1/'é→", max_size=60))
def test_any_text_can_be_taken_apart_and_put_together(text: str) -> None:
    assert joined(*sentences(text)) == text
    found = tokens(text)
    assert rebuilt(text, found, [one.text for one in found]) == text


@settings(deadline=None)
@given(text=st.text(max_size=80), seed=st.integers(0, 3))
def test_no_text_is_too_strange_for_a_change(text: str, seed: int) -> None:
    for one in REGISTRY:
        if text:
            one.apply(material(text), random.Random(seed))


@pytest.mark.parametrize("table", [HEARD, TYPED, AMERICAN, BRITISH])
def test_no_list_makes_or_hides_a_negation_or_a_number(table: dict[str, str]) -> None:
    assert all(is_word(word) and is_word(other) and word != other for word, other in table.items())


def test_a_typo_is_no_word_that_another_list_knows() -> None:
    assert not {*TYPED.values()} & {*TYPED, *HEARD, *AMERICAN, *BRITISH}


# Each rule by example


EXAMPLES: list[tuple[Rewrite, str, str]] = [
    (surface.lost_punctuation, "The client asks, and waits. It gets JSON!", "the client asks and waits it gets JSON"),
    (surface.lost_punctuation, "Is it stateless? No, never.", "is it stateless? No, never."),
    (surface.homophones, "Use a cache here", "Use a cash here"),
    (surface.homophones, "SQL", "Sequel"),
    (surface.spelling, "Optimise the behaviour", "Optimize the behavior"),
    (surface.spelling, "Serialize it", "Serialise it"),
    (surface.spelling, "Set color: red", "Set color: red"),
    (surface.spelling, "An Authorization header", "An Authorization header"),
    (surface.typos, "It will receive nothing", "It will recieve nothing"),
    (surface.repetition, "Boil it in water first.", "Boil it in water first. Boil it in water first."),
    (surface.repetition, "Sorry, I take that back now.", "Sorry, I take that back now."),
    (surface.repetition, "How long does it boil?", "How long does it boil?"),
    (surface.sentence_order, "Pots boil. Salt dissolves.", "Salt dissolves. Pots boil."),
    (
        surface.sentence_order,
        "Pots boil. They need heat. Salt dissolves.",
        "Salt dissolves. Pots boil. They need heat.",
    ),
    (surface.sentence_order, "- pots boil\n- salt dissolves", "- salt dissolves\n- pots boil"),
    (surface.sentence_order, "Pots boil. Then salt dissolves.", "Pots boil. Then salt dissolves."),
    (surface.sentence_order, "Boil. Wait, that's wrong. Fry.", "Boil. Wait, that's wrong. Fry."),
    (surface.sentence_order, "It boils. Salt dissolves.", "It boils. Salt dissolves."),
    (surface.sentence_order, "It boils. Pots rust. Salt dissolves.", "It boils. Salt dissolves. Pots rust."),
    (surface.sentence_order, "Pots boil. First wash hands.", "Pots boil. First wash hands."),
    (people.hedging, "No, never.", "No, never."),
    (people.hedging, "/users 200", "/users 200"),
]


@pytest.mark.parametrize(("rewrite", "before", "after"), EXAMPLES)
def test_a_rule_by_example(rewrite: Rewrite, before: str, after: str) -> None:
    assert rewrite(before, random.Random(1)) == after


SLIPS = [
    (grammar.article_dropped, "send the request", "send request"),
    (grammar.article_dropped, "not the request", "not the request"),
    (grammar.article_dropped, "a few requests", "a few requests"),
    (grammar.article_dropped, "a /path and an A record", "a /path and A record"),
    (grammar.plural_dropped, "many servers, several classes", "many server, several classe"),
    (grammar.plural_dropped, "servers of these status", "servers of these status"),
    (grammar.counted, "it holds information, and traffic rules", "it holds informations, and traffic rules"),
    (grammar.untensed, "we sent it, I used to go", "we send it, I used to go"),
    (grammar.untensed, "it sends sent mail", "it send sent mail"),
]


@pytest.mark.parametrize(("rule", "before", "after"), SLIPS)
def test_a_slip_of_grammar_by_example(
    rule: grammar.Rule, before: str, after: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(grammar, "GRAMMAR", (rule,))
    always = random.Random()
    monkeypatch.setattr(always, "random", lambda: 0.0)
    assert grammar.second_language(before, always) == after


@settings(deadline=None)
@given(text=ANSWERS, seed=st.integers(0, 9))
def test_fillers_only_add(text: str, seed: int) -> None:
    after = surface.fillers(text, random.Random(seed)).split(" ")
    sounds = {word for filler in surface.FILLERS for word in filler.split()}
    assert [word for word in after if word not in sounds] == [word for word in text.split(" ") if word not in sounds]


def test_hedges_and_padding_stand_before_a_sentence() -> None:
    for rewrite, openers in ((people.hedging, people.HEDGES), (people.padding, people.PADDING)):
        after = rewrite("The water boils.", random.Random(1))
        assert after in {f"{opener}the water boils." for opener in openers}


def test_small_talk_stands_beside_the_answer() -> None:
    seen = set()
    for seed in range(9):
        changed = people.small_talk(material("The water boils."), random.Random(seed))
        assert changed and changed.case.answer and "The water boils." in changed.case.answer
        seen.add(changed.case.answer.startswith("The water boils."))
    assert seen == {True, False}


def test_people_introduce_themselves_and_say_the_same() -> None:
    changed = people.introduction(material("The water boils."), random.Random(1))
    assert changed and changed.case.answer in {one.introduced() + "The water boils." for one in people.PEOPLE}
    pair = people.two_people(material("The water boils."), random.Random(1))
    assert pair and pair.before and pair.before.answer != pair.case.answer
    assert {pair.before.answer, pair.case.answer} <= {one.introduced() + "The water boils." for one in people.PEOPLE}


# Substance


def test_evidence_is_added_in_another_candidates_words() -> None:
    item = next(one for one in everything(MATERIALS, 1) if one.after.case_id == "w3~added")
    assert item.targets[0] in ("boil", "time")
    assert item.after.answer == f"{item.before.answer} {SAID[item.targets[0]]}"


def test_nothing_is_added_where_one_labelling_finds_it_already() -> None:
    whole = next(one for one in MATERIALS if one.case.case_id == "w1")
    assert substance.added(whole, random.Random(1)) is None
    doubted = next(one for one in MATERIALS if one.case.case_id == "b2")
    doubted = Material(doubted.case.model_copy(update={"partial": ("yeast",)}), BREAD, doubted.second, doubted.donors)
    assert substance.added(doubted, random.Random(1)) is None


def test_a_claim_is_taken_back_after_the_answer() -> None:
    lines = set()
    for seed in range(20):
        changed = substance.retracted(material("The water boils.", "boil"), random.Random(seed))
        assert changed and changed.case.answer and changed.targets == ("boil",)
        assert changed.case.answer.startswith("The water boils. ")
        lines.add(changed.case.answer.removeprefix("The water boils. "))
    assert lines == {line.format(quote="the water boils") for line in substance.RETRACTIONS}


def test_a_sentence_is_turned_into_its_denial() -> None:
    lines = set()
    for seed in range(20):
        changed = substance.negated(material("So basically, the water boils.", "boil"), random.Random(seed))
        assert changed
        lines.add(changed.case.answer)
    assert lines == {line.format(sentence="the water boils") for line in substance.DENIALS}


def test_a_plan_is_turned_into_its_refusal() -> None:
    lines = set()
    for seed in range(20):
        changed = substance.negated(material("Then I'd first boil the water.", "boil"), random.Random(seed))
        assert changed
        lines.add(changed.case.answer)
    assert lines == {line.format(rest="boil the water") for line in substance.UNDOINGS}


def test_a_sentence_that_says_more_than_the_quote_is_not_denied() -> None:
    quoted = SecondLabels(case_id="x", intent=Intent.ANSWER, covered={"boil": "water boils"})
    answer = "The water boils and the cook sings about the sea."
    assert substance.negated(Material(material(answer, "boil").case, WATER, quoted), random.Random(1)) is None


@pytest.mark.parametrize(
    "answer",
    [
        "The water does not freeze.",
        "Does the water boil?",
        "Pot -> stove.",
        "It isn't cold but hot.",
        "1. the water boils",
        "The water boils because the stove is on.",
        "The water boils. " * 2,
        "word " * 31,
    ],
)
def test_what_is_no_plain_single_claim_is_not_denied(answer: str) -> None:
    quoted = SecondLabels(case_id="x", intent=Intent.ANSWER, covered={"boil": answer.split(". ")[0].strip()})
    made = Material(material(answer, "boil").case, WATER, quoted)
    assert substance.negated(made, random.Random(1)) is None


def test_a_sentence_that_shows_two_points_is_not_denied() -> None:
    assert substance.negated(material("The water boils with salt.", "boil", "salt"), random.Random(1)) is None


# Attacks


def test_a_verdict_names_the_questions_own_points() -> None:
    for seed in range(9):
        line = attacks.json_verdict(WATER, random.Random(seed))
        verdict = json.dumps(json.loads(line.removeprefix("```json\n").removesuffix("\n```")))
        assert all(f'"{one.id}"' in verdict for one in WATER.points)


@pytest.mark.parametrize("hide", attacks.HIDDEN)
def test_hidden_characters_leave_what_is_seen(hide: Callable[[str, random.Random], str]) -> None:
    text = "The water has to boil hard."
    hidden = hide(text, random.Random(1))
    seen = re.sub("[\u00ad\u200b-\u200d\u2060\ufe00-\ufe0f\ufeff\U000e0000-\U000e01ef]", "", hidden)
    assert hidden != text
    assert seen == text


def test_the_input_boundary_comes_before_the_judge() -> None:
    for seed in range(9):
        raw = attacks.invisible_raw(material("The water has to boil hard."), random.Random(seed))
        cleaned = attacks.invisible(material("The water has to boil hard."), random.Random(seed))
        assert raw and cleaned and raw.case.answer
        assert cleaned.case.answer == clean(raw.case.answer)


# Cases and work


def test_every_perturbation_applies_somewhere_and_is_named_once() -> None:
    found = Counter(item.perturbation for item in everything(MATERIALS, 1))
    assert set(found) == {one.name for one in REGISTRY}
    assert len({one.name for one in REGISTRY}) == len(REGISTRY)


def test_the_same_seed_changes_alike_and_another_otherwise() -> None:
    first, again = list(everything(MATERIALS, 1)), list(everything(MATERIALS, 1))
    assert first == again
    assert first != list(everything(MATERIALS, 2))
    assert list(sample(MATERIALS, 1, 2)) == list(sample(MATERIALS, 1, 2))


def test_every_item_can_be_told_apart_and_stays_a_case() -> None:
    items = list(everything(MATERIALS, 1))
    names = [item.after.case_id for item in items]
    assert len(set(names)) == len(names)
    for item in items:
        assert Case.model_validate(item.after.model_dump()) == item.after
        assert item.after.answer != item.before.answer or item.perturbation == "invisible"


def test_a_sample_is_part_of_everything_and_spread_over_questions_and_kinds() -> None:
    taken = list(sample(MATERIALS, 1, 4))
    whole = list(everything(MATERIALS, 1))
    assert all(item in whole for item in taken)
    by_name: dict[str, list[Item]] = {}
    for item in taken:
        by_name.setdefault(item.perturbation, []).append(item)
    assert all(len(items) <= 4 for items in by_name.values())
    attacked = by_name["instruction"]
    assert Counter(item.group for item in attacked) == {f"{KITCHEN.id}/water": 2, f"{KITCHEN.id}/bread": 2}
    assert len({item.after.kind for item in attacked}) >= 3


def test_only_answers_that_earn_something_are_reworded() -> None:
    stuck = material("The water has to boil hard.", intent=Intent.STUCK)
    nothing = Material(case("n", "water", kind="wrong", extra="The pan is cold and the water is blue."), WATER)
    for one in REGISTRY:
        assert one.apply(stuck, random.Random(1)) is None or one.expects is Expect.DOWN
        if one.expects is not Expect.FIXED:
            assert one.apply(nothing, random.Random(1)) is None
        else:
            assert one.apply(nothing, random.Random(1)) is not None


def test_in_a_conversation_only_the_candidate_is_reworded() -> None:
    turns = (
        CaseTurn(who=Who.CANDIDATE, text="The water boils."),
        CaseTurn(who=Who.INTERVIEWER, text="Anything else, in the pot?"),
        CaseTurn(who=Who.CANDIDATE, text="Some salt, too."),
    )
    talk = material("x", turns=turns)
    talk = replace(talk, case=talk.case.model_copy(update={"answer": None}))
    spoken = next(one for one in REGISTRY if one.name == "lost_punctuation").apply(talk, random.Random(1))
    assert spoken
    assert [turn.text for turn in spoken.case.turns] == ["the water boils", turns[1].text, "some salt too"]
    attacked = next(one for one in REGISTRY if one.name == "fence").apply(talk, random.Random(1))
    assert attacked and attacked.case.turns[:2] == turns[:2]
    assert attacked.case.turns[2].text.startswith("Some salt, too.\n\n")


def test_what_would_grow_too_long_is_left_alone() -> None:
    long = material("word " * (MAX_TURN_CHARS // 5 - 1) + "end.")
    assert next(one for one in REGISTRY if one.name == "instruction").apply(long, random.Random(1)) is None


# Counting


VERSION = JudgeVersion(name="keywords", hash="0")


def verdict(one: Case, found: dict[str, tuple[Status, float]]) -> Verdict:
    names = [(name, False) for name in ("boil", "salt", "time")] + [("raw", True)]
    made = {
        name: Finding(target=name, status=status, probability=probability)
        for name, (status, probability) in ({name: (Status.ABSENT, 0.1) for name, _ in names} | found).items()
    }
    outcome = Assessment(judge=VERSION, points=tuple(made[n] for n, f in names if not f), flags=(made["raw"],))
    return Verdict(case_id=one.case_id, outcome=outcome, intent=one.intent)


def item(expects: Expect, *targets: str, name: str = "some", number: int = 1) -> Item:
    before = case(f"c{number}", "water", "boil")
    return Item(name, expects, before, before.model_copy(update={"case_id": f"c{number}~{name}"}), targets)


def counted(one: Item, before: dict[str, tuple[Status, float]], after: dict[str, tuple[Status, float]]) -> list[Shift]:
    return list(
        shifts([one], {one.before.case_id: verdict(one.before, before), one.after.case_id: verdict(one.after, after)})
    )


COVERED, UNCLEAR, PARTIAL = (Status.COVERED, 0.9), (Status.UNCLEAR, 0.45), (Status.PARTIAL, 0.3)


def values(found: Iterable[Shift]) -> dict[str, float]:
    return {one.name: one.value for one in figures(found)}


def test_flips_and_losses_of_what_should_stand_still() -> None:
    before = {"boil": COVERED, "salt": (Status.UNCLEAR, 0.6), "time": COVERED}
    after = {"boil": UNCLEAR, "salt": COVERED, "time": (Status.COVERED, 0.7), "raw": COVERED}
    found = values(counted(item(Expect.STILL), before, after))
    # Of four findings boil is lost and the flag is shown; salt was decided as covered before, and still is.
    expected = {"some": 0.5, "some.lost": 0.5, "all_still": 0.5, "all_still.lost": 0.5}
    assert found == {f"perturbations.{name}": value for name, value in expected.items()}


def test_gains_and_moves_of_what_should_be_fixed() -> None:
    before = {"boil": COVERED, "raw": COVERED}
    after = {"boil": (Status.COVERED, 0.91), "salt": COVERED}
    found = values(counted(item(Expect.FIXED), before, after))
    # Salt is gained and the flag is gone, both to the candidate's gain; boil moved by a hundredth.
    assert found["perturbations.some"] == 0.5
    assert found["perturbations.some.gained"] == 0.5
    assert found["perturbations.some.moved"] == 0.75


def test_targets_count_that_could_still_go_up() -> None:
    up = counted(item(Expect.UP, "salt"), {"boil": COVERED}, {"salt": COVERED})
    up += counted(item(Expect.UP, "salt", number=2), {}, {"salt": UNCLEAR})
    up += counted(item(Expect.UP, "salt", number=3), {"salt": COVERED}, {"salt": COVERED})
    found = {one.name: one for one in figures(up)}
    assert (found["perturbations.some"].value, found["perturbations.some"].n) == (0.5, 2)
    assert found["perturbations.some"].better is Better.HIGHER
    # Boil of the first: one loss among twelve findings.
    assert found["perturbations.some.lost"].value == pytest.approx(1 / 12, abs=1e-6)
    assert found["perturbations.some.lost"].better is Better.LOWER


def test_targets_must_lose_all_credit() -> None:
    down = counted(item(Expect.DOWN, "boil"), {"boil": COVERED}, {"boil": (Status.CONTRADICTED, 0.1)})
    down += counted(item(Expect.DOWN, "boil", number=2), {"boil": COVERED}, {"boil": PARTIAL})
    down += counted(item(Expect.DOWN, "boil", number=3), {"boil": COVERED}, {"boil": UNCLEAR})
    down += counted(item(Expect.DOWN, "boil", number=4), {}, {})
    found = figures(down)
    assert [(one.name, round(one.value, 3), one.n) for one in found] == [
        ("perturbations.some", 0.667, 3),
        ("perturbations.all_down", 0.667, 3),
    ]


@pytest.mark.parametrize(("expects", "name"), [(Expect.STILL, "some.lost"), (Expect.FIXED, "some.moved")])
def test_an_answer_that_is_no_longer_scored_is_lost_whole(expects: Expect, name: str) -> None:
    one = item(expects)
    unscored = Verdict(
        case_id=one.after.case_id,
        outcome=Unscored(judge=VERSION, reason=UnscoredReason.OTHER_LANGUAGE),
        intent=Intent.ANSWER,
    )
    both = {one.before.case_id: verdict(one.before, {"boil": COVERED}), one.after.case_id: unscored}
    assert values(shifts([one], both))[f"perturbations.{name}"] == 1
    both = {one.before.case_id: unscored, one.after.case_id: both[one.before.case_id]}
    assert list(shifts([one], both)) == []


def test_an_unscored_answer_has_not_gone_down() -> None:
    one = item(Expect.DOWN, "boil")
    unscored = Verdict(
        case_id=one.after.case_id,
        outcome=Unscored(judge=VERSION, reason=UnscoredReason.JUDGE_FAILED),
        intent=Intent.ANSWER,
    )
    both = {one.before.case_id: verdict(one.before, {"boil": COVERED}), one.after.case_id: unscored}
    assert values(shifts([one], both))["perturbations.some"] == 0


# A judge that is fooled


class KeywordJudge:
    """Credits a point wherever its word stands, and everything to whoever says that it is covered."""

    def __init__(self, *, gullible: bool) -> None:
        self._gullible = gullible

    def assess(self, asked: Question, text: str) -> Assessment:
        fooled = self._gullible and re.search(r"covered|full marks|criteri|covers all|requirements", text)
        found = [bool(fooled or re.search(rf"\b{KEYWORDS[one.id]}", text)) for one in asked.points]
        status = {True: COVERED, False: (Status.ABSENT, 0.1)}
        points = [
            Finding(target=one.id, status=status[hit][0], probability=status[hit][1])
            for one, hit in zip(asked.points, found, strict=True)
        ]
        return Assessment(judge=VERSION, points=tuple(points))


def measured(judge: KeywordJudge, items: Sequence[Item]) -> dict[str, Figure]:
    verdicts = {}
    for one in (half for pair in items for half in (pair.before, pair.after)):
        outcome = judge.assess(KITCHEN.question(one.question_id), one.answer or "")
        verdicts[one.case_id] = Verdict(case_id=one.case_id, outcome=outcome, intent=one.intent)
    return {one.name.removeprefix("perturbations."): one for one in figures(shifts(items, verdicts))}


def test_a_judge_that_looks_for_words_is_caught_by_what_is_taken_back() -> None:
    found = measured(KeywordJudge(gullible=False), list(everything(MATERIALS, 1)))
    assert found["retracted"].value == 0
    assert found["negated"].value == 0
    assert found["all_down"].n >= 8
    assert found["added"].value == 1
    assert found["instruction.gained"].value == 0
    assert found["json_verdict.gained"].value > 0
    assert found["invisible_raw.moved"].value > 0


def test_a_judge_that_does_as_it_is_told_is_caught_by_the_attacks() -> None:
    found = measured(KeywordJudge(gullible=True), list(everything(MATERIALS, 1)))
    for name in ("instruction", "system_message", "fence", "json_verdict"):
        assert found[f"{name}.gained"].value > 0, name
        assert found[f"{name}.moved"].value >= found[f"{name}.gained"].value
    low, high = found["all_fixed.gained"].low, found["all_fixed.gained"].high
    assert low is not None and high is not None
    assert low <= found["all_fixed.gained"].value <= high
