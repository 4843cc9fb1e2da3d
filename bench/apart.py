"""A function in a fresh process: what it answers, by way of JSON.

The window, memory and the start are measured there, where nothing else was loaded before.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from importlib import import_module
from typing import Any


def apart(function: str, *arguments: Any, environment: Mapping[str, str] | None = None) -> Any:
    """Call ``"package.module:function"`` with arguments that JSON can say; its answer.

    Raises CalledProcessError where it fails; its reason is on standard error.
    """
    done = subprocess.run(
        [sys.executable, "-m", "bench.apart", function, json.dumps(arguments)],
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen", **(environment or {})},
        stdout=subprocess.PIPE,
        check=True,
        text=True,
    )
    return json.loads(done.stdout.splitlines()[-1])


def _main() -> None:
    module, _, name = sys.argv[1].partition(":")
    answer = getattr(import_module(module), name)(*json.loads(sys.argv[2]))
    print(json.dumps(answer))


if __name__ == "__main__":
    _main()
