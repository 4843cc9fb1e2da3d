"""What can be done: one verb of the user a file. No Qt in here, and no SQL."""
