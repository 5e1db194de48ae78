"""Reads what authors wrote: scenarios and the interviewer's lines; errors name the file, the place and the remedy."""

from interviewer.library.shelf import SCHEMA_FILE, Library, Listed, Origin, content, load_file, schema_text

__all__ = ["SCHEMA_FILE", "Library", "Listed", "Origin", "content", "load_file", "schema_text"]
