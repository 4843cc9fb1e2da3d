"""Reading a file of accounts and assets as another system exported it.

::

    source.py      which kind of file it is, and its records one after the other
      csv_file.py    text: its encoding, its separator
      xlsx_file.py   a workbook, read as a stream
    columns.py     which column stands for which field
    line.py        one line: from cells to what is staged, or why not
      surroundings.py  what it is read against: the connections, the catalogue, the cipher
      cells.py     its cells by field, and what is wrong with them
      values.py    what is in a cell: amounts, moments, addresses
      tokens.py    licence keys and links
      money.py     what was charged
      rules.py     what A1-A11 demand of a record as a whole
    report.py      what came of it; teller.py, how far it has come

docs/import-format.md tells people the same.
"""
