"""The tree as it stands on the overview and on its own page."""

from runtime.snapshot import TreeNode
from web.components import tree
from web.fragment import Fragment
from web.pages.tree.branch import HEADINGS, branch


def drawing(root: TreeNode, *, fold_over: int | None = None) -> Fragment:
    """The tree from `root`; big pools start folded when `fold_over` is given."""
    return tree(
        "tree", branch(root, fold_over=fold_over), label="Supervision tree", headings=HEADINGS
    )
