"""The settings: connections (D1), mail, store, keys."""
