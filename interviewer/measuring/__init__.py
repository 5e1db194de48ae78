"""Measures judges and the interviewer: puts evaluation together with real judges, files, processes and a clock."""
