"""Python's other EPP clients, one connection each, one check after the other.

    python benchmarks/peers/epp.py epptools|pyepp PORT CERTIFICATE COMMANDS SECONDS

makes so many checks, or as many as it gets done in that time, and prints one JSON document. Their
environment has neither actors nor this project's packages, so this module imports none.
"""

import json
import os
import sys
from collections.abc import Callable
from statistics import quantiles
from time import perf_counter, process_time

NAME = "example.com"
ACCOUNT = ("benchmark", "secret-1")


def epptools(port: int, certificate: str) -> Callable[[], bool]:
    """A function that makes one check and says whether the name is free."""
    from epptools import Client, Config  # noqa: PLC0415 - only one of the two is asked for

    account, password = ACCOUNT
    client = Client(Config("127.0.0.1", account, password, port=port, ca_file=certificate))
    client.connect()
    client.login()
    return lambda: client.domain.check([NAME]).availability()[NAME]


def pyepp(port: int, certificate: str) -> Callable[[], bool]:
    """The same; it trusts what OpenSSL trusts by default."""
    from pyepp import Domain, EppCommunicator  # noqa: PLC0415 - see above

    os.environ["SSL_CERT_FILE"] = certificate
    communicator = EppCommunicator("127.0.0.1", str(port))
    communicator.connect()
    communicator.login(*ACCOUNT)
    domain = Domain(communicator)
    return lambda: domain.check([NAME]).result_data[NAME]["avail"]


def main() -> None:
    """Check, and print what it took."""
    peer, port, certificate, commands, seconds = sys.argv[1:]
    check = {"epptools": epptools, "pyepp": pyepp}[peer](int(port), certificate)
    for _ in range(10):
        assert check()
    latencies_s: list[float] = []
    began_s, cpu_s = perf_counter(), process_time()
    until_s = began_s + float(seconds)
    while len(latencies_s) < int(commands) and (start_s := perf_counter()) < until_s:
        check()
        latencies_s.append(perf_counter() - start_s)
    took_s, cpu_s = perf_counter() - began_s, process_time() - cpu_s
    cuts = quantiles(latencies_s, n=100)
    figures = {
        "checks_per_s": len(latencies_s) / took_s,
        "cpu_us": cpu_s / len(latencies_s) * 1e6,
        "p50_ms": cuts[49] * 1e3,
        "p99_ms": cuts[98] * 1e3,
    }
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
