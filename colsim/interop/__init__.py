"""Doors to tools that modellers use already: the EMA Workbench, and SALib's problems."""
