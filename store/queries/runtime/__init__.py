"""Restarts of actors.

What the parameters mean stands at the top of each statement's file.
"""

from store.query import load_query

INSERT_RESTART = load_query("runtime", "insert_restart")
LIST_RESTARTS = load_query("runtime", "list_restarts")
PRUNE_RESTARTS = load_query("runtime", "prune_restarts")
