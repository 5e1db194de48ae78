"""One measurement of a judge, told for people: as Markdown, and as an HTML page with plots and every case to read."""
