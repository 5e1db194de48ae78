"""Text of candidates and scenarios within Markdown and HTML: shown as it is, never read as more."""

from __future__ import annotations

import re
from typing import Final

from markdown_it import MarkdownIt
from markdown_it.token import Token

from interviewer.core.turns import clean

_INLINE: Final = re.compile(r"([\\`*_\[\]#|~$!])")
_LINE_START: Final = re.compile(r"^([-+=>]|\d+(?=[.)]))")
_LINK: Final = re.compile(r"(?<=\w)(:)(?=//)|(?<=\bwww)(\.)", re.IGNORECASE)
_ACTIVE: Final = {"html_block", "html_inline", "image", "link_open"}


def markdown_line(text: str) -> str:
    """Text as one line of Markdown that reads as the text itself; bare addresses make no links."""
    return _escaped(" ".join(clean(text).split()))


def markdown_block(text: str) -> str:
    """Text of several lines as a Markdown quotation that keeps its lines and their indentation."""
    lines = []
    for line in clean(text).expandtabs(4).split("\n"):
        bare = line.lstrip(" ")
        lines.append("\u00a0" * (len(line) - len(bare)) + _escaped(bare.rstrip()))
    return "\n".join(f"> {line}{'' if place == len(lines) - 1 else '  '}" for place, line in enumerate(lines))


def _escaped(line: str) -> str:
    line = line.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    line = _LINK.sub(lambda match: f"\\{match[0]}", _INLINE.sub(r"\\\1", line))
    return _LINE_START.sub(lambda match: f"{match[0]}\\" if match[0].isdigit() else f"\\{match[0]}", line)


def quoted_markdown(text: str) -> str:
    """An author's Markdown as a quotation; with links, images or HTML in it, only its source is shown."""
    source = clean(text)
    if _active(MarkdownIt("commonmark").enable("table").parse(source)):
        ticks = max((len(run) for run in re.findall(r"`+", source)), default=0)
        fence = "`" * max(3, ticks + 1)
        source = f"{fence}\n{source}\n{fence}"
    return "\n".join(f"> {line}".rstrip() for line in source.split("\n"))


def _active(tokens: list[Token]) -> bool:
    return any(token.type in _ACTIVE or (token.type == "inline" and _active(token.children or [])) for token in tokens)


def html_of_markdown(text: str) -> str:
    """An author's Markdown as HTML without links, images or any HTML of its own."""
    reader = MarkdownIt("commonmark", {"html": False}).enable("table")
    reader.disable(["link", "image", "autolink", "reference", "html_inline", "html_block"])
    return str(reader.render(clean(text)))
