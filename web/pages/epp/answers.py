"""How fast a registry answers, and with what."""

from actors.epp import RegistryHealth, ResponseTimes
from web.components import Column, Row, badge, meter, quantiles, table, tone_of
from web.element import element
from web.formatting import NOTHING, count, milliseconds
from web.fragment import Fragment
from web.pages.epp.codes import code_tone, code_words

_TIMES = (
    Column("Class", width=11),
    Column("Answers", width=11, number=True),
    Column("p50", "ms", width=9, number=True),
    Column("p95", "ms", width=9, number=True),
    Column("p99", "ms", width=9, number=True),
    Column("1 ms to 10 s"),
    Column("SLR", "ms", width=9, number=True),
    Column("p95 is", width=12),
)

_CODES = (
    Column("Code", width=7),
    Column("Meaning"),
    Column("Share", width=12),
    Column("Answers", width=11, number=True),
)

_VERDICTS = {"good": "within", "warn": "close", "bad": "over", "off": NOTHING}


def times(registry: RegistryHealth) -> Fragment:
    """Response times per command class against the registry agreement's limits (SLR)."""
    return table(
        f"epp/{registry.name}/times",
        _TIMES,
        [_times_row(registry, one) for one in registry.times],
        caption=f"Response times of {registry.name} against its service level requirement",
        empty="No command has been answered yet.",
    )


def codes(registry: RegistryHealth) -> Fragment:
    """Result codes and how often each came."""
    total = sum(number for _, number in registry.codes)
    return table(
        f"epp/{registry.name}/codes",
        _CODES,
        [
            Row(
                f"epp/{registry.name}/codes/{code}",
                (
                    code,
                    badge(code_words(code), code_tone(code), quiet=True),
                    meter(
                        number / total,
                        label=f"{number} of {total}",
                        tone=code_tone(code),
                    ),
                    count(number),
                ),
            )
            for code, number in registry.codes
        ],
        caption=f"Result codes from {registry.name}",
        empty="No command has been answered yet.",
    )


def _times_row(registry: RegistryHealth, one: ResponseTimes) -> Row:
    tone = tone_of(one.p95_ms, limit_ms=one.slr_ms)
    return Row(
        f"epp/{registry.name}/times/{one.command_class}",
        (
            one.command_class,
            count(one.count),
            milliseconds(one.p50_ms),
            element("b", milliseconds(one.p95_ms)),
            milliseconds(one.p99_ms),
            quantiles(one.p50_ms, one.p95_ms, one.p99_ms, limit_ms=one.slr_ms),
            milliseconds(one.slr_ms),
            badge(_VERDICTS[tone], tone, quiet=True),
        ),
    )
