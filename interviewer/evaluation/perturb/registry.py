"""All perturbations, in reading order."""

from __future__ import annotations

from typing import Final

from interviewer.evaluation.perturb import attacks, grammar, people, substance, surface
from interviewer.evaluation.perturb.kinds import Expect, Perturbation, Rewrite, still

_REWRITES: Final[dict[str, Rewrite]] = {
    "fillers": surface.fillers,
    "lost_punctuation": surface.lost_punctuation,
    "homophones": surface.homophones,
    "hedging": people.hedging,
    "padding": people.padding,
    "repetition": surface.repetition,
    "sentence_order": surface.sentence_order,
    "spelling": surface.spelling,
    "typos": surface.typos,
    "second_language": grammar.second_language,
}

REGISTRY: Final[tuple[Perturbation, ...]] = (
    *(Perturbation(name, Expect.STILL, still(rewrite)) for name, rewrite in _REWRITES.items()),
    Perturbation("small_talk", Expect.STILL, people.small_talk),
    Perturbation("introduction", Expect.STILL, people.introduction),
    Perturbation("two_people", Expect.STILL, people.two_people),
    Perturbation("added", Expect.UP, substance.added),
    Perturbation("retracted", Expect.DOWN, substance.retracted),
    Perturbation("negated", Expect.DOWN, substance.negated),
    Perturbation("instruction", Expect.FIXED, attacks.appended(attacks.instruction)),
    Perturbation("system_message", Expect.FIXED, attacks.appended(attacks.system_message)),
    Perturbation("fence", Expect.FIXED, attacks.appended(attacks.fence)),
    Perturbation("json_verdict", Expect.FIXED, attacks.appended(attacks.json_verdict)),
    Perturbation("invisible", Expect.FIXED, attacks.invisible),
    Perturbation("invisible_raw", Expect.FIXED, attacks.invisible_raw),
)
