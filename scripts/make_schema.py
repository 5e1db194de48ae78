"""Write the JSON schema of scenario files anew: run it after a change of `interviewer/core/scenario.py`."""

from pathlib import Path

from interviewer.library import SCHEMA_FILE, schema_text

if __name__ == "__main__":
    path = Path(__file__).resolve().parent.parent / "scenarios" / SCHEMA_FILE
    path.write_text(schema_text(), encoding="utf-8")
    print(path)
