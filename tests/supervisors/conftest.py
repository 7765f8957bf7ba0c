from tests.runtime.fixtures import clock, flavour, inline_calls, quiet_logs, system

__all__ = ["clock", "flavour", "inline_calls", "quiet_logs", "system"]
