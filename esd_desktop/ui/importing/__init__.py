"""Importing a file: choose it, see what it would do, do it."""
