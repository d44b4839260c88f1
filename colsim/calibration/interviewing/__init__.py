"""What practitioners can speak of, which theme that makes them voice, and what is written down."""
