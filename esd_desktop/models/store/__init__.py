"""The backing store, and the only SQL of the program: SQLite by default, PostgreSQL when shared."""
