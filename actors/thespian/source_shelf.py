"""Actor classes loaded from zip files: kept by hash, once the Source Authority has approved them.

A source is not loaded until an actor that registered as the authority has answered its
`ValidateSource`; without an authority nothing ever is. The importing itself is Thespian's.
"""

import hashlib
import sys
from collections.abc import Callable
from functools import partial
from typing import BinaryIO
from zipfile import BadZipFile

import structlog
from thespian.actors import (
    Actor,
    ActorAddress,
    LoadedSource,
    UnloadedSource,
    ValidatedSource,
    ValidateSource,
)
from thespian.system.sourceLoader import SourceHashFinder, loadModuleFromHashSource
from thespian.system.utilis import actualActorClass

log = structlog.get_logger("thespian")

Post = Callable[[ActorAddress, object], None]
"""Sends a message in the system's own name."""


def read_source(source: str | BinaryIO) -> tuple[str, bytes]:
    """The hash that names a source, and its octets. Raises OSError."""
    if isinstance(source, str):
        with open(source, "rb") as file:  # noqa: PTH123 - Thespian takes any name `open` takes
            data = file.read()
    else:
        with source:
            data = source.read()
    return hashlib.md5(data, usedforsecurity=False).hexdigest(), data  # Thespian's name for it


class SourceShelf:
    """What is loaded, who approves, and who is told."""

    def __init__(self, post: Post) -> None:
        self._post = post
        self._sources: dict[str, bytes] = {}
        self._told: dict[str, ActorAddress] = {}
        self.authority: ActorAddress | None = None

    @property
    def hashes(self) -> tuple[str, ...]:
        """What is loaded, oldest first."""
        return tuple(self._sources)

    def submit(self, source_hash: str, data: bytes) -> None:
        """Ask the authority about a source."""
        if self.authority is None:
            log.warning("source.refused", source=source_hash, reason="there is no authority")
        else:
            self._post(self.authority, ValidateSource(source_hash, data))

    def validated(self, answer: ValidatedSource) -> None:
        """The authority has spoken: keep the source, if it approved and the zip can be read."""
        if answer.sourceZip is None:
            log.warning("source.refused", source=answer.sourceHash, reason="not approved")
            return
        try:
            SourceHashFinder(answer.sourceHash, lambda zip_: zip_, answer.sourceZip).getZipNames()
        except (BadZipFile, TypeError) as error:
            log.warning("source.refused", source=answer.sourceHash, reason=str(error))
            return
        self._sources[answer.sourceHash] = answer.sourceZip
        log.info("source.loaded", source=answer.sourceHash)
        for listener in self._told.values():
            self._post(listener, LoadedSource(answer.sourceHash, ""))

    def unload(self, source_hash: str) -> None:
        """Forget a source and the modules made of it; those who use them keep them."""
        if self._sources.pop(source_hash, None) is not None:
            for listener in self._told.values():
                self._post(listener, UnloadedSource(source_hash, ""))
        for finder in [each for each in sys.meta_path if _comes_from(each, source_hash)]:
            sys.meta_path.remove(finder)
            root = "{{" + source_hash + "}}"
            for name in [name for name in sys.modules if name.startswith(root)]:
                del sys.modules[name]

    def clear(self) -> None:
        """Unload everything: importing is a matter of the whole process, and would go on."""
        for source_hash in self.hashes:
            self.unload(source_hash)

    def tell(self, listener: ActorAddress, *, enable: bool) -> None:
        """Keep an actor informed of what is loaded, beginning with what is loaded now."""
        self._told.pop(listener.actorAddressString, None)
        if enable:
            self._told[listener.actorAddressString] = listener
            for source_hash in self._sources:
                self._post(listener, LoadedSource(source_hash, ""))

    def forget(self, address: ActorAddress) -> None:
        """An actor is gone."""
        self._told.pop(address.actorAddressString, None)
        if self.authority == address:
            self.authority = None

    def behaviour(self, behaviour: type[Actor] | str, source_hash: str | None) -> type[Actor]:
        """The class that was asked for, by itself or by its dotted name.

        Raises InvalidActorSpecification, InvalidActorSourceHash, ImportError, AttributeError.
        """
        if source_hash is None:
            return actualActorClass(behaviour)
        loader = partial(loadModuleFromHashSource, source_hash, self._sources)
        return actualActorClass(behaviour, loader)


def _comes_from(finder: object, source_hash: str) -> bool:
    return isinstance(finder, SourceHashFinder) and finder.srcHash == source_hash
