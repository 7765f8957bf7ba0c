"""The health monitor says all that it was given, and moves in small pieces."""

from dataclasses import replace

import pytest

from actors.epp import EppHealth, RegistryHealth
from tests.web import builders
from tests.web.parsing import assert_sound, parse, text_of
from web.components import Tone
from web.fragment import changes
from web.pages import EppPage, Query, Screen
from web.pages.epp.codes import code_tone, code_words
from web.pages.epp.page import EppState


def screen(*registries: RegistryHealth, health: EppHealth | None = None) -> Screen:
    state = EppState(health or builders.health(*registries), (builders.restart(),))
    return EppPage().render(state, Query())


def said(shown: Screen, id_: str) -> str:
    return text_of(parse(shown.main).get_element_by_id(id_))


def moved(old: RegistryHealth, new: RegistryHealth) -> list[str]:
    return [one.id for one in changes(screen(old).main, screen(new).main)]


def test_the_page_is_sound_whatever_the_state() -> None:
    for registries in [(), (builders.degraded(),), (builders.registry(), builders.degraded())]:
        assert_sound(parse(screen(*registries).main))


def test_a_registry_shows_its_state_place_and_faults() -> None:
    assert said(screen(), "epp/verisign/head") == (
        "verisign up .com .net epp.verisign.example:700 "
        "reconnects 3 time-outs 0 broken frames 0 unknown 0"
    )


def test_the_panels_show_sessions_utilisation_queue_and_times() -> None:
    shown = screen()
    assert said(shown, "epp/verisign/sessions/now") == (
        "Sessions ready 4 of 4 busy 1 wanted 4 allowed 10"
    )
    assert said(shown, "epp/verisign/utilisation/now") == "Utilisation 42 % 1 min 40 % 5 min 38 %"
    assert said(shown, "epp/verisign/commands/now").startswith("Commands 212 /s waiting 0 oldest")
    assert said(shown, "epp/verisign/queries/now") == "Query p95 38 ms p50 22 p99 72 SLR 2,000"


def test_response_times_stand_against_their_limits() -> None:
    shown = screen()
    assert said(shown, "epp/verisign/times/query") == (
        "query 182,031 22 38 72 p50 22 ms, p95 38 ms, p99 72 ms; limit 2,000 ms 2,000 within"
    )
    assert "nothing measured yet" in said(shown, "epp/verisign/times/transform")
    assert said(screen(builders.degraded()), "epp/pir/times/query").endswith("2,000 over")


def test_a_registry_without_queries_yet_shows_dashes() -> None:
    fresh = replace(builders.registry(), times=(), codes=(), p95_history=())
    assert said(screen(fresh), "epp/verisign/queries/now") == "Query p95 \N{EN DASH} ms"
    assert "No command has been answered yet." in said(screen(fresh), "epp/verisign/codes/rows")


def test_result_codes_are_in_words() -> None:
    assert said(screen(), "epp/verisign/codes/2302") == ("2302 object exists 3120 of 184321 3,120")


def test_a_degraded_registry_is_explained_in_words() -> None:
    shown = screen(builders.registry(), builders.degraded())
    assert shown.title == "1 of 2 registries not up · EPP"
    assert said(shown, "epp/pir/why").startswith("The registry refused 1 of 4 sessions with 2502")
    assert said(shown, "epp/pir/head").endswith("unknown 1, oldest 6m 11s")
    assert parse(shown.main).get_element_by_id("epp/verisign/why").get("hidden") is not None


def test_a_connection_shows_what_it_does() -> None:
    assert said(screen(), "epp/verisign/connections/1") == (
        "1 busy domain:check 0.2s 1h 00m 12,040 \N{EN DASH} 1000 EG-0001 0 \N{EN DASH} "
        "Restart epp/verisign/connections/1"
    )


def test_a_connection_backing_off_shows_when_and_why() -> None:
    shown = screen(builders.degraded())
    assert said(shown, "epp/pir/connections/4").endswith(
        "6 14:03:02 again in 19s · session_limit: 2502 <too many> Restart epp/pir/connections/4"
    )
    assert parse(shown.main).get_element_by_id("epp/pir/connections/4").get("class") == "warn"


def test_the_peers_are_summed_up() -> None:
    assert said(screen(builders.degraded()), "epp/pir/connections/peers") == (
        "Connections 3 to 192.0.2.1:700 TLSv1.3 TLS_AES_256_GCM_SHA384"
    )


def test_the_switchboard_has_a_lamp_per_slot() -> None:
    assert said(screen(), "epp/verisign/switchboard") == (
        "1: busy with domain:check, for 0.2s 2: idle, for 2s 3: idle, for 2s 4: idle, for 2s"
    )


def test_a_lost_answer_is_listed_with_its_age() -> None:
    shown = screen(health=builders.health(unknowns=(builders.unknown(),)))
    assert shown.title == "1 unknown outcome · EPP"
    assert said(shown, "unknowns/EG-0041") == (
        "EG-0041 pir domain:create example.org 13:57:11 6m 11s "
        "link_lost: peer closed before the answer"
    )
    assert "every transform has its answer" in said(screen(), "unknowns")


def test_restarts_say_when_why_and_how_long() -> None:
    assert said(screen(), "restarts/rows") == (
        "14:02:28 epp/pir/connections/4 link_lost: peer closed 1 0.4s"
    )


def test_without_a_registry_the_figures_still_stand() -> None:
    nothing = EppHealth(builders.NOW, (), ())
    shown = screen(health=nothing)
    assert_sound(parse(shown.main))
    assert said(shown, "figures/up") == "Registries up 0 of 0"


def test_an_unchanged_registry_sends_nothing() -> None:
    assert moved(builders.registry(), builders.registry()) == []


def test_one_busy_connection_moves_its_row_its_lamp_and_nothing_else() -> None:
    one = builders.registry()
    second = builders.busy(one.connections[1])
    other = replace(one, connections=(one.connections[0], second, *one.connections[2:]))
    assert moved(one, other) == ["epp/verisign/switchboard/2", "epp/verisign/connections/2"]


def test_a_new_slot_resends_the_rows_and_the_switchboard() -> None:
    one = builders.registry()
    more = replace(one, connections=(*one.connections, builders.connection("verisign", 5)))
    assert moved(one, more) == [
        "epp/verisign/switchboard",
        "epp/verisign/connections/peers",
        "epp/verisign/connections/rows",
    ]


@pytest.mark.parametrize(
    ("code", "words", "tone"),
    [
        (1000, "done", "good"),
        (1099, "other success", "good"),
        (2302, "object exists", "off"),
        (2399, "other refusal", "off"),
        (2400, "command failed", "warn"),
        (2502, "session limit exceeded", "warn"),
        (2104, "billing failure", "bad"),
    ],
)
def test_a_code_has_words_and_a_tone(code: int, words: str, tone: Tone) -> None:
    assert (code_words(code), code_tone(code)) == (words, tone)
