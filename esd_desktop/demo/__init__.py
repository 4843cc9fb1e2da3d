"""The demo: a sandbox in Microsoft's place, a store of invented licences, and the real window.

::

    __main__.py   python -m esd_desktop.demo [--tour DIR]
    names.py      invented resellers and customers
    world.py      what they bought, and what became of it: the lines of an export file
    prepare.py    starts the sandbox, fills it and the store
    tour.py       the main job, step by step, in the real window
    witness.py    what the window, the store and the sandbox each say after a step
"""
