"""The simple values of the schemas: tokens, lines, numbers, dates and words from a list.

Each reader raises CommandError: 2001 where an element holds elements instead of text, 2003 where
an attribute is missing, 2004 where a number is out of range, 2005 where a text has a wrong form.
"""

import re
from collections.abc import Sequence
from datetime import date
from typing import Final, TypeVar

from lxml.etree import _Element as Element

from protocols.epp_server.document import blame, local_name
from protocols.epp_server.problem import refusal
from protocols.epp_server.result_code import ResultCode

Word = TypeVar("Word", bound=str)

_LINE_BREAKS: Final = re.compile(r"[\t\n\r]")
_DATE: Final = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:Z|[+-][0-9]{2}:[0-9]{2})?")


def token(element: Element, shortest: int = 0, longest: int | None = None) -> str:
    """The text with whitespace collapsed (XML Schema `token`), within the given lengths."""
    text = " ".join(_content(element).split())
    return _measured(element, text, shortest, longest)


def line(element: Element, shortest: int = 0, longest: int | None = None) -> str:
    """The text with each tab and line break as a space (XML Schema `normalizedString`)."""
    text = _LINE_BREAKS.sub(" ", _content(element))
    return _measured(element, text, shortest, longest)


def label(element: Element) -> str:
    """A name of 1 to 255 characters (`eppcom:labelType`)."""
    return token(element, 1, 255)


def identifier(element: Element) -> str:
    """An account's or contact's identifier of 3 to 16 characters (`eppcom:clIDType`)."""
    return token(element, 3, 16)


def whole_number(element: Element, lowest: int, highest: int) -> int:
    """A whole number within bounds."""
    text = token(element)
    if not (text.isascii() and text.isdigit()):
        raise refusal(
            ResultCode.VALUE_SYNTAX, "not a whole number", culprit=blame(element, text=text)
        )
    if len(text) > len(str(highest)) or not lowest <= int(text) <= highest:
        raise refusal(
            ResultCode.VALUE_RANGE,
            f"not within {lowest} and {highest}",
            culprit=blame(element, text=text),
        )
    return int(text)


def calendar_date(element: Element) -> date:
    """A date (`xs:date`); a time zone is allowed and not looked at."""
    text = token(element)
    written = _DATE.fullmatch(text)
    try:
        return date.fromisoformat(written.group(1) if written else "")
    except ValueError as error:
        raise refusal(
            ResultCode.VALUE_SYNTAX, "not a date", culprit=blame(element, text=text)
        ) from error


def attribute(
    element: Element, name: str, words: Sequence[Word], default: Word | None = None
) -> Word:
    """The attribute's value, one of `words`; without a default it must be there."""
    written = element.get(name)
    if written is None:
        if default is None:
            raise refusal(
                ResultCode.MISSING_PARAMETER,
                f"attribute {name} of <{local_name(element)}> is missing",
                culprit=blame(element),
            )
        return default
    text = " ".join(written.split())
    for word in words:
        if word == text:
            return word
    raise refusal(
        ResultCode.VALUE_SYNTAX,
        f"attribute {name} must be one of {', '.join(words)}",
        culprit=blame(element),
    )


def _content(element: Element) -> str:
    if len(element):
        raise refusal(
            ResultCode.SYNTAX,
            f"<{local_name(element)}> holds elements instead of text",
            culprit=blame(element),
        )
    return element.text or ""


def _measured(element: Element, text: str, shortest: int, longest: int | None) -> str:
    if len(text) < shortest or (longest is not None and len(text) > longest):
        upper = "or more" if longest is None else f"to {longest}"
        raise refusal(
            ResultCode.VALUE_SYNTAX,
            f"<{local_name(element)}> must have {shortest} {upper} characters",
            culprit=blame(element),
        )
    return text
