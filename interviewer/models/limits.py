"""How long a chat model may take, how often it is asked again, and how much it may say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

MAX_REPLY_BYTES: Final = 65_536
"""A reply is read no further than this: the body of a whole one, a line of a streamed one, the text of either."""
MAX_STREAM_BYTES: Final = 4_194_304
"""A streamed reply is read no further than this, all its events together."""
ASK_TOKENS: Final = 4_000
"""The most that a judge's reply may take, the tokens a model thinks with included."""
SAY_TOKENS: Final = 600
"""The most that an interviewer's line may take."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Patience with a model, in seconds, and how often it is asked again."""

    connect: float = 5.0
    """Until the endpoint takes the connection."""
    first: float = 20.0
    """Of a streamed reply: until its first word."""
    between: float = 10.0
    """Of a streamed reply: between two pieces of it."""
    whole: float = 60.0
    """For all of a call, with every try and wait of it."""
    retries: int = 2
    """How often it is asked again when it is busy, broken or out of reach."""


JUDGING: Final = Limits()
"""A verdict may take its time: the conversation does not wait for it."""
SPEAKING: Final = Limits(connect=1.5, first=1.5, between=1.5, whole=4.0, retries=0)
"""A candidate waits for a line: whatever is slow is given up for an authored one."""
