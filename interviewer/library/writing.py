"""Writes a scenario as a file that `load_file` reads back to the very same scenario."""

from __future__ import annotations

from typing import Any, Final

import yaml

from interviewer.core.scenario import Scenario

WIDTH: Final = 110
"""Columns after which quoted text goes on in the next line."""


class _Dumper(yaml.SafeDumper):
    """Quotes all text: what a YAML library writes bare, `1e5` or `08`, may read as a number elsewhere."""

    def represent_mapping(self, tag: str, mapping: Any, flow_style: bool | None = None) -> yaml.MappingNode:
        node = super().represent_mapping(tag, mapping, flow_style)
        for key, _ in node.value:
            key.style = None
        return node

    def ignore_aliases(self, data: Any) -> bool:
        """Texts that are the same are written out each time: scenario files have no anchors."""
        return True


def _text(dumper: _Dumper, text: str) -> yaml.ScalarNode:
    # Unicode's own line separators do not survive in a block.
    block = "\n" in text and not any(char in text for char in "\u2028\u2029")
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if block else '"')


_Dumper.add_representer(str, _text)


def scenario_text(scenario: Scenario, note: str) -> str:
    """A scenario as YAML, with a note of one line before it; values that are the default are left out."""
    plain = scenario.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    body = yaml.dump(plain, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=WIDTH)
    return f"# {' '.join(note.split())}\n{body}"
