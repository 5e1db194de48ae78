"""Figures of matplotlib as SVG to stand within a page: its colours and fonts, light or dark, and nothing fetched."""

from __future__ import annotations

import io
import re
from contextlib import AbstractContextManager
from typing import Any, Final

import matplotlib as mpl
from markupsafe import Markup, escape
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure as Drawing

INK, SOFT, LINE, PAPER, WASH = "#1d1c1a", "#5d5a55", "#dcd6ca", "#fffdf8", "#f5f1e8"
GOOD, BAD, OPEN = "#1f6b3b", "#a3271e", "#5b3f91"
_VARIABLES: Final = {
    INK: "--ink",
    SOFT: "--soft",
    LINE: "--line",
    PAPER: "--paper",
    WASH: "--wash",
    GOOD: "--good",
    BAD: "--bad",
    OPEN: "--open",
}
"""Drawn in the page's light colours, and then named, so that the page's dark colours take their place."""
_POINTS: Final = 72
SIZE: Final = 12.5
"""Size of letters (points)."""
_HEAD: Final = re.compile(r"^.*?<svg[^>]*?viewBox=\"([^\"]+)\"[^>]*>", re.DOTALL)
_STYLE: Final[dict[Any, Any]] = {
    "axes.edgecolor": LINE,
    "axes.facecolor": "none",
    "axes.labelcolor": SOFT,
    "axes.labelsize": SIZE,
    "figure.facecolor": "none",
    "font.family": "DejaVu Sans",
    "font.size": SIZE,
    "grid.color": LINE,
    "legend.frameon": False,
    "legend.fontsize": SIZE,
    "text.color": INK,
    "text.parse_math": False,
    "xtick.color": LINE,
    "xtick.labelcolor": SOFT,
    "xtick.major.size": 0,
    "ytick.color": LINE,
    "ytick.labelcolor": INK,
    "ytick.major.size": 0,
}


def style() -> AbstractContextManager[None]:
    """A context in which figures are made and drawn in the page's manner."""
    return mpl.rc_context(_STYLE)


def drawing(width: float, height: float) -> tuple[Drawing, Axes]:
    """An empty figure of this size (pixels of the page) with axes that show no box."""
    made = Drawing(figsize=(width / _POINTS, height / _POINTS), layout="constrained")
    FigureCanvasSVG(made)
    axes = made.add_subplot()
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.set_axisbelow(True)
    return made, axes


def to_svg(made: Drawing, name: str, title: str, description: str) -> Markup:
    """The figure as an element; `name` is unlike those of the page's other figures, for the ids within."""
    file = io.StringIO()
    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": name}):
        made.savefig(file, format="svg", metadata={"Date": None, "Creator": None, "Format": None, "Type": None})
    drawn = file.getvalue()
    head = _HEAD.match(drawn)
    assert head is not None
    return Markup(_opening(head[1], name, title, description) + _inner(drawn[head.end() :]))


def _opening(box: str, name: str, title: str, description: str) -> str:
    width = box.split()[2]
    names = f"{name}-title {name}-says"
    return (
        f'<svg viewBox="{box}" style="--width:{float(width):g}px" role="img" aria-labelledby="{names}">'
        f'<title id="{name}-title">{escape(title)}</title><desc id="{name}-says">{escape(description)}</desc>'
    )


def _inner(drawn: str) -> str:
    """Without ids that nothing refers to, own fonts and own colours."""
    drawn = re.sub(r"<defs>\s*<style.*?</style>\s*</defs>", "", drawn, count=1, flags=re.DOTALL)
    drawn = re.sub(r"<!--.*?-->", "", drawn, flags=re.DOTALL)
    drawn = re.sub(r'<g id="[^"]*"', "<g", drawn)
    drawn = re.sub(r"font-family: [^;\"]*;? ?", "", drawn)
    for colour, variable in _VARIABLES.items():
        drawn = drawn.replace(colour, f"var({variable})")
    return re.sub(r"\s*\n\s*", " ", drawn).strip()
