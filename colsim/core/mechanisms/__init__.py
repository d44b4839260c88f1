"""One file, one mechanism, one section of the ODD. Mechanisms never import each other."""
