"""EPP result codes in a few words each, for the table of answers.

Source: RFC 5730 section 3, whose sentences are shortened.
"""

from web.components import Tone

_WORDS: dict[int, str] = {
    1000: "done",
    1001: "done, action pending",
    1300: "done, no messages",
    1301: "done, message waiting",
    1500: "done, session ended",
    2000: "unknown command",
    2001: "command syntax error",
    2002: "command use error",
    2003: "required parameter missing",
    2004: "parameter value range",
    2005: "parameter value syntax",
    2100: "unimplemented protocol version",
    2101: "unimplemented command",
    2102: "unimplemented option",
    2103: "unimplemented extension",
    2104: "billing failure",
    2105: "not eligible for renewal",
    2106: "not eligible for transfer",
    2200: "authentication error",
    2201: "authorisation error",
    2202: "invalid authorisation information",
    2300: "object pending transfer",
    2301: "object not pending transfer",
    2302: "object exists",
    2303: "object does not exist",
    2304: "status prohibits operation",
    2305: "association prohibits operation",
    2306: "parameter value policy",
    2307: "unimplemented object service",
    2308: "data management policy",
    2400: "command failed",
    2500: "command failed, session ended",
    2501: "authentication error, session ended",
    2502: "session limit exceeded",
}

_NEEDS_A_HAND = frozenset({2104, 2200, 2501})


def code_words(code: int) -> str:
    """What `code` means; the name of its class for one that RFC 5730 does not list."""
    return _WORDS.get(code, "other success" if code < 2000 else "other refusal")


def code_tone(code: int) -> Tone:
    """Fine, refused as asked, or a failure: 24xx and 25xx warn, what needs an operator is bad."""
    if code in _NEEDS_A_HAND:
        return "bad"
    if code < 2000:
        return "good"
    return "warn" if code >= 2400 else "off"
