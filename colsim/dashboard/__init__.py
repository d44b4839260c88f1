"""The dashboard: the model in a browser, for a room full of people.

`live`, `picture`, `drafts`, `links`, `limits` and `jobs` know nothing of browsers and are tested
alone; `pages` puts them on the screen with Solara; `server` and `guard` serve it.
"""
