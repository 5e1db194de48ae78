"""One report, told as terminal, Markdown, HTML and JSON."""
