"""Writing a list into a file that other programs open.

::

    columns.py     what is written of each list, with typed values
    writing.py     from the store into the file, some thousand rows at a time
    table_file.py  the file beside its place, and put there when it is complete
      csv_file.py  as text
      xlsx_file.py as a workbook
"""
