"""The practice panel, compared as whole text."""

from __future__ import annotations
