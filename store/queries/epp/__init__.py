"""EPP commands that change something at a registry, from their first byte to their settlement.

What the parameters mean stands at the top of each statement's file.
"""

from store.query import load_query

BEGIN_TRANSFORM = load_query("epp", "begin_transform")
SETTLE_TRANSFORM = load_query("epp", "settle_transform")
MARK_UNKNOWN = load_query("epp", "mark_unknown")
ORPHAN_TRANSFORMS = load_query("epp", "orphan_transforms")
ADOPT_UNKNOWN_TRANSFORMS = load_query("epp", "adopt_unknown_transforms")
LIST_UNKNOWN_TRANSFORMS = load_query("epp", "list_unknown_transforms")
PRUNE_TRANSFORMS = load_query("epp", "prune_transforms")
