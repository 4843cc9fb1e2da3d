"""The demo: a sandbox in Microsoft's place, a store of invented licences, and the real window.

::

    __main__.py   python -m esd_desktop.demo [--tour DIR]
    names.py      invented resellers and customers
    world.py      what they bought, and what became of it: the lines of an export file
    place.py      its folder
    prepare.py    fills the sandbox and the store
    connecting.py connects a store to a sandbox
    tour.py       leads through the steps, keeps pictures and tour.json
    steps.py      the main job, step by step, in the real window
    hands.py      what a person does: look, click, type, wait
    witness.py    what the window, the store and the sandbox each say after a step
"""
