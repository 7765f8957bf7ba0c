"""The practice registry's objects.

What the parameters mean stands at the top of each statement's file.
"""

from store.query import load_query

LOAD_RECORDS = load_query("sandbox", "load_records")
PUT_RECORDS = load_query("sandbox", "put_records")
DELETE_RECORDS = load_query("sandbox", "delete_records")
