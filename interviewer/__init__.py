"""A structured technical interview in conversation, judged against the candidate's own words."""

__version__ = "0.1.0"
