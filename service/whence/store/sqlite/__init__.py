"""The store in one SQLite file: one process writes, any number of them read."""
