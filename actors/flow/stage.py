"""Demand-driven stages: actors that exchange events no faster than they are asked for.

Theory of operation (GenStage). A consumer subscribes to producers and asks each for events; a
producer never delivers more than was asked. Demand travels up, events travel down in parcels:

    Consumer                                   Producer
    subscribe(producer)  --- Subscribe ----->  opens an account
                         --- Ask(1000) ----->  handle_demand(1000), then emit(events)
    handle_events(500)   <-- Events(1000) ---
                         --- Ask(500) ------>  handle_demand(500)
    handle_events(500)
                         --- Ask(500) ------>  …

| stage | writes | gets |
|---|---|---|
| `Producer` | `handle_demand(n)`, which may `emit` now, later, or never | `emit` |
| `Consumer` | `handle_events(events)` | `subscribe`, `ask`, `unsubscribe` |
| `ProducerConsumer` | `handle_events(events)`, which may `emit` | all of the above |

A producer that emits what nobody asked for (a source that pushes) fills its buffer, which is
bounded and drops by `buffer_keep`, counted. A producer-consumer handles no events while nobody
downstream wants any; its own buffer is not bounded, because what it was given is.

When a consumer dies, the demand it had left is given up. When a producer dies or cancels, each
subscription does what its `Cancel` says. Handlers may be `async def`. A stage that overrides
`handle_info` or `handle_call` hands what it does not know to `super()`.
"""

import inspect
from abc import ABC
from typing import Any

from runtime import Actor

_STAGE_HANDLERS = ("handle_demand", "handle_events")


class Stage(Actor, ABC):
    """What producers and consumers share."""

    def __init_subclass__(cls, **keywords: Any) -> None:
        super().__init_subclass__(**keywords)
        handlers = (getattr(cls, name, None) for name in _STAGE_HANDLERS)
        cls.is_async = cls.is_async or any(map(inspect.iscoroutinefunction, handlers))
