"""Daemons killed under their jobs, at length."""

import pytest

from tests.support.jobs_chaos import chaos

pytestmark = [pytest.mark.soak, pytest.mark.timeout(900)]


async def test_under_ten_kills_no_job_is_lost_and_none_done_without_need_again() -> None:
    report = await chaos(jobs=20_000, kills=10, takes_s=0.1)
    report.check()
    assert report.kills == 10
