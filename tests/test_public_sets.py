"""Single-reference sets: labels folded, figures by hand and by a second library, published figures beside."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import pearsonr
from sklearn.metrics import f1_score

from interviewer.core.errors import CaseFileError
from interviewer.core.findings import Status
from interviewer.evaluation.cases import REFERENCE_POINT, Reference
from interviewer.evaluation.outcomes import Verdict
from interviewer.evaluation.public import PublicSet, fold, measure_public, split_name
from interviewer.evaluation.published import PUBLISHED, beside
from tests.labelled import ABSENT, CONTRADICTED, COVERED, PARTIAL, UNCLEAR, unscored, verdict

Judged = tuple[Reference, Verdict]


def item(
    name: str, label: str, score: float | None = None, split: str = "unseen_answers", question: str = ""
) -> Reference:
    return Reference(
        id=name, question="Why?", reference="Because.", answer="So.", label=label, score=score, split=split,
        question_id=question or f"q{int(name) % 3}",
    )  # fmt: skip


def found(name: str, status: Status, probability: float | None = None) -> Verdict:
    return verdict(name, {REFERENCE_POINT: status if probability is None else (status, probability)})


def saf() -> list[Judged]:
    table = [
        ("correct", COVERED),
        ("correct", PARTIAL),
        ("partially correct", PARTIAL),
        ("partially correct", COVERED),
        ("incorrect", ABSENT),
        ("incorrect", CONTRADICTED),
    ]
    return [(item(str(n), label), found(str(n), status)) for n, (label, status) in enumerate(table)]


def test_two_way_and_three_way_worked_out_by_hand() -> None:
    (split,) = measure_public("saf", saf()).splits
    # Correct against the rest: 1 hit, 1 missed, 1 wrongly credited, 3 rightly not.
    assert split.two_way["accuracy"] == pytest.approx(4 / 6, abs=1e-6)
    assert split.two_way["macro_f1"] == pytest.approx((2 / 4 + 6 / 8) / 2, abs=1e-6)
    assert split.two_way["majority"] == pytest.approx(4 / 6, abs=1e-6)
    assert split.three_way is not None
    # A contradiction is in the lowest of these classes: right for an incorrect answer.
    assert split.three_way["accuracy"] == pytest.approx(4 / 6, abs=1e-6)
    assert split.three_way["macro_f1"] == pytest.approx((1 + 1 / 2 + 1 / 2) / 3, abs=1e-6)


def test_where_labels_tell_contradictions_they_are_the_middle() -> None:
    pairs = [
        (item("0", "correct"), found("0", COVERED)),
        (item("1", "contradictory"), found("1", CONTRADICTED)),
        (item("2", "incorrect"), found("2", PARTIAL)),
        (item("3", "incorrect"), found("3", CONTRADICTED)),
    ]
    (split,) = measure_public("beetle", pairs).splits
    assert split.three_way is not None
    assert split.three_way["accuracy"] == 0.75


def test_two_labels_have_no_middle() -> None:
    pairs = [(item("0", "correct"), found("0", COVERED)), (item("1", "incorrect"), found("1", ABSENT))]
    assert measure_public("x", pairs).splits[0].three_way is None


@pytest.mark.parametrize(
    ("label", "meaning"),
    [
        ("Correct", COVERED),
        ("Partially correct", PARTIAL),
        ("partially_correct_incomplete", PARTIAL),
        ("contradictory", CONTRADICTED),
        ("Incorrect", ABSENT),
        ("non_domain", ABSENT),
        ("irrelevant", ABSENT),
    ],
)
def test_labels_are_folded(label: str, meaning: Status) -> None:
    assert fold(item("1", label)) is meaning


def test_an_unknown_label_is_refused_by_name() -> None:
    with pytest.raises(CaseFileError, match=r"item '7' has the label 'good'"):
        measure_public("x", [(item("7", "good"), found("7", COVERED))])


@pytest.mark.parametrize(
    ("split", "name"),
    [
        ("test-unseen-answers", "unseen answers"),
        ("unseen_questions", "unseen questions"),
        ("train", "training"),
        ("", ""),
    ],
)
def test_splits_have_the_names_of_the_literature(split: str, name: str) -> None:
    assert split_name(split) == name


def test_each_split_is_measured_by_itself_and_stands_beside_what_is_published() -> None:
    pairs = [
        (item("0", "correct", split="train"), found("0", ABSENT)),
        (item("1", "correct", split="test-unseen-answers"), found("1", COVERED)),
        (item("2", "correct", split="test-unseen-answers"), unscored("2")),
    ]
    training, unseen = measure_public("SciEntsBank", pairs).splits
    assert (training.split, training.two_way["accuracy"], training.unscored) == ("training", 0.0, 0)
    assert (unseen.split, unseen.two_way["accuracy"], unseen.unscored) == ("unseen answers", 1.0, 1)
    assert ("majority", 0.569) in {(one.system, one.value) for one in unseen.published}
    assert unseen.published[-1].system == "GPT-4"  # whose source does not tell splits apart
    assert training.published == ()


def test_published_figures_name_their_sources_and_are_shares() -> None:
    assert all(one.source and 0 < one.value < 1 for one in PUBLISHED)
    assert beside("saf", "unseen questions")[0].value == 0.331
    assert beside("another", "unseen answers") == ()


def test_unclear_is_decided_by_its_probability() -> None:
    pairs = [(item("0", "correct"), found("0", UNCLEAR, 0.5)), (item("1", "correct"), found("1", UNCLEAR, 0.4))]
    assert measure_public("x", pairs).splits[0].two_way["accuracy"] == 0.5


def one_split(pairs: list[Judged]) -> PublicSet:
    return measure_public("saf", pairs)


SCORED = st.lists(st.tuples(st.integers(0, 100), st.integers(0, 8)), min_size=2, max_size=40)


@settings(deadline=None, max_examples=60)
@given(SCORED)
def test_the_correlation_is_that_of_scipy(values: list[tuple[int, int]]) -> None:
    p, score = [one / 100 for one, _ in values], [other / 8 for _, other in values]
    pairs = [(item(str(n), "correct", score=score[n]), found(str(n), COVERED, p[n])) for n in range(len(values))]
    ours = one_split(pairs).splits[0].two_way["score_r"]
    if len(set(p)) == 1 or len(set(score)) == 1:
        assert ours is None
    else:
        assert ours == pytest.approx(float(pearsonr(p, score).statistic), abs=1e-5)


def test_items_without_a_score_are_left_out_of_the_correlation() -> None:
    scores = [0.0, 0.5, 1.0, None]
    pairs = [(item(str(n), "correct", score=one), found(str(n), COVERED, n / 4)) for n, one in enumerate(scores)]
    estimate = one_split(pairs).splits[0].two_way.estimates["score_r"]
    assert (estimate.value, estimate.n) == (1.0, 3)


def test_the_intervals_are_clustered_by_question() -> None:
    chance = np.random.default_rng(3)
    labels = ["correct" if one else "incorrect" for one in chance.random(60) < 0.5]
    marks = [COVERED if one else ABSENT for one in chance.random(60) < 0.5]

    def width(each: int) -> float:
        pairs = [(item(str(n), labels[n], question=f"q{n // each}"), found(str(n), marks[n])) for n in range(60)]
        one = one_split(pairs).splits[0].two_way.estimates["macro_f1"]
        theirs = f1_score(
            [label == "correct" for label in labels], [mark is COVERED for mark in marks], average="macro"
        )
        assert one.value == pytest.approx(theirs, abs=1e-6)
        return 0.0 if one.low is None or one.high is None else one.high - one.low

    assert width(60) == 0.0  # one question: no interval
    assert width(1) > 0.1
    assert width(1) != width(10)


def test_figures_have_dotted_names() -> None:
    names = {figure.name for figure in measure_public("SAF", saf()).figures()}
    assert {"public.saf.unseen_answers.accuracy", "public.saf.unseen_answers.three_way.macro_f1"} <= names
    assert measure_public("saf", []).figures() == ()
