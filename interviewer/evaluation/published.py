"""Figures of other systems on public sets, to stand beside ours; some are from other answers, so read the source."""

from __future__ import annotations

from typing import Final

from interviewer.core.values import Strict

_COMPUTED: Final = "computed for this project on the public files"
_SEMEVAL: Final = "Dzikovska et al. 2013, SemEval-2013 task 7 (S13-2045), rounded"
_GPT4: Final = "Kortemeyer 2024, arXiv 2309.09338"
_OUTPUTS: Final = "recomputed from published model outputs"


class Published(Strict):
    """One figure of one system; `split` is empty where the source does not tell them apart."""

    set_name: str
    split: str
    system: str
    measure: str
    value: float
    source: str


_SEEN: Final = ("unseen answers", "unseen questions", "unseen domains")


def _each(set_name: str, system: str, measure: str, source: str, *values: float) -> tuple[Published, ...]:
    """One figure for each split, in the order of SemEval's."""
    return tuple(
        Published(set_name=set_name, split=split, system=system, measure=measure, value=value, source=source)
        for split, value in zip(_SEEN, values, strict=False)
    )


PUBLISHED: Final[tuple[Published, ...]] = (
    *_each("scientsbank", "majority", "accuracy", _COMPUTED, 0.569, 0.589, 0.580),
    *_each("scientsbank", "nine lexical features, logistic", "macro_f1", _COMPUTED, 0.676, 0.695, 0.704),
    *_each("scientsbank", "frozen MiniLM features, logistic", "macro_f1", _COMPUTED, 0.667, 0.673, 0.714),
    *_each("scientsbank", "fine-tuned MiniLM cross-encoder", "macro_f1", _COMPUTED, 0.777, 0.708, 0.690),
    *_each("scientsbank", "best of SemEval-2013", "macro_f1", _SEMEVAL, 0.77, 0.74, 0.71),
    Published(set_name="scientsbank", split="", system="GPT-4", measure="f1", value=0.744, source=_GPT4),
    *_each("scientsbank", "GPT-4o, zero-shot", "macro_f1", _OUTPUTS, 0.755),
    *_each("scientsbank", "GPT-4o, five-shot", "macro_f1", _OUTPUTS, 0.820),
    *_each("beetle", "nine lexical features, logistic", "macro_f1", _COMPUTED, 0.778, 0.724),
    *_each("saf", "lexical, three labels", "three_way.macro_f1", _COMPUTED, 0.440, 0.331),
    *_each("saf", "lexical", "score_r", _COMPUTED, 0.397, 0.323),
)


def beside(set_name: str, split: str) -> tuple[Published, ...]:
    """What is published for a split of a set, those first that are about this very split; nothing for training data."""
    ours = [one for one in PUBLISHED if one.set_name == set_name.lower() and split in _SEEN]
    return tuple(one for place in (split, "") for one in ours if one.split == place)
