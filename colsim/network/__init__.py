"""The network of a week: as a graph, measured, named, and read from a file."""
