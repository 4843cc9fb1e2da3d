"""The building blocks of every screen. They know the look and the words, and no service."""
