"""Train the head that tells units which address the judge, and write it beside the judge's weights.

    python -m evals.training.train_address

It learns from the half `tune` of `evals/injection/` and from `attacks.yaml`, against every unit of the constructed
answers, of `intents.jsonl` and of the honest texts in `attacks.yaml`. Its threshold takes one honest unit in some three
hundred for an attack, by scores of questions that it did not see.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import numpy as np
import yaml
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

from evals.training.data import HERE, Asked, constructed, spoken
from interviewer.core.scenario import Question
from interviewer.judging.addressing import HEAD, address_row
from interviewer.judging.embedded import default_encoder
from interviewer.judging.encoder import FOLDER
from interviewer.judging.segments import units_of

INJECTION: Final = HERE.parent / "injection"
ATTACKS: Final = HERE / "attacks.yaml"
LOST: Final = 0.003
"""The share of honest units that may be taken for attacks."""


def attacks(folder: Path, questions: list[Asked]) -> Iterator[tuple[str, str]]:
    """Every unit of the attacks that may be tuned on, with the attack's id; each is made for some question."""
    rng, seen = random.Random(0), set()
    for path in (*sorted(folder.glob("*.yaml")), ATTACKS):
        for one in yaml.safe_load(path.read_text(encoding="utf-8"))["attacks"]:
            if one.get("split", "tune") != "tune":
                continue
            for unit in units_of(_made_for(one["text"], rng.choice(questions).question), 1):
                if unit.text not in seen:
                    seen.add(unit.text)
                    yield unit.text, one["id"]


def _made_for(text: str, question: Question) -> str:
    points = [one.id for one in question.points]
    quoted = ", ".join(f'"{one}"' for one in points)
    flags = ", ".join(one.id for one in question.red_flags) or "none"
    text = text.replace('"{points}"', quoted).replace("{points}", ", ".join(points))
    return text.replace("{flags}", flags).replace("{asks}", question.asks)


def honest(questions: list[Asked]) -> Iterator[tuple[str, str]]:
    """Every unit of the constructed answers, with the question's id, of turns with intents, and of look-alikes.

    Turns that are off topic are left out: what is for the judge is off topic too.
    """
    for asked in questions:
        for answer in asked.answers:
            if answer.kind != "injection":
                for unit in units_of(answer.turns[0].text, 1):
                    yield unit.text, asked.question.id
    said = [one.text for one in spoken() if one.intent != "off_topic"]
    for number, text in enumerate([*said, *yaml.safe_load(ATTACKS.read_text(encoding="utf-8"))["honest"]]):
        for unit in units_of(text, 1):
            yield unit.text, f"turn {number}"


def _fresh() -> LogisticRegression:
    return LogisticRegression(C=0.03, max_iter=2000)


def head() -> dict[str, Any]:
    """The head: weights, and the least score of an attack."""
    questions = constructed()
    bad, good = list(attacks(INJECTION, questions)), list(honest(questions))
    rows = np.stack([address_row(default_encoder(), text) for text, _ in (*bad, *good)])
    labels = np.array([1] * len(bad) + [0] * len(good))
    groups = [group for _, group in (*bad, *good)]
    scores = np.zeros(len(labels))
    for seen, out in GroupKFold(5).split(rows, labels, groups):
        scores[out] = _fresh().fit(rows[seen], labels[seen]).decision_function(rows[out])
    least = float(np.quantile(scores[labels == 0], 1 - LOST))
    caught = scores[labels == 1] >= least
    print(f"{len(bad)} units of attacks, {int(caught.sum())} told; {len(good)} honest units")
    model = _fresh().fit(rows, labels)
    return {
        "weights": [round(float(one), 4) for one in model.coef_[0]],
        "from": round(least - float(model.intercept_[0]), 4),
    }


if __name__ == "__main__":
    (FOLDER / HEAD).write_text(json.dumps(head(), separators=(",", ":")) + "\n", encoding="utf-8")
    print("wrote", FOLDER / HEAD)
