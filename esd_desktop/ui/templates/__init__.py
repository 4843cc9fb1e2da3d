"""The mail templates in a window of their own."""
