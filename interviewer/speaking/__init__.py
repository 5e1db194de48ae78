"""The moves of the interview, put into words."""
