"""The exact bytes that stand for a scenario, and their hash: what an interview was started with."""

from __future__ import annotations

import hashlib
import json

from interviewer.core.scenario import Scenario


def canonical_bytes(scenario: Scenario) -> bytes:
    """The exact bytes that stand for a scenario in the store and under its hash (UTF-8 JSON, sorted keys).

    Defaults are left out, so that a field that a later version adds does not change the hash of an old scenario.
    """
    plain = scenario.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    return json.dumps(plain, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def scenario_sha256(scenario: Scenario) -> str:
    """SHA-256 of a scenario's canonical bytes, in hex."""
    return hashlib.sha256(canonical_bytes(scenario)).hexdigest()
