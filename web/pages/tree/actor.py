"""One actor close up: what it is, how it fares, what it says of itself, and two buttons."""

from collections.abc import Sequence
from datetime import datetime

from runtime.snapshot import ActorSnapshot, RestartRecord, TreeNode
from web.actions import RESTART, STOP
from web.components import badge
from web.components.button import action_button
from web.element import element
from web.formatting import NOTHING, count, duration, moment, words
from web.fragment import Fragment, fragment
from web.pages.history import restarts
from web.pages.tree.branch import actor_tone


def find(root: TreeNode, path: str) -> ActorSnapshot | None:
    """The actor of that path, or None when the tree has none now."""
    if root.actor.path == path:
        return root.actor
    found = (find(child, path) for child in root.children)
    return next((actor for actor in found if actor is not None), None)


def close_up(actor: ActorSnapshot, records: Sequence[RestartRecord], *, now: datetime) -> Fragment:
    """The section of one actor, above the tree."""
    own = [record for record in records if record.path == actor.path]
    return fragment(
        "section",
        "actor",
        fragment(
            "header",
            "actor/head",
            element("h2", actor.path, class_="code"),
            badge(words(actor.state), actor_tone(actor.state)),
            element("p", actor.behaviour, class_="where code"),
            action_button(RESTART, actor.path),
            action_button(STOP, actor.path),
        ),
        fragment("dl", "actor/facts", *_facts(actor, now=now), class_="facts"),
        element("h3", "Restarts"),
        restarts("actor/restarts", own, now=now),
        class_="registry",
    )


def _facts(actor: ActorSnapshot, *, now: datetime) -> list[object]:
    known = (
        ("started, UTC", moment(actor.started_at, now=now)),
        ("up for", duration(actor.uptime_s)),
        ("mailbox", f"{count(actor.mailbox)} of {count(actor.mailbox_capacity)}"),
        ("mailbox at most", count(actor.mailbox_peak)),
        ("messages", count(actor.messages)),
        ("unhandled", count(actor.unhandled)),
        ("dropped", count(actor.dropped)),
        ("restarts", count(actor.restarts)),
        ("last exit", actor.last_exit or NOTHING),
        ("strategy", words(actor.strategy or NOTHING)),
        ("restarts allowed", actor.intensity or NOTHING),
        *actor.facts,
    )
    return [element("div", element("dt", key), element("dd", value)) for key, value in known]
