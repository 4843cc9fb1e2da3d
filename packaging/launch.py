"""The start of both programs, as they are installed: by which name it was called says which."""

import os
import sys
from pathlib import Path

_LIBRARIES = "LD_LIBRARY_PATH"


def chosen() -> int:
    """Run the command line for ``esd``, the window for everything else."""
    if Path(sys.argv[0]).stem.lower() == "esd":
        from esd_desktop.cli import main as command_line

        return command_line()
    from esd_desktop.__main__ import main as window

    return window()


def _give_back_the_libraries() -> None:
    """PyInstaller's start, on Linux, points the loader at our libraries by the environment. They
    are found by now; a browser or a folder that is opened from here is to have the system's. A part
    of ours that is started from here would take what it inherits, and so has to begin anew."""
    theirs = os.environ.pop(f"{_LIBRARIES}_ORIG", None)
    os.environ.pop(_LIBRARIES, None)
    if theirs is not None:
        os.environ[_LIBRARIES] = theirs
    os.environ["PYINSTALLER_RESET_ENVIRONMENT"] = "1"


if sys.platform == "linux":
    _give_back_the_libraries()
sys.exit(chosen())
