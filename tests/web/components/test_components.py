"""Components as text: what they say, and to whom."""

import re
from datetime import timedelta

import pytest
from markupsafe import Markup

from tests.web.builders import NOW
from tests.web.parsing import assert_sound, parse, text_of
from web.actions import CANCEL_JOB, RESTART
from web.components import (
    Branch,
    Chip,
    Column,
    Figure,
    Lamp,
    Reading,
    Row,
    Step,
    Tone,
    badge,
    chips,
    clipped,
    figures,
    glyph,
    listing,
    meter,
    notice,
    panel,
    quantiles,
    sparkline,
    switchboard,
    table,
    timeline,
    timestamp,
    tone_of,
    tree,
    worst,
)
from web.components.badge import TONES
from web.components.button import action_button
from web.fragment import Fragment, changes


def test_no_two_tones_share_a_shape() -> None:
    assert len({re.sub(r'class="[^"]*"', "", glyph(tone)) for tone in TONES}) == len(TONES)


def test_a_badge_says_its_state_in_words() -> None:
    read = parse(badge("backing off", "warn"))
    assert text_of(read) == "backing off"
    assert read.get("class") == "badge warn"
    assert parse(badge("idle", "good", quiet=True)).get("class") == "badge good quiet"


def test_the_worst_tone_wins() -> None:
    assert worst("good", "bad", "warn") == "bad"
    assert worst("active", "off") == "off"
    assert worst() == "good"


def test_a_figure_moves_alone() -> None:
    def row(value: str) -> Fragment:
        return figures("f", [Figure("up", "Up", value, "of 2"), Figure("rate", "Rate", "3", "/s")])

    old, new = row("2"), row("1")
    assert text_of(parse(new)) == "Up 1 of 2 Rate 3 /s"
    assert [one.id for one in changes(old, new)] == ["f/up"]


def test_a_figure_s_note_and_verdict_are_shown() -> None:
    read = parse(figures("f", [Figure("u", "Unknown", "1", note="oldest 6m", tone="warn")]))
    assert text_of(read) == "Unknown 1 oldest 6m"
    assert read.xpath("//dd[@class='warn']/svg")


@pytest.mark.parametrize(("fraction", "width"), [(-1, "0.0"), (0.423, "42.3"), (7, "100.0")])
def test_a_meter_stays_within_its_track(fraction: float, width: str) -> None:
    read = parse(meter(fraction, label="42 %"))
    assert read.xpath("//rect[@class='fill']/@width") == [width]
    assert read.xpath("//title/text()") == ["42 %"]


def test_a_notice_without_text_is_hidden() -> None:
    assert notice("why", None).__html__() == '<p id="why" class="notice" hidden></p>'
    shown = parse(notice("why", "It comes back.", lead="Refused."))
    assert text_of(shown) == "Refused. It comes back."
    assert shown.get("hidden") is None


def test_a_short_history_grows_from_the_right() -> None:
    read = parse(sparkline("s", [0.0, 1.0], top=1.0, title="past"))
    assert read.xpath("//polyline/@points") == ["235.9,39 240,2"]
    assert read.xpath("//title/text()") == ["past"]


def test_only_the_sixty_newest_values_are_drawn_and_the_highest_fits() -> None:
    read = parse(sparkline("s", [9.0] + [0.0] * 59 + [4.0], top=1.0, title="past"))
    points = read.xpath("//polyline/@points")[0].split()
    assert len(points) == 60
    assert (points[0], points[-1]) == ("0,39", "240,2")


def test_an_empty_history_has_no_line() -> None:
    assert not parse(sparkline("s", [], top=1.0, title="past")).xpath("//polyline")


@pytest.mark.parametrize(("highest", "lines"), [(500.0, 0), (2_500.0, 1)])
def test_a_limit_is_drawn_once_values_come_near(highest: float, lines: int) -> None:
    read = parse(sparkline("s", [highest], top=10.0, title="past", limit=2_000.0))
    assert len(read.xpath("//path[@class='limit']")) == lines


@pytest.mark.parametrize(
    ("p95_ms", "tone"), [(None, "off"), (1_500.0, "good"), (1_501.0, "warn"), (2_001.0, "bad")]
)
def test_a_time_is_judged_against_its_limit(p95_ms: float | None, tone: Tone) -> None:
    assert tone_of(p95_ms, limit_ms=2_000.0) == tone


def test_quantiles_say_their_numbers() -> None:
    read = parse(quantiles(22.4, 38.1, 71.9, limit_ms=2_000.0))
    assert read.xpath("//title/text()") == ["p50 22 ms, p95 38 ms, p99 72 ms; limit 2,000 ms"]
    assert read.get("class") == "quantiles good"


def test_quantiles_beyond_the_scale_stay_on_it() -> None:
    read = parse(quantiles(0.1, 20_000.0, 90_000.0, limit_ms=2_000.0))
    assert read.xpath("//circle/@cx") == ["158.0"]
    assert read.xpath("//rect/@x") == ["2.0"]


def test_quantiles_without_a_measurement_show_the_limit_only() -> None:
    read = parse(quantiles(None, None, None, limit_ms=4_000.0))
    assert not read.xpath("//circle")
    assert read.xpath("//path[@class='limit']")


def test_a_lamp_leads_to_its_row_and_changes_alone() -> None:
    def board(tone: Tone) -> Fragment:
        lamps = [
            Lamp("1", "epp/pir/connections/1", "1: idle", tone),
            Lamp("2", "x", "2: idle", "good"),
        ]
        return switchboard("board", lamps, label="Sessions")

    read = parse(board("good"))
    assert read.xpath("//a/@href") == ["#epp/pir/connections/1", "#x"]
    assert text_of(read) == "1: idle 2: idle"
    assert [one.id for one in changes(board("good"), board("active"))] == ["board/1"]


COLUMNS = (Column("Name", width=10), Column("p95", "ms", number=True, width=9), Column("Why"))


def test_a_table_has_headers_units_and_fixed_columns() -> None:
    read = parse(table("t", COLUMNS, [Row("r", ("pir", 38, "x"))], caption="Times", empty="-"))
    assert_sound(read)
    assert text_of(read) == "Times Name p95 ms Why pir 38 x"
    assert read.xpath("//col/@class") == ["w10", "w9"]
    assert read.xpath("//table/@class") == ["m40"]
    assert read.xpath("//tbody/tr/th/@scope") == ["row"]
    assert read.xpath("//td[@data-fade]/text()") == ["38"]


def test_a_table_row_moves_alone_and_a_new_one_moves_the_body() -> None:
    def rows(*cells: tuple[str, int, str]) -> Fragment:
        return table("t", COLUMNS, [Row(c[0], c) for c in cells], caption="c", empty="none")

    one, two = rows(("a", 1, "")), rows(("a", 2, ""))
    assert [change.id for change in changes(one, two)] == ["a"]
    assert [change.id for change in changes(one, rows(("a", 1, ""), ("b", 1, "")))] == ["t/rows"]
    assert [change.id for change in changes(one, rows())] == ["t/rows"]
    assert "none" in text_of(parse(rows()))


def test_a_panel_s_number_and_picture_move_apart() -> None:
    def one(value: str, past: float) -> Fragment:
        picture = sparkline("p/past", [past], top=1.0, title="past")
        return panel(
            "p", "Load", value, "%", [Reading("1 min", "40 %")], picture=picture, accent="first"
        )

    assert text_of(parse(one("42", 0.4))) == "Load 42 % 1 min 40 % past"
    assert [change.id for change in changes(one("42", 0.4), one("43", 0.4))] == ["p/now"]
    assert [change.id for change in changes(one("42", 0.4), one("42", 0.5))] == ["p/past"]


def leaf(name: str, tone: Tone = "good") -> Branch:
    return Branch(name, name, "Pool", "idle", tone, ("0",))


def test_a_tree_is_nested_lists_with_labelled_numbers() -> None:
    root = Branch("root", "root", "", "idle", "good", ("3",), (leaf("a"), leaf("b")))
    read = parse(tree("t", root, label="Tree", headings=("Mailbox",)))
    assert_sound(read)
    assert read.xpath("//li/@id") == ["root", "a", "b"]
    assert read.xpath("//li[@id='root']/details[@open]/ul/li[@id='a']")
    assert text_of(read.xpath("//li[@id='a']")[0]) == "a Pool idle Mailbox 0"


def test_a_folded_branch_shows_the_worst_below_it() -> None:
    root = Branch(
        "root", "root", "", "idle", "good", ("0",), (leaf("a", "bad"),), below="bad", folded=True
    )
    read = parse(tree("t", root, label="Tree", headings=("Mailbox",)))
    assert read.xpath("//details[not(@open)]/summary//span[@class='below']")
    assert "trouble below" in text_of(read)


def test_a_button_names_its_actor_and_asks_first() -> None:
    read = parse(action_button(RESTART, "epp/pir/pool"))
    assert text_of(read) == "Restart epp/pir/pool"
    assert read.get("data-confirm") == "Restart epp/pir/pool?"
    assert (read.get("form"), read.get("formaction")) == ("act", "/actions/restart")
    assert (read.get("name"), read.get("value")) == ("actor", "epp/pir/pool")


def test_a_button_says_what_comes_of_it() -> None:
    read = parse(action_button(CANCEL_JOB, 7))
    assert text_of(read) == "Cancel job 7"
    assert read.get("data-confirm") == (
        "Cancel job 7? It is not tried again; if it runs, it is stopped."
    )
    assert (read.get("formaction"), read.get("name"), read.get("value")) == (
        "/actions/cancel-job",
        "job",
        "7",
    )


def test_times_without_a_limit_have_no_verdict() -> None:
    read = parse(quantiles(22.4, 38.1, 60_000.0, decades=6))
    assert read.xpath("//title/text()") == ["p50 22 ms, p95 38 ms, p99 60,000 ms"]
    assert read.get("class") == "quantiles active"
    assert not read.xpath("//path[@class='limit']")
    assert float(read.xpath("//rect/@x")[0]) < 80


def test_one_of_the_chips_is_marked_and_each_moves_alone() -> None:
    def row(note: str) -> Fragment:
        items = [
            Chip("any", "any", "?", chosen=True),
            Chip("dead", "dead", "?state=dead", note=note),
        ]
        return chips("c", items, label="State")

    read = parse(row("3"))
    assert text_of(read) == "State any dead 3"
    assert read.xpath("//a[@aria-current='true']/@href") == ["?"]
    assert [one.id for one in changes(row("3"), row("4"))] == ["c/dead"]


def test_a_listing_shows_text_as_it_is_under_its_label() -> None:
    read = parse(listing("l", "Arguments", "{<b>}"))
    assert_sound(read)
    assert text_of(read) == "Arguments {<b>}"
    assert read.xpath("//pre/@tabindex") == ["0"]  # it scrolls, so the keyboard must reach it


def test_very_long_text_is_cut_and_says_so() -> None:
    assert clipped("x" * 17_500).endswith("x\n… and 1,500 more characters")
    assert clipped("x" * 16_000) == "x" * 16_000


def test_a_timeline_is_an_ordered_list_whose_steps_move_alone() -> None:
    def line(note: str) -> Fragment:
        steps = [
            Step("a", "Inserted", "off", "14:00"),
            Step("b", "Runs", "active", "14:01", note=note, detail="second attempt"),
        ]
        return timeline("t", steps, label="What happened")

    read = parse(line("for 2s"))
    assert_sound(read)
    assert (read.tag, read.get("aria-label")) == ("ol", "What happened")
    assert text_of(read) == "14:00 Inserted 14:01 for 2s Runs second attempt"
    assert [one.id for one in changes(line("for 2s"), line("for 3s"))] == ["t/b"]


def test_a_timestamp_is_short_for_people_and_exact_for_machines() -> None:
    read = parse(Markup(timestamp(NOW - timedelta(days=1), now=NOW)))
    assert text_of(read) == "21 Nov 14:03:22"
    assert read.get("datetime") == "2026-11-21T14:03:22+00:00"
    assert timestamp(None, now=NOW) == "\N{EN DASH}"
