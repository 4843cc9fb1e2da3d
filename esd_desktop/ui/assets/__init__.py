"""The list of assets (C1, C3): its columns, the windowed table, and the tab that filters it."""
