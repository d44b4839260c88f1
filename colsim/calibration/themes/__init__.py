"""Tables of interview themes: read, written, filled in, and the study's own."""
