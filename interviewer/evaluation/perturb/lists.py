"""Words that are written or heard for one another."""

from __future__ import annotations

from typing import Final


def word_set(lines: str) -> frozenset[str]:
    """Words that stand apart by white space, as a set."""
    return frozenset(lines.split())


def _pairs(lines: str) -> dict[str, str]:
    return dict(pair.split("/") for pair in lines.split())


HEARD: Final = _pairs(
    """their/there there/their they're/their your/you're you're/your its/it's it's/its write/right writes/rights
    right/write read/red cache/cash caches/cashes cached/cashed caching/cashing queue/cue queues/cues byte/bite
    bytes/bites sync/sink break/brake breaks/brakes which/witch would/wood by/buy through/threw new/knew see/sea
    sees/seas be/bee here/hear sent/cent base/bass allowed/aloud role/roll roles/rolls whole/hole wait/weight
    waits/weights site/sight affect/effect passed/past main/mane piece/peace where/wear whether/weather
    daemon/demon sql/sequel json/jason"""
)
"""What speech recognition hears for a word. No pair makes or hides a negation or a number."""

TYPED: Final = _pairs(
    """receive/recieve receives/recieves received/recieved separate/seperate separately/seperately because/becuase
    the/teh which/wich different/diffrent definitely/definately occurred/occured response/reponse
    responses/reponses request/requset requests/requsets process/proccess processes/proccesses
    environment/enviroment dependency/dependancy dependencies/dependancies address/adress addresses/adresses
    until/untill should/shoudl there/ther their/thier successful/succesful necessary/neccessary
    database/databse memory/memroy information/infromation and/adn with/wiht that/taht would/woudl
    when/wehn before/befroe through/throught again/agian check/chekc between/bewteen available/availible
    accessible/accessable consistent/consistant existence/existance immediately/immediatly message/mesage
    messages/mesages password/pasword function/funciton object/obejct value/vlaue return/retrun returns/retruns"""
)
"""Common slips of the fingers and common misspellings."""

_BRITISH: Final = _pairs(
    """behaviour/behavior behaviours/behaviors colour/color colours/colors centre/center centres/centers
    catalogue/catalog licence/license analyse/analyze analysed/analyzed analysing/analyzing cancelled/canceled
    cancelling/canceling labelled/labeled labelling/labeling modelling/modeling modelled/modeled
    travelling/traveling grey/gray defence/defense favour/favor neighbour/neighbor neighbours/neighbors
    honour/honor artefact/artifact artefacts/artifacts signalled/signaled signalling/signaling
    judgement/judgment fulfil/fulfill"""
)
_ISE: Final = word_set(
    """optim organ real recogn priorit minim maxim util custom container virtual denormal normal parallel
    token sanit random summar serial deserial author initial synchron special general material central"""
)

AMERICAN: Final = _BRITISH | {
    f"{stem}is{end}": f"{stem}iz{end}" for stem in _ISE for end in ("e", "es", "ed", "ing", "er", "ation", "ations")
}
"""British spellings with the American ones."""
BRITISH: Final = {american: british for british, american in AMERICAN.items()}

UNCOUNTABLE: Final = {
    word: f"{word}s"
    for word in word_set("information software hardware knowledge advice traffic feedback equipment data")
}
"""What second-language speakers count."""

PRESENT: Final = _pairs(
    """sent/send got/get made/make took/take wrote/write ran/run found/find saw/see knew/know built/build
    chose/choose kept/keep gave/give began/begin used/use worked/work checked/check looked/look fixed/fix
    added/add changed/change moved/move started/start stopped/stop wanted/want needed/need tested/test
    noticed/notice solved/solve called/call learned/learn removed/remove stored/store"""
)
"""Past forms with the present."""

THIRD: Final = _pairs(
    """sends/send gets/get makes/make takes/take gives/give uses/use needs/need runs/run returns/return
    stores/store works/work helps/help keeps/keep holds/hold reads/read writes/write means/mean goes/go
    checks/check calls/call starts/start stops/stop contains/contain creates/create"""
)
"""Forms after he, she or it, without their s."""
