"""One tree of errors, each with what happened, what to do next, and the exit status it leads to.

InterviewerError            1  our own failure
├── UsageError              2  the command was used wrongly
│   ├── NotFound            2  something named does not exist
│   ├── ScenarioError       2  a scenario file cannot be used
│   └── CaseFileError       2  a file of labelled cases, bars or measurements cannot be used
├── SettingsError           2  a setting or the home folder cannot be used
├── StoreError              1  the database cannot be read or written
│   ├── StoreBusy           1  another process holds it
│   ├── StoreTooNew         1  written by a newer version
│   └── DamagedLog          4  the chain of an interview's log is broken
├── ModelFailed             1  a chat model, or the way to it, failed
├── ModelFileError          1  the embedded judge's files are missing or changed
├── IllegalEvent            1  an event that the interview's state does not allow
└── CheckFailed             4  a check did not hold
"""

from __future__ import annotations

from enum import StrEnum


class InterviewerError(Exception):
    """What a user is told instead of a traceback: a message, a remedy, and an exit status."""

    exit_code = 1

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.message}\n{self.remedy}" if self.remedy else self.message


class UsageError(InterviewerError):
    """The command was used wrongly."""

    exit_code = 2


class NotFound(UsageError):
    """Something that was named does not exist."""


class ScenarioError(UsageError):
    """A scenario file cannot be used; the message names the file and the place."""


class CaseFileError(UsageError):
    """A file of labelled cases, bars or measurements cannot be used; the message names the file and the line."""


class SettingsError(InterviewerError):
    """A setting or the home folder cannot be used."""

    exit_code = 2


class StoreError(InterviewerError):
    """The database cannot be read or written."""


class StoreBusy(StoreError):
    """Another process holds the database or this interview."""


class StoreTooNew(StoreError):
    """The database was written by a newer version of the program."""


class DamagedLog(StoreError):
    """A row of an interview's log was changed, is missing, or is out of order."""

    exit_code = 4


class Failure(StrEnum):
    """How a chat model, or the way to it, failed."""

    UNREACHABLE = "unreachable"
    TIMED_OUT = "timed out"
    UNAUTHORISED = "unauthorised"
    UNKNOWN_MODEL = "unknown model"
    RATE_LIMITED = "rate limited"
    SERVER_ERROR = "server error"
    BAD_REQUEST = "bad request"
    BAD_REPLY = "bad reply"
    OVER_BUDGET = "over budget"


class ModelFailed(InterviewerError):
    """A chat model, or the way to it, failed; the conversation goes on without it.

    `reply` is what it answered, if anything, cut where it was too long. No message ever holds a key.
    """

    def __init__(self, failure: Failure, message: str, remedy: str = "", *, reply: str = "") -> None:
        super().__init__(message, remedy)
        self.failure = failure
        self.reply = reply


class ModelFileError(InterviewerError):
    """A file of the embedded judge is missing, or is not the one this version was built with."""


class IllegalEvent(InterviewerError):
    """An event that the interview's present state does not allow; nothing was changed."""


class CheckFailed(InterviewerError):
    """A check that the user asked for did not hold."""

    exit_code = 4
