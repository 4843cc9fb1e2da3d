"""``python -m esd_desktop.demo``: the demo in a window, or its tour where there is no screen."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from pathlib import Path

from platformdirs import user_data_path

from esd_desktop.demo.place import Place
from esd_desktop.demo.portal import PortalProcess
from esd_desktop.errors import EsdError
from esd_desktop.sandbox.process import SandboxProcess

_TOUR_FOLDER = Path("demo-tour")


def main() -> int:
    """The exit code: 0 when the window was closed or the tour went through."""
    chosen = _arguments()
    # The tour changes what it shows, so it always begins with a fresh place.
    tour = chosen.tour or (None if _has_screen() else _TOUR_FOLDER)
    place = Place(chosen.directory or user_data_path("ESD Desktop Demo", appauthor=False))
    if tour is not None:
        if not chosen.on_screen:
            os.environ["QT_QPA_PLATFORM"] = "offscreen"
        place = Place(tour / "place")
        tour.mkdir(parents=True, exist_ok=True)
    if chosen.fresh or tour is not None or not place.is_filled:
        place.clear()
    try:
        return _run(place, tour)
    except EsdError as fault:
        print(fault, file=sys.stderr)
        return 1


def _run(place: Place, tour: Path | None) -> int:
    place.enter()
    with _sandbox_beside(place) as sandbox:
        if not place.is_filled:
            from esd_desktop.demo.prepare import prepare

            asyncio.run(prepare(place, sandbox.addresses))
        with PortalProcess(place) as portal:
            if tour is None:
                from esd_desktop.start import run_window

                return run_window(sys.argv[:1])
            from esd_desktop.demo.tour import run_tour

            return run_tour(tour, sandbox.addresses, portal.url)


def _sandbox_beside(place: Place) -> SandboxProcess:
    """The sandbox, running. While it starts, the window's modules are loaded here."""
    with ThreadPoolExecutor(max_workers=1) as aside:
        starting = aside.submit(SandboxProcess, place.sandbox)
        import_module("esd_desktop.app")
        return starting.result()


def _has_screen() -> bool:
    if sys.platform != "linux":
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="demo", description=__doc__)
    parser.add_argument(
        "--tour", type=Path, metavar="DIR", help="drive the window offscreen; pictures go to DIR"
    )
    parser.add_argument("--on-screen", action="store_true", help="let the tour be watched")
    parser.add_argument("--directory", type=Path, help="where the demo keeps its data")
    parser.add_argument("--fresh", action="store_true", help="begin anew")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
