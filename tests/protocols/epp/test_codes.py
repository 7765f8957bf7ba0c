"""Result codes."""

import pytest
from lxml import etree

from protocols.epp import ResultCode, ends_session, is_failure
from tests.protocols.epp.samples import response_xml


def test_every_code_is_one_that_the_schema_knows(schema: etree.XMLSchema) -> None:
    for code in ResultCode:
        assert schema.validate(etree.fromstring(response_xml(code))), code


def test_failures_begin_at_2000() -> None:
    assert [code for code in ResultCode if not is_failure(code)] == [1000, 1001, 1300, 1301, 1500]


@pytest.mark.parametrize("code", [1500, 2500, 2501, 2502, 2599])
def test_the_server_closes_after_15xx_and_25xx(code: int) -> None:
    assert ends_session(code)


@pytest.mark.parametrize("code", [1000, 1001, 1300, 2002, 2200, 2400])
def test_the_session_stays_after_any_other_code(code: int) -> None:
    assert not ends_session(code)
