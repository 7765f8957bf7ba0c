"""Result codes as outcomes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocols.epp import (
    AssociationProhibits,
    AuthenticationFailed,
    BillingFailure,
    CommandFailed,
    Completed,
    InvalidAuthInfo,
    NotAuthorized,
    NotEligible,
    NotPendingTransfer,
    ObjectDoesNotExist,
    ObjectExists,
    Pending,
    PendingTransfer,
    PolicyViolation,
    Response,
    Result,
    ResultCode,
    ServerClosing,
    SessionLimitExceeded,
    StatusProhibits,
    Unimplemented,
    UsageError,
    is_failure,
    outcome_of,
)

_OUTCOMES: dict[type, tuple[int, ...]] = {
    Completed: (1000, 1300, 1301, 1500),
    Pending: (1001,),
    UsageError: (2000, 2001, 2002, 2003),
    PolicyViolation: (2004, 2005, 2306, 2308),
    Unimplemented: (2100, 2101, 2102, 2103, 2307),
    BillingFailure: (2104,),
    NotEligible: (2105, 2106),
    AuthenticationFailed: (2200, 2501),
    NotAuthorized: (2201,),
    InvalidAuthInfo: (2202,),
    PendingTransfer: (2300,),
    NotPendingTransfer: (2301,),
    ObjectExists: (2302,),
    ObjectDoesNotExist: (2303,),
    StatusProhibits: (2304,),
    AssociationProhibits: (2305,),
    CommandFailed: (2400,),
    ServerClosing: (2500,),
    SessionLimitExceeded: (2502,),
}


def _response(*codes: int) -> Response:
    results = tuple(Result(code=code, message=f"m{code}", reasons=(f"r{code}",)) for code in codes)
    return Response(results=results, cltrid="ABC-1", svtrid="SRV-1")


@pytest.mark.parametrize("code", list(ResultCode))
def test_each_code_has_its_outcome(code: int) -> None:
    expected = next(outcome for outcome, codes in _OUTCOMES.items() if code in codes)
    assert type(outcome_of(_response(code))) is expected


def test_success_carries_the_whole_answer() -> None:
    response = _response(1000)
    assert outcome_of(response) == Completed(response)
    assert outcome_of(_response(1001)) == Pending(_response(1001))


def test_a_refusal_carries_the_worst_result_and_all_reasons() -> None:
    assert outcome_of(_response(2005, 2302)) == ObjectExists(
        code=2302,
        message="m2302",
        reasons=("r2005", "r2302"),
        svtrid="SRV-1",
        cltrid="ABC-1",
    )


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (1099, Completed),
        (1999, Completed),
        (2099, UsageError),
        (2199, Unimplemented),
        (2299, NotAuthorized),
        (2399, PolicyViolation),
        (2499, CommandFailed),
        (2599, ServerClosing),
        (2699, CommandFailed),
        (2999, CommandFailed),
    ],
)
def test_a_code_of_no_rfc_counts_as_its_kind(code: int, expected: type) -> None:
    assert type(outcome_of(_response(code))) is expected


@given(st.integers(1000, 2999))
def test_every_failure_is_a_refusal_and_nothing_else_is(code: int) -> None:
    outcome = outcome_of(_response(code))
    assert isinstance(outcome, Completed | Pending) != is_failure(code)
