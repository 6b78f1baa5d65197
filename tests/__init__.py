"""The tests of stoploss: units, laws, worked cases, and an oracle that shares no code with it."""
