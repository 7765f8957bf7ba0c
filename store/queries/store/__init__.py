"""The database itself."""

from store.query import load_query

PING = load_query("store", "ping")
