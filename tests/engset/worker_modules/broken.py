"""Cannot be imported."""

raise RuntimeError("the printer\nis on fire")
