"""Tables, charts and files made of results."""
