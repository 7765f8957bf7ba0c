from dataclasses import dataclass

from actors.sandbox.registry.table import Index, Table


@dataclass(frozen=True, slots=True)
class Book:
    title: str
    words: tuple[str, ...] = ()


def library() -> tuple[Table[Book], Index[Book]]:
    index = Index[Book](lambda book: book.words)
    return Table("domain", Book, index), index


def test_a_staged_record_is_seen_at_once_but_indexed_with_the_commit() -> None:
    books, by_word = library()
    books.put("a", Book("A", ("x",)))
    assert books.get("a") == Book("A", ("x",))
    assert not by_word.keys("x")
    (change,) = books.commit()
    assert (change.key, change.document) == ("a", b'{"title":"A","words":["x"]}')
    assert list(by_word.keys("x")) == ["a"]


def test_a_rollback_forgets_what_was_staged() -> None:
    books, _ = library()
    books.put("a", Book("A"))
    books.commit()
    books.put("a", Book("B"))
    books.drop("a")
    assert books.get("a") is None
    books.rollback()
    assert books.get("a") == Book("A")
    assert books.commit() == ()


def test_an_index_follows_changes_and_deletions() -> None:
    books, by_word = library()
    for title, words in (("A", ("x", "y")), ("B", ("y", "z"))):
        books.put("a", Book(title, words))
        books.commit()
    assert [bool(by_word.keys(word)) for word in "xyz"] == [False, True, True]
    books.drop("a")
    (change,) = books.commit()
    assert change.document is None
    assert not any(by_word.keys(word) for word in "xyz")


def test_a_snapshot_restores_the_table() -> None:
    books, _ = library()
    books.put("b", Book("B", ("x",)))
    books.put("a", Book("A"))
    books.commit()
    copy, by_word = library()
    for change in books.snapshot():
        copy.restore(change)
    assert copy.snapshot() == books.snapshot()
    assert list(by_word.keys("x")) == ["b"]
