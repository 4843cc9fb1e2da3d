"""The store's modules are left to their first use; each time in a process of its own."""

from __future__ import annotations

import subprocess
import sys
from textwrap import dedent


def _run(code: str) -> None:
    subprocess.run([sys.executable, "-c", dedent(code)], check=True, timeout=60)


def test_what_the_window_loads_takes_no_store_along() -> None:
    _run("""
        import sys
        from esd_desktop.late import leave_store, load_store
        leave_store()
        from esd_desktop.start import _load_the_rest
        _load_the_rest()
        assert "sqlalchemy" not in sys.modules
        load_store()
        from esd_desktop.models.store import accounts
        assert type(accounts) is type(sys)
        assert "sqlalchemy" in sys.modules
    """)


def test_a_module_is_loaded_with_its_first_use_and_taken_out_of_at_once() -> None:
    _run("""
        import sys
        from esd_desktop.late import leave_store
        leave_store()
        from esd_desktop.models.store import audit_hash, words
        assert type(words) is not type(sys)
        from esd_desktop.models.store.words import __name__ as name
        assert name == "esd_desktop.models.store.words"
        assert type(words) is type(sys)
        assert words.__spec__.loader is words.__loader__
        assert type(audit_hash) is not type(sys)
    """)


def test_nobody_finds_half_of_a_module() -> None:
    _run("""
        import sys, threading
        from esd_desktop.late import leave_store
        leave_store()
        sys.setswitchinterval(1e-6)
        from esd_desktop.models.store import accounts, orders, outbox
        wrong = []
        def use():
            try:
                accounts.one, orders.LISTING, outbox.LISTING
            except AttributeError as error:
                wrong.append(error)
        threads = [threading.Thread(target=use) for _ in range(8)]
        for each in threads:
            each.start()
        for each in threads:
            each.join()
        assert not wrong, wrong
    """)
