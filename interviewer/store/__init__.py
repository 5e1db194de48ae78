"""The durable log: rows to events and back; rows never leave this room."""

from interviewer.store.log import StoredLog
from interviewer.store.records import StoredInterview, Summary, Verification
from interviewer.store.store import Store

__all__ = ["Store", "StoredInterview", "StoredLog", "Summary", "Verification"]
