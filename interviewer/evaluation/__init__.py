"""Measuring what we ship: scenarios, judges and their errors. Judges come as arguments, never as imports."""
