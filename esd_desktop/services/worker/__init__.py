"""The worker process: where long verbs run, so that they compute beside the window instead of
taking turns with it.

::

    process.py   the window's side: starts it, calls, hears that it ended, starts it again
    serving.py   the process itself: the same services on the same store, and the mass works
    messages.py  what goes over the pipes between the two

The process ends with the window, however that ends: the pipe from it is closed.
"""
