"""Fragments: the elements of a page that the browser can replace one by one.

A page is one fragment that holds others. Two renderings of it are compared from the top: where
only what is inside a nested fragment differs, that one is sent; where a fragment's own markup
differs, or it holds other fragments than before (a row came or went), it is sent whole. So a change
always finds its element, and what has not changed is never sent.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from markupsafe import Markup

from web.element import Attribute, Content, join, opening


@dataclass(frozen=True, slots=True)
class Fragment:
    """An element with an id, written in pieces: markup, and the fragments it holds."""

    id: str
    parts: tuple["Markup | Fragment", ...]

    def __html__(self) -> str:
        """The whole element; this is how templates and `element` take a fragment in."""
        return "".join(part.__html__() for part in self.parts)


def fragment(tag: str, id_: str, *content: Content, **attributes: Attribute) -> Fragment:
    """Write one element as a fragment; fragments among `content` stay apart."""
    parts: list[Markup | Fragment] = []
    plain: list[Content] = [opening(tag, id=id_, **attributes)]
    for item in content:
        if isinstance(item, Fragment):
            parts += [join(*plain), item]
            plain = []
        else:
            plain.append(item)
    closing = Markup(f"</{tag}>")  # noqa: S704 a tag is ours
    return Fragment(id_, (*parts, join(*plain, closing)))


def changes(old: Fragment, new: Fragment) -> Iterator[Fragment]:
    """What the browser must replace to get from `old` to `new`, in document order."""
    if _own(old) != _own(new):
        yield new
        return
    for before, after in zip(_held(old), _held(new), strict=True):
        if before is not after:
            yield from changes(before, after)


def _own(whole: Fragment) -> tuple[str, ...]:
    """The markup of a fragment with its holdings reduced to their ids."""
    return tuple(part.id if isinstance(part, Fragment) else part for part in whole.parts)


def _held(whole: Fragment) -> list[Fragment]:
    return [part for part in whole.parts if isinstance(part, Fragment)]
