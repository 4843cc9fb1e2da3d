"""A sandbox on loopback: an Entra token endpoint, an ESD service and a mail sink in one process.

For trying the program out, for the demo and for the tests. It imports nothing of the program
besides its exception tree, so it cannot share the program's mistakes.

::

    process.py      starts the sandbox as a child process, for the demo and the tests
    client.py       SandboxControl: what a test or a trainer asks of a running sandbox
    __main__.py     python -m esd_desktop.sandbox DIR

    server.py       opens everything below in order, serves until told to stop, closes it again
    addresses.py    where a running sandbox is reached, and the file sandbox.json that says so
    identity.py     who it plays (tenant, client, channel) and which ports it had last time
    authority.py    its certificate authority; the server's and the demo client's certificates
    lock.py         one sandbox a directory
    files.py        writing a file whole or not at all

    entra.py        the token endpoint              assertion.py    is this client assertion sound?
    esd_service.py  the four calls of ESD           licensing.py    what may happen to a licence
    catalogue.py    the products and their prices   licence.py      a licence, its key and its link
    mail_sink.py    takes mails and keeps them
    control.py      /sandbox/…: look behind the scenes and intervene

    stage.py        plays one call: count it, let faults strike, send what is left
    faults.py       which faults are set, and which of them strikes a call
    answers.py      sound answers, and the broken ones: dropped, cut short, never sent

    state.py        everything that must survive a kill, in memory
    journal.py      … and on disk, a line for each change
    clock.py        moments as text
"""
