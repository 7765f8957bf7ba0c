"""Daemons killed under their jobs, in short; `make soak` has the long form."""

import pytest

from tests.support.jobs_chaos import chaos

pytestmark = pytest.mark.acceptance


async def test_under_kills_no_job_is_lost_and_none_done_without_need_again() -> None:
    report = await chaos(jobs=3_000, kills=3, takes_s=0.05)
    report.check()
    assert report.kills == 3
