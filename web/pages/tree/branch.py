"""From a supervisor's snapshot to a branch of the drawing."""

from runtime.snapshot import ActorSnapshot, ActorState, TreeNode
from web.components import Branch, Tone, worst
from web.element import element
from web.formatting import count, duration, plural, words

HEADINGS = ("Mailbox", "Peak", "Messages", "Restarts", "Up for")

_TONES: dict[ActorState, Tone] = {
    "starting": "active",
    "idle": "good",
    "ready": "good",
    "running": "active",
    "waiting": "active",
    "suspended": "off",
    "backing_off": "warn",
    "stopped": "off",
    "dead": "bad",
}


def branch(node: TreeNode, *, fold_over: int | None = None) -> Branch:
    """`node` and all below it; supervisors with more than `fold_over` children start folded."""
    actor = node.actor
    children = tuple(branch(child, fold_over=fold_over) for child in node.children)
    below: list[Tone] = [worst(child.tone, child.below) for child in children]
    return Branch(
        id=actor.path,
        name=element("a", actor.name, href=f"/tree?path={actor.path}"),
        note=_note(actor, len(children)),
        state=words(actor.state),
        tone=actor_tone(actor.state),
        numbers=(
            count(actor.mailbox),
            count(actor.mailbox_peak),
            count(actor.messages),
            count(actor.restarts),
            duration(actor.uptime_s),
        ),
        children=children,
        below=worst(*below),
        folded=fold_over is not None and len(children) > fold_over,
    )


def actor_tone(state: ActorState) -> Tone:
    """The tone of an actor's badge."""
    return _TONES[state]


def _note(actor: ActorSnapshot, children: int) -> str:
    """The class; for a supervisor its strategy, its children, its restarts in the window."""
    if actor.kind == "worker":
        return actor.behaviour.rpartition(".")[2]
    parts = (
        words(actor.strategy or ""),
        plural(children, "child", "children"),
        actor.intensity or "",
    )
    return " · ".join(part for part in parts if part)
