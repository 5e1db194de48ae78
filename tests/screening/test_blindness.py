"""Neutral labels and the random tenth: nobody can choose them, and they tell nothing."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from interviewer.screening.blindness import SHARE, is_sampled, labels


@given(st.sets(st.text("abcdefghij0123456789", min_size=4, max_size=12), max_size=60))
def test_labels_are_different_and_short(invites: set[str]) -> None:
    made = labels(invites)
    assert set(made) == invites
    assert len(set(made.values())) == len(invites)
    for invite, label in made.items():
        kind, _, digits = label.partition(" ")
        assert kind == "Candidate" and len(digits) >= 2 and set(digits) <= set("0123456789ABCDEF")
        assert labels([invite])[invite].endswith(digits[:2])


def test_two_that_would_be_alike_get_more_digits() -> None:
    many = labels(f"invite-{number}" for number in range(400))
    assert len(set(many.values())) == 400
    digits = [label.split()[1] for label in many.values()]
    # No label begins another one, so that nobody mistakes them.
    assert not [one for one in digits for other in digits if one != other and other.startswith(one)]


def test_a_label_tells_no_order() -> None:
    made = labels(["a1", "a2", "a3", "a4"])
    assert sorted(made.values()) != [made[one] for one in ("a1", "a2", "a3", "a4")]


def test_about_a_tenth_is_sampled_and_always_the_same() -> None:
    targets = [f"q{number}.point" for number in range(2000)]
    chosen = [target for target in targets if is_sampled("00ff", target)]
    assert abs(len(chosen) / len(targets) - SHARE) < 0.02
    assert chosen == [target for target in targets if is_sampled("00ff", target)]
    assert chosen != [target for target in targets if is_sampled("00fe", target)]
