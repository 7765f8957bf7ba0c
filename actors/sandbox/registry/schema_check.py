"""The published schemas as a second opinion on every data unit, where they are at hand.

The registry does not need them and does not bring them along; a practice run that has them is told
of what is not valid on either side (RFC 5730 section 4 and those of the object mappings).
"""

from pathlib import Path

from lxml import etree


class BadSchemas(Exception):
    """What was named holds no schema."""

    def __init__(self, *, path: Path, reason: str) -> None:
        super().__init__(path, reason)
        self.path = path
        self.reason = reason

    def __str__(self) -> str:
        return f"{self.path} is no schema: {self.reason}"


def find_schemas(path: Path) -> Path:
    """The file that holds all schemas: `path`, or all.xsd in that folder, tried once.

    Raises BadSchemas.
    """
    try:
        file = path / "all.xsd" if path.is_dir() else path
        SchemaCheck(file)
    except (OSError, etree.LxmlError, ValueError) as error:  # a path may hold what none can
        raise BadSchemas(path=path, reason=str(error)) from error
    return file


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
