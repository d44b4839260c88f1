"""Comparisons: policies against today in the same worlds, and all that is said of them."""
