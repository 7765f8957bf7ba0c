"""The orderly end of a queue on this node: running jobs get their time, the rest go back."""

from dataclasses import dataclass

from actors.jobs.hands import Hands
from actors.jobs.job import Claimed
from runtime import Actor, Sender
from store import Database
from store.queries import jobs as queries


@dataclass(frozen=True, slots=True)
class DrainOver:
    """The time is up."""


@dataclass(frozen=True, slots=True)
class GivenBack:
    """So many jobs wait again, for whoever claims them."""

    jobs: int


class Drain:
    """Whether a producer drains, who waits for its end, and what went back."""

    def __init__(self, producer: Actor, database: Database, hands: Hands) -> None:
        self.begun = False
        self.life = ""
        self._producer = producer
        self._database = database
        self._hands = hands
        self._waiting: list[Sender] = []
        self._task: int | None = None
        self._returned: int | None = None

    def begin(self, sender: Sender, within_s: float) -> None:
        """Answer `sender` when nothing is in hand any more, at the latest after `within_s`."""
        if not self.begun:
            self._producer.send_after(within_s, DrainOver())
        self.begun = True
        self._waiting.append(sender)

    def over(self) -> None:
        """Kill what still runs and let it wait again. It is as if it had not been begun."""
        jobs = self._hands.let_go()
        if not jobs:
            return self._answer(0)
        self._task = self._producer.start_task(self._give_back(jobs))
        return None

    def given_back(self, returned: GivenBack) -> None:
        """They wait again."""
        self._answer(returned.jobs)

    def failed(self, task: int) -> None:
        """The database is away: the next life of this node lets them wait again."""
        if task == self._task:
            self._answer(0)

    def finished(self) -> None:
        """Nothing is in hand, and all results are written."""
        if self.begun and self._task is None:
            self._answer(0)

    async def _give_back(self, jobs: list[Claimed]) -> GivenBack:
        ids, attempts = [job.id for job in jobs], [job.attempt for job in jobs]
        rows = await self._database.fetch(queries.GIVE_BACK, ids, attempts, self.life)
        return GivenBack(len(rows))

    def _answer(self, jobs: int) -> None:
        if self._returned is None:
            self._returned = jobs
        waiting, self._waiting = self._waiting, []
        for sender in waiting:
            sender.reply(self._returned)
