"""The start of both programs, as they are installed: by which name it was called says which."""

import sys
from pathlib import Path


def chosen() -> int:
    """Run the command line for ``esd``, the window for everything else."""
    if Path(sys.argv[0]).stem.lower() == "esd":
        from esd_desktop.cli import main as command_line

        return command_line()
    from esd_desktop.__main__ import main as window

    return window()


sys.exit(chosen())
