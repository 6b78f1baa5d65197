"""The laws: what is true of every settlement, one theme a file."""
