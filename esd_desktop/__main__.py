"""Start the window: ``esd-desktop [--store URL]``, or ``python -m esd_desktop``."""

from __future__ import annotations

import argparse
import sys


def main() -> int:
    """The exit code of the window, or 2 for arguments that mean nothing."""
    parser = argparse.ArgumentParser(prog="esd-desktop", description="Manage ESD licences.")
    parser.add_argument("--store", metavar="URL", help="the store to open, for this time only")
    arguments, for_qt = parser.parse_known_args()
    from esd_desktop.app import run_window

    return run_window([sys.argv[0], *for_qt], arguments.store)


if __name__ == "__main__":
    sys.exit(main())
