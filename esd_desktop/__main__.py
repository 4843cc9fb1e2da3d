"""Start the window: ``esd-desktop [--store URL]``, or ``python -m esd_desktop``.

With ``--link``, the system has been asked for an ``esd://`` link, which a window that runs takes.
With ``--demo``, the demo, which takes what follows; with ``--worker``, the process that the window
starts for what takes long (services/worker/); with ``--part``, any other (parts.py).
"""

from __future__ import annotations

import gc
import signal
import sys

from esd_desktop import parts

_DEMO_OPTION = "--demo"
_LINK_OPTION = "--link"


def main() -> int:
    """The exit code of the window, or 2 for arguments that mean nothing."""
    if sys.argv[1:2] == [parts.PART_OPTION]:
        parts.run(sys.argv[2:])
    if sys.argv[1:2] == [_DEMO_OPTION]:
        parts.run([parts.DEMO, *sys.argv[2:]])
    if sys.argv[1:2] == [_LINK_OPTION]:
        # A link is anybody's text: whatever it holds, it is never an option.
        return _follow(" ".join(sys.argv[2:]))
    if sys.argv[1:2] == [parts.WORKER_OPTION]:
        return _work()
    if not sys.argv[1:]:
        return _show(sys.argv)
    # Not loaded for the two above, for which somebody waits.
    import argparse

    parser = argparse.ArgumentParser(prog="esd-desktop", description="Manage ESD licences.")
    parser.add_argument("--store", metavar="URL", help="the store to open, for this time only")
    parser.add_argument(_DEMO_OPTION, action="store_true", help="try it out, with invented data")
    parser.add_argument(_LINK_OPTION, metavar="LINK", help="show what an esd:// link names")
    arguments, for_qt = parser.parse_known_args()
    return _show([sys.argv[0], *for_qt], arguments.store)


def _follow(link: str) -> int:
    from esd_desktop.folders import folders
    from esd_desktop.handing_over import hand_over

    if link and hand_over(link, folders()):
        return 0
    return _show(sys.argv[:1], link=link)


def _show(arguments: list[str], store: str | None = None, link: str = "") -> int:
    # Beside all that follows, it loads what opens a store.
    worker = parts.begin_worker()
    from esd_desktop.ui.qt import load_qt

    load_qt()
    from esd_desktop.start import run_window

    return run_window(arguments, store, link=link, worker=worker)


def _work() -> int:
    # Ctrl+C in the terminal is for the window, which then closes, and with it this.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # Nothing of what is loaded is garbage. It is collected again once the store is open.
    gc.disable()
    from esd_desktop.folders import folders
    from esd_desktop.logs import start_logging

    # Before what logs is loaded, and takes rich along.
    start_logging(folders().logs, "esd-desktop-worker")
    from esd_desktop.services.worker.serving import serve

    serve()
    return 0


if __name__ == "__main__":
    sys.exit(main())
