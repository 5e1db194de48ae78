"""The command line: one typer app, one error boundary."""
