"""Jobs as the lines of a COPY: PostgreSQL's text format, made by hand for speed.

A line costs a microsecond where the driver's encoding of records costs eight: nearly all jobs of a
batch differ in their arguments alone, so the rest of the line is made once. The lines go out in
small pieces, and the server parses the first while the next are made. Text fits the columns of
every known version, whose integers differ in size.

Source: PostgreSQL's manual, COPY, "Text Format".
"""

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from actors.jobs.moments import naive
from actors.jobs.new_job import NewJob

_PIECE = 250
"""Lines that go out together."""
_NO_META = b"{}"
_ESCAPES = ((b"\\", rb"\\"), (b"\n", rb"\n"), (b"\t", rb"\t"), (b"\r", rb"\r"))
_COLUMNS = ("args", "worker", "queue", "priority", "max_attempts")
_MORE = (*_COLUMNS, "tags", "meta")
_LATER = (*_MORE, "state", "scheduled_at")


@dataclass(frozen=True, slots=True)
class Copy:
    """One COPY: which columns, and the lines for them."""

    columns: tuple[str, ...]
    lines: AsyncIterator[bytes]


def copies(jobs: Sequence[NewJob]) -> list[Copy]:
    """What puts these jobs into the table; those at once apart from those of later."""
    now = [job for job in jobs if job.scheduled_at is None]
    later = [job for job in jobs if job.scheduled_at is not None]
    # Empty tags and meta are the table's defaults, and parsing them costs the server time.
    bare = not any(job.tags or job.meta != _NO_META for job in now)
    found: list[Copy] = []
    if now:
        found.append(_copy(_COLUMNS, _bare, now) if bare else _copy(_MORE, _full, now))
    if later:
        found.append(_copy(_LATER, _later, later))
    return found


def _copy(columns: tuple[str, ...], line: Callable[[NewJob], bytes], jobs: list[NewJob]) -> Copy:
    return Copy(columns, _pieces(line, jobs))


async def _pieces(line: Callable[[NewJob], bytes], jobs: list[NewJob]) -> AsyncIterator[bytes]:
    for first in range(0, len(jobs), _PIECE):
        yield b"".join(map(line, jobs[first : first + _PIECE]))


def _bare(job: NewJob) -> bytes:
    return _escaped(job.args) + _rest(job.worker, job.queue, job.priority, job.max_attempts) + b"\n"


def _full(job: NewJob) -> bytes:
    return b"%b%b\t%b\t%b\n" % (
        _escaped(job.args),
        _rest(job.worker, job.queue, job.priority, job.max_attempts),
        _escaped(_array(job.tags)),
        _escaped(job.meta),
    )


def _later(job: NewJob) -> bytes:
    assert job.scheduled_at is not None, "see copies"
    due = naive(job.scheduled_at).isoformat(" ").encode()
    return _full(job)[:-1] + b"\tscheduled\t%b\n" % due


@lru_cache(maxsize=1_024)
def _rest(worker: str, queue: str, priority: int, max_attempts: int) -> bytes:
    """What many jobs have in common, from the tab after the arguments on."""
    names = b"\t%b\t%b" % (_escaped(worker.encode()), _escaped(queue.encode()))
    return b"%b\t%d\t%d" % (names, priority, max_attempts)


def _array(texts: tuple[str, ...]) -> bytes:
    """An array of texts, each quoted."""
    quoted = (text.replace("\\", r"\\").replace('"', r"\"") for text in texts)
    return b"{%b}" % b",".join(b'"%b"' % text.encode() for text in quoted)


def _escaped(value: bytes) -> bytes:
    for plain, escaped in _ESCAPES:
        if plain in value:
            value = value.replace(plain, escaped)
    return value
