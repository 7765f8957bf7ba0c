"""Flow: events from actor to actor no faster than they are asked for.

Two layers. Stages (`Producer`, `Consumer`, `ProducerConsumer`) exchange events by demand; see
stage.py. A pipeline is made of stages: it takes messages from a source, handles them one by one and
in batches, and acknowledges each exactly once; see custodian.py, and `supervisors.pipeline` for its
tree. docs/flow.md is the guide.
"""

from actors.flow.batch_worker import BatchWorker
from actors.flow.batcher import Batcher
from actors.flow.buffer import Keep
from actors.flow.consumer import Consumer
from actors.flow.custodian import ACKNOWLEDGER_GRACE_S, Custodian
from actors.flow.dispatchers import (
    BroadcastDispatcher,
    DemandDispatcher,
    Dispatcher,
    PartitionDispatcher,
    PartitionTaken,
    SubscriptionRefused,
    UnknownPartition,
)
from actors.flow.handlers import Acknowledger, Handlers, NoAcknowledgement
from actors.flow.handling import NotReturned, UnknownBatcher
from actors.flow.intake import Intake
from actors.flow.message import DEFAULT_BATCHER, Batch, BatchInfo, Failure, Message, Trigger
from actors.flow.messages import (
    DEFAULT_MAX_DEMAND,
    Ask,
    Cancel,
    Cancelled,
    Events,
    Subscribe,
    SubscribeTo,
    Unsubscribe,
)
from actors.flow.orders import (
    Acknowledged,
    Count,
    Counts,
    Drain,
    Drained,
    Push,
    ReportTo,
    SetRate,
)
from actors.flow.places import Places
from actors.flow.processor import Processor
from actors.flow.producer import Producer
from actors.flow.producer_consumer import ProducerConsumer
from actors.flow.puller import Puller, Source
from actors.flow.subscription import Subscription, TooManyEvents
from actors.flow.testing import Outcome, run_messages
from actors.flow.valve import Valve

__all__ = [
    "ACKNOWLEDGER_GRACE_S",
    "DEFAULT_BATCHER",
    "DEFAULT_MAX_DEMAND",
    "Acknowledged",
    "Acknowledger",
    "Ask",
    "Batch",
    "BatchInfo",
    "BatchWorker",
    "Batcher",
    "BroadcastDispatcher",
    "Cancel",
    "Cancelled",
    "Consumer",
    "Count",
    "Counts",
    "Custodian",
    "DemandDispatcher",
    "Dispatcher",
    "Drain",
    "Drained",
    "Events",
    "Failure",
    "Handlers",
    "Intake",
    "Keep",
    "Message",
    "NoAcknowledgement",
    "NotReturned",
    "Outcome",
    "PartitionDispatcher",
    "PartitionTaken",
    "Places",
    "Processor",
    "Producer",
    "ProducerConsumer",
    "Puller",
    "Push",
    "ReportTo",
    "SetRate",
    "Source",
    "Subscribe",
    "SubscribeTo",
    "Subscription",
    "SubscriptionRefused",
    "TooManyEvents",
    "Trigger",
    "UnknownBatcher",
    "UnknownPartition",
    "Unsubscribe",
    "Valve",
    "run_messages",
]
