"""Events as text for a terminal: trees, tables and lines, in colour where somebody watches.

Whatever comes from actors, registries and log lines passes through `printable` on its way.
"""

import io
from typing import cast

from rich.console import Console, RenderableType
from rich.text import Text
from rich.tree import Tree

from actors.control.answers import DomainAnswer, PollAnswer
from actors.control.events import (
    Acted,
    DomainsAnswered,
    Event,
    HelpShown,
    LinesMissed,
    LinkMade,
    Logged,
    LogShown,
    PollAnswered,
    PoolsShown,
    Problem,
    RecordShown,
    Replied,
    TableShown,
    TopShown,
    Traced,
    TreeShown,
    plain,
)
from actors.control.jobs_events import (
    JobOutOfSight,
    JobProgressed,
    JobShown,
    JobsListed,
    QueueShown,
    QueuesShown,
)
from actors.control.jobs_text import jobs
from actors.control.live_text import CLEAR, live
from actors.control.log_text import log_lines
from actors.control.pools_text import pools
from actors.control.printable import printable
from actors.control.queues_text import queues
from actors.control.refusal import ExitCode
from actors.control.table_text import STATES, table
from runtime import TreeNode

NARROWEST = 40
WIDEST = 500

_OUTCOMES = {"completed": "green", "pending": "cyan", "unknown": "bold yellow"}


class TextRenderer:
    """Renders for one terminal, or for a pipe: without colour then."""

    def __init__(self, *, width: int = 100, colour: bool = False) -> None:
        self.width = max(NARROWEST, min(width, WIDEST))
        self.colour = colour

    def render(self, event: Event) -> str:
        """The event as lines, each ended by a newline."""
        sink = io.StringIO()
        console = Console(
            file=sink,
            width=self.width,
            force_terminal=self.colour,
            color_system="standard" if self.colour else None,
            no_color=not self.colour,
            highlight=False,
            markup=False,
            emoji=False,
            legacy_windows=False,
            _environ={},
        )
        for part in _parts(event):
            console.print(part, soft_wrap=isinstance(part, Text))
        wipe = CLEAR if isinstance(event, TopShown) and self.colour else ""
        return wipe + "\n".join(line.rstrip() for line in sink.getvalue().split("\n"))


def _parts(event: Event) -> list[RenderableType]:
    match event:
        case TreeShown(root=root):
            return [_tree(root)]
        case TableShown():
            return [table(event.columns, event.rows) if event.rows else Text(event.empty, "dim")]
        case RecordShown():
            return list(_record(event.document(), 0))
        case PoolsShown(health=health):
            return pools(health)
        case DomainsAnswered(answers=answers) | PollAnswered(answers=answers):
            return [line for answer in answers for line in _answer(answer)]
        case LogShown() | Logged() | LinesMissed():
            return log_lines(event)
        case Traced() | TopShown():
            return live(event)
        case Acted(message=message, exit_code=exit_code):
            return [Text(printable(message), "green" if exit_code is ExitCode.OK else "red")]
        case Replied(reply=reply):
            return list(_record(plain(reply), 0))
        case LinkMade(url=text) | HelpShown(text=text):
            return [Text(text)]
        case QueuesShown() | QueueShown():
            return queues(event)
        case JobsListed() | JobShown() | JobProgressed() | JobOutOfSight():
            return jobs(event)
        case Problem():
            return list(_problem(event))


def _tree(node: TreeNode, parent: Tree | None = None) -> Tree:
    label = Text()
    actor = node.actor
    label.append(printable(actor.name), "bold" if actor.kind == "supervisor" else "")
    if actor.strategy is not None:
        label.append(f" ({actor.strategy})", "dim")
    label.append(f" {actor.state.replace('_', ' ')}", STATES[actor.state])
    if actor.mailbox:
        label.append(f" mail {actor.mailbox}", "yellow")
    if actor.restarts:
        label.append(f" restarts {actor.restarts}", "yellow")
    if actor.last_exit is not None:
        label.append(f" {printable(actor.last_exit)}", "dim")
    branch = Tree(label, guide_style="dim") if parent is None else parent.add(label)
    for child in node.children:
        _tree(child, branch)
    return branch


def _record(value: object, depth: int) -> list[Text]:
    """Nested plain values, indented; keys in bold."""
    indent = "  " * depth
    lines: list[Text] = []
    match value:
        case dict():
            for key, inner in cast("dict[str, object]", value).items():
                line = Text(indent).append(printable(key), "bold")
                if _nested(inner):
                    lines += [line, *_record(inner, depth + 1)]
                else:
                    lines.append(line.append(f"  {_scalar(inner)}", ""))
        case list() | tuple():
            for item in cast("list[object]", value):
                if _nested(item):
                    lines += [Text(f"{indent}-"), *_record(item, depth + 1)]
                else:
                    lines.append(Text(f"{indent}{_scalar(item)}"))
        case _:
            lines.append(Text(f"{indent}{_scalar(value)}"))
    return lines


def _nested(value: object) -> bool:
    return isinstance(value, dict | list | tuple) and value not in ({}, [], ())


def _scalar(value: object) -> str:
    match value:
        case None:
            return "-"
        case bool():
            return "yes" if value else "no"
        case dict() | list() | tuple():
            return "none"
        case _:
            return printable(str(value))


def _answer(answer: DomainAnswer | PollAnswer) -> list[Text]:
    line = _domain(answer) if isinstance(answer, DomainAnswer) else _message(answer)
    details = (
        Text("  ").append(printable(key), "dim").append(f"  {printable(value)}")
        for key, value in answer.details
    )
    return [line, *details]


def _domain(answer: DomainAnswer) -> Text:
    line = Text().append(printable(answer.name), "bold")
    if answer.registry is not None:
        line.append(f"  {printable(answer.registry)}", "dim")
    match answer:
        case DomainAnswer(outcome="completed", available=True):
            line.append("  available", "green")
        case DomainAnswer(outcome="completed", available=False):
            line.append("  taken", "yellow")
        case _:
            said = answer.outcome.replace("_", " ")
            line.append(f"  {said}", _OUTCOMES.get(answer.outcome, "red"))
    if answer.reason is not None:
        line.append(f"  {printable(answer.reason)}")
    if answer.code not in (None, 1000):
        line.append(f"  code {answer.code}")
    if answer.elapsed_ms is not None:
        line.append(f"  {answer.elapsed_ms:.1f} ms", "dim")
    if answer.cltrid is not None and answer.outcome != "completed":
        line.append(f"  {printable(answer.cltrid)}", "dim")
    return line


def _message(answer: PollAnswer) -> Text:
    line = Text().append(printable(answer.registry), "bold")
    if answer.message_id is None:
        line.append(f"  {answer.outcome.replace('_', ' ')}  {answer.waiting} messages waiting")
    else:
        line.append(f"  message {printable(answer.message_id)} of {answer.waiting}")
    for text in (answer.queued_at, answer.text, answer.reason):
        if text is not None:
            line.append(f"  {printable(text)}")
    return line


def _problem(problem: Problem) -> list[Text]:
    lines = [Text(printable(problem.message), "red")]
    if problem.nearest:
        lines.append(Text(f"did you mean {' or '.join(map(printable, problem.nearest))}?"))
    if problem.known:
        lines += [Text("there is:"), *(Text(f"  {printable(name)}") for name in problem.known)]
    if problem.usage is not None:
        lines.append(Text(f"usage: {problem.usage}"))
    return lines
