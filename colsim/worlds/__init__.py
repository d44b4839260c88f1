"""Worlds that look like today: history matching, banks of matched worlds, and what people say."""
