"""What dev.py is made of. The standard library only: it runs before anything is installed.

::

    environment.py    .venv: made, filled from the lock, recognised as ready the next time
    one_at_a_time.py  two runs at once do not set up the same folder
    qt_libraries.py   what Qt needs of a Linux system, found by asking the loader
    postgresql.py     a PostgreSQL server for the tests: found, or installed with apt
    apt.py            packages of Debian and Ubuntu: installed where that is allowed, else named
    checks.py         the linters and the tests, with one verdict
    trouble.py        what is said to a person when something cannot go on
"""
