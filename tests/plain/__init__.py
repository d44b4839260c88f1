"""A plain-Python model written from docs/odd.md alone, to check the compiled core."""
