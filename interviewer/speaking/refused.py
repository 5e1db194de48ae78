"""Turns of phrase that a model may not use in the interviewer's name, each list with the reason for refusing it."""

from __future__ import annotations

import re
from typing import Final

_BETWEEN: Final = re.compile(r"\s+\|\s+|\s*\n\s*")


def _phrases(text: str) -> re.Pattern[str]:
    """A pattern for any of the phrases that stand between spaced bars and line ends, as whole words in any case."""
    return re.compile("|".join(rf"\b(?:{one})\b" for one in _BETWEEN.split(text.strip())), re.IGNORECASE)


def _openings(text: str) -> re.Pattern[str]:
    """The same, where a sentence or a clause begins."""
    lead = r"(?:^|[,:;.–—-]\s*|\b(?:and|so|but|or|now|then|okay|well)\s+)"
    return re.compile(lead + f"(?:{'|'.join(_BETWEEN.split(text.strip()))})\\b", re.IGNORECASE)


QUESTION_OPENINGS: Final = _openings(
    r"""
    (?:what|why|how|when|where|who|whose|which) (?:is|are|was|were|do|does|did|would|could|should|can|will|has|have)
    (?:what|why|how|when|where|who|whose|which) (?:about|else|happens?|comes?|if|next|kind|sort|exactly|many|much|one)
    (?:is|are|was|were|do|does|did|can|could|would|will|should|has|have|had)(?:n't)? (?:you|it|that|this|there|the)
    (?:is|are|was|were|do|does|did|can|could|would|will|should|has|have|had)(?:n't)? (?:they|we|i|he|she|a|an|any)
    please | consider | think | try | imagine | suppose | look | start | recall | focus | note | use | explain
    describe | elaborate | clarify | expand | say | go on | keep | add | name | list | compare | picture | take it
    don't
    """
)
QUESTIONS: Final = _phrases(
    r"""
    (?:what|how) about | (?:can|could|would|will) you | (?:tell|show|give|walk|talk|take|remind) (?:me|us)
    (?:like|love|want|wish|keen|eager|interested|curious)(?: to)? (?:hear|know|understand|see|learn|explore|ask)
    curious | wonder(?:ing)? | ask(?:ing)? (?:you|whether|if|about) | questions? | elaborate | say more | more detail
    go deeper | anything else | isn't it | don't you | wouldn't it | or not
    """
)
VERDICTS: Final = _phrases(
    r"""
    right | correct(?:ly)? | exact(?:ly)? | precise(?:ly)? | good | great | nice(?:ly)? | excellent | perfect(?:ly)?
    well | true | yes | yeah | yep | indeed | absolutely | definitely | certainly | agreed? | fair | solid | sound
    strong | sensible | reasonable | valid | accurate | spot on | impressive | lovely | fine | thorough | clear(?:ly)?
    helpful | useful | interesting | important | key | makes (?:\w+ )?sense | that's it | there you go | love
    like (?:that|it|this|how) | fantastic | wonderful | amazing | awesome | brilliant | superb | complete(?:ly)?
    comprehensive | detailed | appreciate
    """
)
CONTRADICTIONS: Final = _phrases(
    r"""
    not | no | never | nothing | nor | neither | without | \w+n't | wrong(?:ly)? | incorrect | mistak\w* | false | bad
    weak | poor | unfortunately | sadly | however | but | although | except | actually | missing | missed | misses
    lacks? | lacking | left out | forgot\w* | overlook\w* | part(?:ly|ial|ially) | almost | nearly | halfway | close
    incomplete | confus\w* | unclear | vague
    """
)
SET_PHRASES: Final = _phrases(
    r"""
    no (?:problem|worries|worry|harm done|rush|hurry|trouble) | not (?:a problem|to worry) | don't worry | all right
    right away | very well | as well | that's (?:quite )?(?:fine|okay) | fair enough
    """
)
"""They hold a word of the two lists above, and judge nothing."""

FORBIDDEN: Final[tuple[tuple[str, re.Pattern[str]], ...]] = (
    ("it asks something", QUESTION_OPENINGS),
    ("it asks something", QUESTIONS),
    (
        "it speaks of scores",
        _phrases(
            r"""
            scor(?:e|es|ed|ing) | points? | rubrics? | criteri\w+ | grad(?:e|es|ed|ing) | marks? | rating | rated
            credits? | levels? | percent | checklist | expected | pass(?:ed|es)? | fail(?:ed|s)? | assess\w*
            evaluat\w* | judg\w* | out of (?:ten|four|five|\d+) | answer key | benchmark
            """
        ),
    ),
    (
        "it helps",
        _phrases(
            r"""
            you(?:'d| would)? (?:should|must|need|might|may|ought|have to|had better|could|can|want to)
            suggest | recommend | advi[sc]e | prefer | instead | better | rather | alternatively | remember
            keep in mind | the answer | secret | clue | spoiler | first letter | starts with | rhymes
            """
        ),
    ),
    (
        "it announces or promises",
        _phrases(
            r"""
            let(?:'s| us| me) | (?:we|i)(?:'ll| will| shall|'m going| am going|'re going| can| could| would|'d)
            (?:next|last|another|final) (?:one|part|topic|round|stage|step|interview) | mov(?:e|ing) on
            hir(?:e|ed|ing) | offer | salary | recruit\w* | promis\w* | guarantee\w* | shortlist\w* | onboard\w*
            colleagues? | aboard | congrat\w* | hear (?:back|from us) | interviews? | interviewer | candidates?
            applicants? | vacanc\w* | position | (?:the|your|this) job | the company | our (?:company|team|process)
            manager | hr | minutes? left | time left | running out | skip | wrap up
            """
        ),
    ),
    (
        "it speaks of itself",
        _phrases(
            r"""
            ai | llm | gpt\w* | openai | chatbot | bot | robot | language model | as an? \w+ model | assistant
            prompts? | instructions? | instructed | told (?:me )?to | ignor\w+ | disregard\w* | overrid\w+
            jailbreak\w* | (?:system|developer|debug|admin) (?:prompt|message|mode) | mode (?:on|enabled|activated)
            persona | pretend\w* | role ?play\w* | comply | complying | as (?:you )?(?:requested|asked|instructed)
            at your request | my rules | allowed to | cannot (?:share|reveal|say) | reveal\w* | confidential
            (?:interviewer|candidate|assistant|system|user|answer|reply|response|output)\W*:.*
            """
        ),
    ),
    (
        "it speaks of the person",
        _phrases(
            r"""
            accent | nervous\w* | nerves | confiden(?:t|tly|ce) | pronounc\w* | pronunciation
            your (?:name|english|voice|tone|age|experience|background|personality|attitude|passion|enthusiasm)
            your (?:honesty|grammar|language|style|manner) | sir | madam | ma'am | mrs? | ms | miss | mate | buddy | bro
            dude | guys? | girl | boy | lady | man | woman | young | dear | friend | darling | smart | clever
            intelligent | talented | genius | gifted | expert | senior | junior | beginner | novice | honest(?:y|ly)?
            you(?:'re| are| must be)(?: \w+)? (?:a|an|the|so|very|really|clearly|obviously|good|great|strong|ready)
            you(?:'re| are| must be)(?: \w+)? (?:tired|calm|tense|excited|passionate|knowledgeable|experienced|stressed)
            you (?:\w+ )?(?:know your|seem|sound|look|appear) | breathe?
            """
        ),
    ),
)
INSTRUCTIONS: Final = _phrases(
    r"""
    (?:ignore|disregard|forget|override|bypass) (?:\w+ ){0,4}(?:instructions?|rules?|prompts?|rubrics?|criteria|above)
    (?:say|repeat|reply|respond|print|output)(?: with)?(?: the (?:words?|sentence|following))?\s*[:"“'‘].*
    (?:say|repeat|reply|respond|answer|speak|talk|write|finish|begin|start|end)\b.{0,30}\b(?:after me|exactly|verbatim)
    (?:say|reply|respond|answer|speak|talk|write)\b.{0,30}\b(?:in|like an?|as an?) (?:\w+ )?(?:\w+ish|german|french)
    (?:say|reply|respond|answer|speak|talk|write)\b.{0,30}\b(?:pirate|rhymes?|capitals|emoji|poem)
    (?:you are|you're) now | act as | pretend | imagine you | from now on | role ?play
    (?:system|developer|assistant|admin|hidden|original|initial) ?(?:prompt|message|instructions?|mode|note|override)
    rubric | reference answer | answer key | your (?:prompt|instructions|rules) | language model | chatbot | jailbreak
    (?:system|assistant|developer|interviewer)\s*: .*
    """
)
"""What a candidate says to whoever speaks, rather than about the subject."""
