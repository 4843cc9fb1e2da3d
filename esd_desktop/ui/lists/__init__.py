"""The list that every kind of record is shown in: read in pages, sorted, its columns one's own."""
