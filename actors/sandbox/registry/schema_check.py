"""The published schemas as a second opinion on every data unit, where they are at hand.

The registry does not need them and does not bring them along; a practice run that has them is told
of what is not valid on either side (RFC 5730 section 4 and those of the object mappings).
"""

from pathlib import Path

from lxml import etree


class SchemaCheck:
    """Holds data units against one schema that imports all others."""

    def __init__(self, path: Path) -> None:
        self._schema = etree.XMLSchema(etree.parse(path))

    def problem(self, xml: bytes) -> str | None:
        """What makes a well-formed data unit invalid, None when nothing does."""
        parser = etree.XMLParser(resolve_entities=False, no_network=True)
        try:
            self._schema.assertValid(etree.fromstring(xml, parser))
        except etree.DocumentInvalid as error:
            return str(error)
        return None
