"""Whole interviews with simulated candidates: what the interviewer does wrong is counted from their logs."""
