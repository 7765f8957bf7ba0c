"""All registries in one row of figures, and the verdict in the tab's title."""

from actors.epp import EppHealth
from web.components import Figure, Tone, figures
from web.formatting import count, duration, percent, plural, rate
from web.fragment import Fragment


def summary(id_: str, health: EppHealth) -> Fragment:
    """Is EPP well? Six figures."""
    registries = health.registries
    up = sum(one.state == "up" for one in registries)
    ready = sum(one.sessions.ready for one in registries)
    wanted = sum(one.sessions.wanted for one in registries)
    waiters = [one.oldest_waiter_s for one in registries if one.oldest_waiter_s is not None]
    busiest = max(registries, key=lambda one: one.utilisation_5s, default=None)
    return figures(
        id_,
        (
            Figure(
                "up",
                "Registries up",
                count(up),
                f"of {len(registries)}",
                tone=_verdict(up, len(registries)),
            ),
            Figure(
                "ready",
                "Sessions ready",
                count(ready),
                f"of {wanted}",
                tone=_verdict(ready, wanted),
            ),
            Figure("rate", "Commands", rate(sum(one.commands_per_s for one in registries)), "/s"),
            Figure(
                "busiest",
                "Busiest",
                percent(busiest.utilisation_5s if busiest else None),
                "%",
                note=busiest.name if busiest else "",
            ),
            Figure(
                "waiting",
                "Waiting",
                count(sum(one.queue for one in registries)),
                note=f"oldest {duration(max(waiters, default=None))}",
            ),
            Figure(
                "unknown",
                "Unknown outcomes",
                count(len(health.unknowns)),
                note=f"oldest {duration(_oldest_unknown(health))}",
                tone="warn" if health.unknowns else None,
            ),
        ),
    )


def well(health: EppHealth) -> bool:
    """Whether the headline is good news."""
    return all(one.state == "up" for one in health.registries) and not health.unknowns


def headline(health: EppHealth) -> str:
    """The worst news first: `1 of 2 not up`, `3 unknown`, or `all up`."""
    troubled = sum(one.state != "up" for one in health.registries)
    if troubled:
        return f"{troubled} of {plural(len(health.registries), 'registry', 'registries')} not up"
    if health.unknowns:
        return plural(len(health.unknowns), "unknown outcome")
    return "all up"


def _verdict(have: int, want: int) -> Tone:
    if have >= want:
        return "good"
    return "warn" if have else "bad"


def _oldest_unknown(health: EppHealth) -> float | None:
    ages_s = [(health.taken_at - one.sent_at).total_seconds() for one in health.unknowns]
    return max(ages_s, default=None)
