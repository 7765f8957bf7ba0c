"""Takes a name that another has."""

from typing import Any

from actors.jobs import Done, Job, Outcome, Worker


class Other(Worker[dict[str, Any]]):
    name = "test.Greet"

    async def perform(self, job: Job[dict[str, Any]]) -> Outcome:
        return Done()
