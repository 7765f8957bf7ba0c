"""`/metrics` for Prometheus, made from the same snapshots as the pages."""

from collections.abc import Callable, Iterator

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.gc_collector import GCCollector
from prometheus_client.platform_collector import PlatformCollector
from prometheus_client.process_collector import ProcessCollector

from actors.epp import EppHealth, RegistryHealth
from actors.jobs import JobsHealth
from engset.jobs_metrics import collect_jobs
from runtime import ActorSnapshot, System, TreeNode

_Reader = Callable[[RegistryHealth], float]


def render_metrics(
    system: System, tree: TreeNode, epp: EppHealth, jobs: JobsHealth | None
) -> bytes:
    """Everything that is counted, in Prometheus' text format; without jobs while they restart."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Snapshots(system, tree, epp, jobs))
    for collector in (ProcessCollector, PlatformCollector, GCCollector):
        collector(registry=registry)
    return generate_latest(registry)


class _Snapshots:
    """One scrape: a collector that has its answer already."""

    def __init__(
        self, system: System, tree: TreeNode, epp: EppHealth, jobs: JobsHealth | None
    ) -> None:
        self._system = system
        self._tree = tree
        self._epp = epp
        self._jobs = jobs

    def collect(self) -> Iterator[Metric]:
        """Yield every family."""
        yield from self._runtime()
        yield from self._actors()
        yield from self._blocking()
        yield from self._sessions()
        yield from self._commands()
        if self._jobs is not None:
            yield from collect_jobs(self._jobs)

    def _runtime(self) -> Iterator[Metric]:
        telemetry = self._system.telemetry
        for name, text, value in (
            ("crashes", "Handlers that raised", telemetry.crashes),
            ("restarts", "Restarts by supervisors", telemetry.restarts),
            ("unhandled_messages", "Mail that no case matched", telemetry.unhandled_messages),
            ("blocked_turns", "Turns that held the loop 50 ms", self._system.run_queue.blocked),
        ):
            yield CounterMetricFamily(f"engset_{name}", text, value=float(value))
        yield GaugeMetricFamily(
            "engset_actors", "Living actors", value=float(len(self._system.living()))
        )

    def _actors(self) -> Iterator[Metric]:
        mailbox = GaugeMetricFamily("engset_mailbox_length", "Messages waiting", labels=["actor"])
        oldest = GaugeMetricFamily(
            "engset_mailbox_oldest_seconds", "Age of the oldest message", labels=["actor"]
        )
        handled = CounterMetricFamily("engset_messages", "Messages handled", labels=["actor"])
        for actor in _walk(self._tree):
            mailbox.add_metric([actor.path], actor.mailbox)
            handled.add_metric([actor.path], actor.messages)
            if actor.oldest_s is not None:
                oldest.add_metric([actor.path], actor.oldest_s)
        yield mailbox
        yield oldest
        yield handled

    def _blocking(self) -> Iterator[Metric]:
        """Under the empty name what no actor did."""
        times = CounterMetricFamily(
            "engset_loop_blocked", "Times it held the loop 50 ms", labels=["actor"]
        )
        seconds = CounterMetricFamily(
            "engset_loop_blocked_seconds", "How long it held it in all", labels=["actor"]
        )
        for path, blocking in tuple(self._system.telemetry.blockings.items()):
            times.add_metric([path], blocking.times)
            seconds.add_metric([path], blocking.total_s)
        yield times
        yield seconds

    def _sessions(self) -> Iterator[Metric]:
        up = GaugeMetricFamily("engset_epp_up", "1 with all wanted sessions", labels=["registry"])
        sessions = GaugeMetricFamily(
            "engset_epp_sessions", "EPP sessions", labels=["registry", "kind"]
        )
        for each in self._epp.registries:
            up.add_metric([each.name], float(each.state == "up"))
            counts = each.sessions
            for kind, value in (
                ("ready", counts.ready),
                ("busy", counts.busy),
                ("wanted", counts.wanted),
                ("allowed", counts.allowed),
            ):
                sessions.add_metric([each.name, kind], value)
        yield up
        yield sessions
        yield self._gauge("queue", "Commands waiting", lambda each: each.queue)
        yield self._gauge("unknown_transforms", "Unknown transforms", lambda each: each.unknowns)
        yield self._gauge("utilisation", "Busy share, 1 min", lambda each: each.utilisation_1m)

    def _commands(self) -> Iterator[Metric]:
        results = CounterMetricFamily(
            "engset_epp_results", "Answers by result code", labels=["registry", "code"]
        )
        times = GaugeMetricFamily(
            "engset_epp_response_ms",
            "Response time percentiles",
            labels=["registry", "class", "quantile"],
        )
        lost = CounterMetricFamily(
            "engset_epp_faults", "Lost time and frames", labels=["registry", "kind"]
        )
        for each in self._epp.registries:
            for code, count in each.codes:
                results.add_metric([each.name, str(code)], count)
            for row in each.times:
                for quantile, value in (
                    ("0.5", row.p50_ms),
                    ("0.95", row.p95_ms),
                    ("0.99", row.p99_ms),
                ):
                    if value is not None:
                        times.add_metric([each.name, row.command_class, quantile], value)
            for kind, value in (
                ("timeout", each.timeouts),
                ("protocol_error", each.protocol_errors),
                ("reconnect", each.reconnects),
            ):
                lost.add_metric([each.name, kind], value)
        yield results
        yield times
        yield lost

    def _gauge(self, name: str, text: str, value: _Reader) -> GaugeMetricFamily:
        family = GaugeMetricFamily(f"engset_epp_{name}", text, labels=["registry"])
        for each in self._epp.registries:
            family.add_metric([each.name], value(each))
        return family


def _walk(node: TreeNode) -> Iterator[ActorSnapshot]:
    yield node.actor
    for child in node.children:
        yield from _walk(child)
