"""Reading a file of accounts and assets as another system exported it.

::

    source.py      which kind of file it is, and its records one after the other
      csv_file.py    text: its encoding, its separator
      xlsx_file.py   a workbook, read as a stream
    columns.py     which column stands for which field
    values.py      what is in a cell: amounts, moments, addresses
    rules.py       what A1-A11 demand of a record as a whole
    line.py        one line: from cells to what is staged, or why not
    report.py      what came of it

docs/import-format.md tells people the same.
"""
