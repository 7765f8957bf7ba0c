"""The supervision tree, and one actor close up."""

from dataclasses import replace

from runtime.snapshot import RestartRecord, TreeNode
from tests.web import builders
from tests.web.parsing import assert_sound, parse, text_of
from web.fragment import changes
from web.pages import Query, Screen, TreePage
from web.pages.tree.page import TreeState


def screen(root: TreeNode, *, path: str = "", restarts: tuple[RestartRecord, ...] = ()) -> Screen:
    return TreePage().render(TreeState(root, restarts, builders.NOW), Query(path=path))


def test_every_actor_stands_in_the_tree_under_its_path() -> None:
    read = parse(screen(builders.tree()).main)
    assert_sound(read)
    assert text_of(read.get_element_by_id("epp/pir/connections/4")) == (
        "4 Connection idle Mailbox 3 Peak 7 Messages 12,040 Restarts 1 Up for 1h 00m"
    )
    assert "engset rest for one · 2 children · 1/3 in 5 s" in text_of(read)


def test_a_state_that_changes_moves_one_line_and_the_warnings_above_it() -> None:
    old, new = screen(builders.tree()), screen(builders.tree(state="backing_off"))
    assert [one.id for one in changes(old.main, new.main)] == [
        "engset/-",
        "epp/pir/connections/-",
        "epp/pir/connections/4/-",
    ]


def test_an_actor_close_up_says_what_it_says_of_itself() -> None:
    restarts = (builders.restart(), builders.restart("epp/pir/pool"))
    shown = screen(builders.tree(), path="epp/pir/connections/4", restarts=restarts)
    read = parse(shown.main)
    assert_sound(read)
    assert shown.title == "epp/pir/connections/4 · Tree"
    facts = text_of(read.get_element_by_id("actor/facts"))
    assert "mailbox 3 of 1,000" in facts
    assert "last exit link_lost: peer closed" in facts
    assert "session idle" in facts
    assert len(read.get_element_by_id("actor/restarts/rows")) == 1
    assert read.xpath("//button/@formaction") == ["/actions/restart", "/actions/stop"]


def test_an_actor_that_is_gone_is_said_to_be_gone() -> None:
    read = parse(screen(builders.tree(), path="epp/pir/connections/9").main)
    assert text_of(read.get_element_by_id("actor")) == (
        "There is no actor epp/pir/connections/9 now. It ended, or never was."
    )


def test_restarts_of_the_same_actor_at_the_same_time_keep_apart() -> None:
    twice = (builders.restart(), replace(builders.restart(), attempt=2))
    assert_sound(parse(screen(builders.tree(), path="epp/pir/connections/4", restarts=twice).main))
