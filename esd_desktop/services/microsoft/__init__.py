"""The Microsoft ESD service and its sign-in. Nothing outside this package knows its words."""
