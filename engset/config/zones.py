"""Zones that a registry sells: `com`, `co.uk`, in lower case and A-labels."""

from collections.abc import Iterable

from protocols.epp import InvalidDomainName, parse_domain_name


def parse_zone(text: str) -> str:
    """The normalised zone; dots around it are left off. Raises ValueError with the reason."""
    zone = text.strip().strip(".")
    try:
        return parse_domain_name(f"x.{zone}").removeprefix("x.")
    except InvalidDomainName as error:
        reason = f"{error.reason} (label {error.label!r})" if error.label else error.reason
        raise ValueError(f"{text!r} is not a zone: {reason}") from None


def normalised(zones: Iterable[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The zones, each once, and what is wrong with the others."""
    good: dict[str, None] = {}
    faults: list[str] = []
    for text in zones:
        try:
            zone = parse_zone(text)
        except ValueError as error:
            faults.append(str(error))
            continue
        if zone in good:
            faults.append(f"{zone} is given twice")
        good[zone] = None
    return tuple(good), tuple(faults)
