"""`python -m interviewer` is the same as `interviewer`."""

from interviewer.cli.app import main

if __name__ == "__main__":
    main()
