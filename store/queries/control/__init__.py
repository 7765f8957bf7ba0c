"""What was commanded, by whom, by which way in.

What the parameters mean stands at the top of each statement's file.
"""

from store.query import load_query

INSERT_AUDIT = load_query("control", "insert_audit")
PRUNE_AUDIT = load_query("control", "prune_audit")
