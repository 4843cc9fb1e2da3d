"""Side-by-side measurements: ``python3 dev.py bench [NAME ...]`` prints a table.

::

    __main__.py   which are measured, on how much; the table
    table.py      a row of it: what was measured, against what, to reach what
    timing.py     times taken in turns, so that a noisy machine is as noisy to both
    place.py      what a measurement is handed: the stores, a folder, how often
    data/         the stores that are measured, built once and kept
    apart.py      a measurement in a process of its own
    services.py   the program's services on such a store
    start.py      from the command to the window (started.py, empty_window.py)
    files.py      import and export
    lists.py      pages, jumps, searches
    mass.py       many at once
    growth.py     the same with ten times as much, and again
    peers.py      other programs on the same file: Qt's own model (peer_window.py), and by hand
                  (by_hand.py) on a screen that nobody sees (screen.py) DB Browser (db_browser.py)
                  and the program (own_window.py)
    server.py     the same on PostgreSQL

These are no timed tests: nothing fails where a figure falls short, the table says so. Each ratio
comes from one run, in which both sides took turns. No code of the program imports from here.
"""
