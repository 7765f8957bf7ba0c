"""A supervised newsletter: who subscribes is state, sending is a stream of tasks, fifty at a time.

Run it: `python examples/newsletter.py`. One address in a hundred bounces, which is an outcome; a
bug in `send` would crash that one task, and the summary would count it as such.
"""

import asyncio
from collections import Counter
from functools import partial

from runtime import Agent, ChildSpec, Died, Done, System, Tasks, Via
from supervisors import Supervisor, TaskSupervisor

NEWSLETTER = (
    ChildSpec(id="subscribers", start=Agent[frozenset[str]].holding(frozenset)),
    ChildSpec(id="senders", start=partial(TaskSupervisor, max_children=50)),
)


async def send(address: str) -> str:
    """Hand one mail over and say what became of it; a real one would speak to a provider."""
    await asyncio.sleep(0.01)  # noqa: TID251 - stands for the network
    return "bounced" if address.startswith("gone") else "sent"


async def publish(system: System) -> Counter[str]:
    """Mail every subscriber."""
    subscribers = Agent[frozenset[str]](Via.path(system, "newsletter/subscribers"))
    senders = Tasks(system, "newsletter/senders")
    summary = Counter[str]()
    mails = senders.async_stream_nolink(
        await subscribers.get(sorted), send, max_concurrency=50, ordered=False
    )
    async for outcome in mails:
        match outcome:
            case Done(value=fate):
                summary[fate] += 1
            case Died():
                summary["crashed"] += 1
    return summary


async def main() -> None:
    """Start the tree, let a thousand readers subscribe, publish, stop the tree in order."""
    async with System() as system:
        root = await system.start(partial(Supervisor, NEWSLETTER), name="newsletter")
        readers = Agent[frozenset[str]](Via.path(system, "newsletter/subscribers"))
        for number in range(1_000):
            name = "gone" if number % 100 == 0 else "reader"
            address = frozenset([f"{name}{number}@example.org"])
            await readers.update(address.union)
        summary = await publish(system)
        await root.stop()
    print(", ".join(f"{count} {fate}" for fate, count in sorted(summary.items(), reverse=True)))


if __name__ == "__main__":
    asyncio.run(main())
