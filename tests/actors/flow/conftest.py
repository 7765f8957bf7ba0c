from tests.runtime.fixtures import clock, inline_calls, quiet_logs, system

__all__ = ["clock", "inline_calls", "quiet_logs", "system"]
