"""``dev.py fuzz``: many more cases than on an ordinary day, and new ones each time."""

from __future__ import annotations

import argparse
import os
import random
import sys

import pytest

_TARGETS = ["tests/reliability/fuzz", "tests/sandbox/test_schema.py", "tests/portal/test_schema.py"]
_A_CASE_TAKES_AT_MOST_S = 2


def main() -> int:
    parser = argparse.ArgumentParser(prog="dev.py fuzz", description=__doc__)
    parser.add_argument("--examples", type=int, default=2_000, help="cases a target (2000)")
    parser.add_argument("--seed", type=int, default=random.randrange(2**32))
    wanted = parser.parse_args()
    os.environ["ESD_FUZZ_EXAMPLES"] = str(wanted.examples)
    print(f"{wanted.examples} cases a target; again with --seed {wanted.seed}", flush=True)
    options = [f"--hypothesis-seed={wanted.seed}", "--durations=0", "--durations-min=1"]
    limit = max(60, wanted.examples * _A_CASE_TAKES_AT_MOST_S)
    return int(pytest.main([*_TARGETS, *options, f"--timeout={limit}", "-n", "2"]))


if __name__ == "__main__":
    sys.exit(main())
