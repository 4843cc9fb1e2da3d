"""Accounts (C2, C4): the browser that finds one, and the page that shows it."""
