"""The XML namespaces that the server's side speaks."""

from typing import Final

EPP: Final = "urn:ietf:params:xml:ns:epp-1.0"
"""RFC 5730."""
DOMAIN: Final = "urn:ietf:params:xml:ns:domain-1.0"
"""RFC 5731."""
HOST: Final = "urn:ietf:params:xml:ns:host-1.0"
"""RFC 5732."""
CONTACT: Final = "urn:ietf:params:xml:ns:contact-1.0"
"""RFC 5733."""

PREFIXES: Final = {DOMAIN: "domain", HOST: "host", CONTACT: "contact"}
"""The prefix under which each object's elements are written, and named in labels."""
