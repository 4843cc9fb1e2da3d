"""Work beyond one machine: what ``esd worker`` does by itself, and what others leave to it.

::

    work_jobs.py  a worker's life: jobs are taken and done until it is told to stop
    queue.py      procrastinate, and nothing else of it anywhere
    asked_work.py a mass work that somebody asked for
    nightly.py    what is begun once a night
    sharing.py    the calls that Microsoft takes at once, shared out over all who call
    giving_way.py a desktop leaves a work to a worker for a moment
"""
