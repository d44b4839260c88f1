"""Experiments: runs, paired comparisons."""
