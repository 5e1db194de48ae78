"""The words that a short spoken reaction is made of, and how two forms of a word are brought together."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

_WORD: Final = re.compile(r"[a-z]+(?:'[a-z]+)?|\d+", re.IGNORECASE)
_APOSTROPHES: Final = str.maketrans({"’": "'", "‘": "'", "ʼ": "'"})
_ENDINGS: Final = ("ings", "ing", "edly", "ed", "ies", "es", "s", "ly", "er", "e", "y")
_SHORTEST: Final = 3
_DROPPED: Final = ("'s", "'ve", "'re", "'ll", "'d", "'m", "n't")


def words(text: str) -> list[str]:
    """The words of a text in small letters, numbers among them; punctuation and the marks of code are dropped."""
    return [word.casefold() for word in _WORD.findall(text.translate(_APOSTROPHES))]


def stem(word: str) -> str:
    """A word without its ending, so that "sends", "sending" and "send" are one; no more than a rough measure."""
    for short in _DROPPED:
        word = word.removesuffix(short)
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST:
            return word[: -len(ending)]
    return word


def stems(texts: Iterable[str]) -> frozenset[str]:
    """The stems of all words of some texts."""
    return frozenset(stem(word) for text in texts for word in words(text))


LITTLE: Final = stems(
    [
        """a about after again all also always am among an and another any anything are aren't around as at away back be
    because been before being between both but by can can't come comes could couldn't did didn't do does doesn't doing
    don't done down each either else enough even ever every everything far few for from get gets getting go goes going
    gone got had has have haven't having he'd her here here's him his how i i'd i'll i'm i've if in into is isn't it
    it'd it'll it's its just kind last less let like little lot made make makes many may maybe me might more most much
    my myself never next no none nor not nothing now of off often oh okay ok old on once one ones only onto or other
    our out over own part per perhaps place put quite rather really same say saying says said see seem seems seen
    she should since so some somebody someone something sort still such take takes than that that'd that'll that's the
    their them then there there's these they they'd they'll they're they've thing things this those though through
    thus till to together too took towards two under until up upon us very was wasn't way ways we we'd we'll we're
    we've well went were what what's when where which while who whole whose why will with within without would yet you
    you'd you'll you're you've your yours first second both"""
    ]
)
"""Words that hold a sentence together; they give nothing away."""

COMMON: Final = stems(
    [
        """able above across act admit afterwards agree ah ahead aim almost along already alright although always angle
    angles answer answered answers anybody anyone anyway appreciate appreciated approach approaches area arrive
    arrived arrives ask assume attention aware bad base basic basically bear became become becomes beforehand
    began begin begins begun behavior behaviour behind believe belong belongs below beneath beside besides best
    better big bigger bit bits bottom bought break brief briefly bring bringing broad brought build built call
    calm came care careful carried carries carry case cases catch catches caught cause cautious centre certain
    certainly chance change check choice choose chose chosen clean cleaner clear close closely come comfort
    comfortable common compare complete concern consider contain continue corner corners count couple course
    curious daily day deal decide decided decision deep depart depend describe described describes describing
    design detail details differ different difficult direction discuss distance done door doors drawn drew drive
    early ease easier easiest easy edge effect effort end ended ends essentially evening everyday everyone exact
    example expect experience explain explained explaining explains explanation eye eyes fact fair fairness
    familiar family fast faster favour favours feel feet felt few fewer figure final finally find fine finish
    fit fix focus follow followed following follows forget form forward found frequent full fun funny further
    general generally gentle gently give given gives giving glad gone good grateful grew ground grow grown guard
    guess half hand handed handle hands hang happen happens happy hard harder hardest harm hat head hear heard
    held help helpful helps hidden hm hmm hold holding honest honestly hood hop hope hour hours house hung idea
    imagine important include initially inside instead interest interesting involve journey jump keep keeping
    keeps kept knew know known knows laid landed lands large larger late lately later lay lead leading leads
    lean leaning leans leave led left level lies life light line lines listen live lived lives long look looking
    looks lose lots love low main mainly manage mark matter matters mean means meant meanwhile mention mentioned
    mentioning mentions mhm middle mind minds minute mm moment morning mostly mouth move name named names naming
    narrow near neat neatly need needs never new nice night nobody normally note noted notice noticed notices
    number obvious odd offer often open opinion option ordinary others outside overall pace pair paper
    particular pause people person pick picked picking picture piece pieces places plain plan planned plans play
    pleasant plenty plus point points possible practical practice prefer prepare present problem proceed proper
    provide purpose putting puzzle question quick quicker quickly quiet ran rarely reach ready real reason
    reasoning reasons recall recognise recognize refer relate relaxed relied relies rely remember reply rest
    return right road roads room rough roughly round run running rush sat saw scene scenes scope seldom send
    sending sense sent serious serve set setting settle several shape share sharing shift shifted shoes short
    show shows side sides sight similar simple simpler simplest simply single sit sits situation slow slower
    slowly small smaller smooth soft solid solve someday sometimes soon sooner sound sounded sounds speak
    specific specifically spend spoke spoken spot spotted spread stand stands start started starting starts stay
    step steps stick stood stop story straight strange strategy structure stuck suggest sure surely surprise
    surprised surprising taken taking talk talked talking task team tell thank thanks think thinking thought
    thoughtful thoughts three threw throw thrown tidy time times tip today told tomorrow top topic total touch
    touched touches tour towards track trade travel travelled travels trick tricky trip trouble trust truth try
    trying turn turned turns twist understand understood unless up upfront use used useful user using usual
    usually value view visit wait walk walked walking want wants watch watched watching week weeks went wide
    wish wonder word words work working works world worries worry worth write written wrong wrote yeah year
    years yep yes yesterday"""
    ]
)
"""Everyday words in which a reaction may speak of anything."""
