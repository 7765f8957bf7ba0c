"""Two workers, and what is none."""

from dataclasses import dataclass

from actors.jobs import Done, Job, Outcome, Worker


@dataclass(frozen=True)
class Greeting:
    name: str
    times: int = 1


class Base(Worker[Greeting]):
    """Abstract: no worker by itself."""


class Greet(Base):
    name = "test.Greet"
    queue = "mail"
    max_attempts = 3
    priority = 2
    tags = ("greeting",)

    async def perform(self, job: Job[Greeting]) -> Outcome:
        return Done()


class Wave(Worker[Greeting]):
    name = "test.Wave"

    async def perform(self, job: Job[Greeting]) -> Outcome:
        return Done()
