"""The secret that proves a right to an object (`<authInfo>` of RFC 5731 and RFC 5733)."""

from typing import Final

from lxml.etree import _Element as Element

from protocols.epp_server.document import Children, blame
from protocols.epp_server.problem import refusal
from protocols.epp_server.result_code import ResultCode
from protocols.epp_server.simple_value import line

CLEARED: Final = ""
"""No secret: nobody can prove a right (RFC 9154 asks for this outside of transfers)."""


def read_auth_info(element: Element, *, may_be_null: bool = False) -> str:
    """Read the secret; an empty one and, where allowed, `<null/>` give CLEARED.

    Raises CommandError 2102 for the extensible form and for a secret that belongs to another
    object (`roid`): this registry has neither.
    """
    children = Children(element)
    if may_be_null and children.optional("null") is not None:
        children.end()
        return CLEARED
    foreign = children.optional("ext")
    if foreign is not None:
        raise refusal(
            ResultCode.UNIMPLEMENTED_OPTION, "only <pw> is supported", culprit=blame(foreign)
        )
    password = children.required("pw")
    if password.get("roid") is not None:
        raise refusal(
            ResultCode.UNIMPLEMENTED_OPTION, "roid is not supported", culprit=blame(password)
        )
    children.end()
    return line(password)


def read_optional_auth_info(element: Element | None) -> str | None:
    """Read the secret where there may be none; None then."""
    return None if element is None else read_auth_info(element)
