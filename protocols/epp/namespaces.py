"""The XML namespaces the engine speaks, and those it can name at login.

Sources: RFC 5730-5733 (the schemas), RFC 9038 section 3.
"""

from typing import Final

EPP: Final = "urn:ietf:params:xml:ns:epp-1.0"
DOMAIN: Final = "urn:ietf:params:xml:ns:domain-1.0"
HOST: Final = "urn:ietf:params:xml:ns:host-1.0"
CONTACT: Final = "urn:ietf:params:xml:ns:contact-1.0"
UNHANDLED_NAMESPACES: Final = "urn:ietf:params:xml:ns:epp:unhandled-namespaces-1.0"

SUPPORTED_OBJECTS: Final = (DOMAIN, HOST, CONTACT)
"""Object services whose commands the engine writes and whose data it reads."""

SUPPORTED_EXTENSIONS: Final = (UNHANDLED_NAMESPACES,)
"""Extensions whose data the engine reads; others arrive raw, by RFC 9038 or unasked."""
