"""Exporting a list: which rows, as what, and how far it has come."""
