"""The stores that are measured.

::

    stores.py   a file of each size, built once, built anew when the schema changes
    people.py   resellers and customers: a few have thousands of licences, most a handful
    sales.py    orders with their licences, invoices and history
    filling.py  from an empty store to a full one, by the shortest way
"""
