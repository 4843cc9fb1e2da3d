"""The start of the frozen programs, with a stand-in for the program itself."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

_LAUNCH = Path(__file__).parents[4] / "packaging" / "launch.py"


@pytest.mark.skipif(sys.platform != "linux", reason="only there the loader is told so")
@pytest.mark.parametrize("theirs", [None, "/opt/theirs"])
def test_what_is_started_from_here_finds_the_system_s_libraries_and_parts_begin_anew(
    tmp_path: Path, theirs: str | None
) -> None:
    package = tmp_path / "esd_desktop"
    package.mkdir()
    (package / "__init__.py").touch()
    names = ["LD_LIBRARY_PATH", "PYINSTALLER_RESET_ENVIRONMENT"]
    does = f"import os\ndef main():\n    print(*map(os.environ.get, {names}))\n    return 0\n"
    (package / "__main__.py").write_text(does)
    as_pyinstaller = {"LD_LIBRARY_PATH": "/opt/esd-desktop/_internal"}
    if theirs:
        as_pyinstaller["LD_LIBRARY_PATH_ORIG"] = theirs
    environment = {**os.environ, **as_pyinstaller, "PYTHONPATH": str(tmp_path)}
    said = subprocess.run(
        [sys.executable, _LAUNCH], env=environment, capture_output=True, text=True, check=True
    )
    assert said.stdout.split() == [str(theirs), "1"]
