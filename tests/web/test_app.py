"""Every address over HTTP: who gets what, and what forms may do."""

import pytest

from runtime import NotRunning, System, WhichChildren
from store import DatabaseUnreachable
from tests.web.application import OURS, Web, browser
from tests.web.parsing import assert_sound, parse_document, text_of
from tests.web.scripted import MemoryAccounts, ScriptedBackend
from web.app import create_app
from web.channels.endpoint import SOCKETS_PATH
from web.channels.stats import SocketStats
from web.headers import CONTENT_SECURITY_POLICY
from web.ports import Readiness


@pytest.mark.parametrize("path", ["/", "/epp", "/tree"])
async def test_a_stranger_is_led_to_the_sign_in(web: Web, path: str) -> None:
    answer = await web.browser.get(path)
    assert (answer.status_code, answer.headers["location"]) == (303, "/login")


@pytest.mark.parametrize(
    "path", ["/", "/epp", "/tree", "/tree?path=epp/pir/pool", "/epp?refresh=1"]
)
async def test_an_operator_sees_every_page_whole(web: Web, path: str) -> None:
    one = await web.sign_in()
    answer = await web.browser.get(path)
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    read = parse_document(answer.text)
    assert_sound(read)
    assert one.form_token in read.xpath("//form[@id='act']/input/@value")


async def test_a_link_is_looked_at_any_number_of_times_and_used_once(web: Web) -> None:
    for _ in range(3):
        answer = await web.browser.get("/login?token=once")
        assert parse_document(answer.text).xpath("//input[@name='token']/@value") == ["once"]
    await web.sign_in()
    again = await web.browser.post("/login", data={"token": "once"}, headers=OURS)
    assert again.status_code == 403
    assert "used already" in text_of(parse_document(again.text))


async def test_the_cookie_is_out_of_reach(web: Web) -> None:
    answer = await web.browser.post("/login", data={"token": "once"}, headers=OURS)
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("engset=cookie-1; HttpOnly; Max-Age=43200; Path=/; SameSite=lax")
    assert "Secure" not in cookie


async def test_over_https_the_cookie_is_pinned_to_the_host(web: Web) -> None:
    answer = await web.browser.post(
        "https://engset.test/login", data={"token": "once"}, headers=OURS
    )
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("__Host-engset=cookie-1;")
    assert "Secure" in cookie
    assert "Domain" not in cookie


@pytest.mark.parametrize(
    "headers", [{}, {"sec-fetch-site": "cross-site"}, {"origin": "https://evil.example"}]
)
@pytest.mark.parametrize("path", ["/login", "/logout", "/actions/restart"])
async def test_a_form_from_elsewhere_is_refused(
    web: Web, path: str, headers: dict[str, str]
) -> None:
    one = await web.sign_in()
    form = {"token": one.form_token, "actor": "epp/pir/pool", "confirmed": "yes"}
    answer = await web.browser.post(path, data=form, headers=headers)
    assert answer.status_code == 403
    assert "did not come from a page of this daemon" in text_of(parse_document(answer.text))
    assert web.backend.acted == []


@pytest.mark.parametrize("path", ["/logout", "/actions/restart"])
async def test_a_form_without_its_token_is_refused(web: Web, path: str) -> None:
    await web.sign_in()
    answer = await web.browser.post(path, data={"token": "guess"}, headers=OURS)
    assert answer.status_code == 403


async def test_a_button_without_a_script_asks_acts_and_goes_back(web: Web) -> None:
    one = await web.sign_in()
    form = {"token": one.form_token, "actor": "epp/pir/pool", "back": "/epp?refresh=1"}
    asked = await web.browser.post("/actions/restart", data=form, headers=OURS)
    fields = parse_document(asked.text).xpath("//input")
    answers = {field.get("name") or "": field.get("value") or "" for field in fields}
    assert web.backend.acted == []
    done = await web.browser.post("/actions/restart", data=answers, headers=OURS)
    assert (done.status_code, done.headers["location"]) == (303, "/epp?refresh=1")
    assert web.backend.acted == [("restart", "epp/pir/pool", "alice")]


@pytest.mark.parametrize("back", ["https://evil.example/", "//evil.example/", "/\\evil", "x"])
async def test_a_form_never_leads_elsewhere(web: Web, back: str) -> None:
    one = await web.sign_in()
    form = {"token": one.form_token, "actor": "a", "back": back, "confirmed": "yes"}
    answer = await web.browser.post("/actions/stop", data=form, headers=OURS)
    assert answer.headers["location"] == "/"


async def test_an_action_that_is_refused_says_why(web: Web) -> None:
    one = await web.sign_in()
    form = {"token": one.form_token, "actor": "epp/nobody", "confirmed": "yes"}
    answer = await web.browser.post("/actions/restart", data=form, headers=OURS)
    assert answer.status_code == 409
    assert "There is no actor epp/nobody." in text_of(parse_document(answer.text))


async def test_an_action_that_does_not_exist_is_not_found(web: Web) -> None:
    one = await web.sign_in()
    form = {"token": one.form_token, "actor": "a"}
    assert (await web.browser.post("/actions/eat", data=form, headers=OURS)).status_code == 404


async def test_a_job_is_acted_on_by_its_number(web: Web) -> None:
    one = await web.sign_in()
    form = {"token": one.form_token, "job": "7", "back": "/jobs?job=7", "confirmed": "yes"}
    answer = await web.browser.post("/actions/cancel-job", data=form, headers=OURS)
    assert answer.headers["location"] == "/jobs?job=7"
    assert web.backend.acted == [("cancel-job", "7", "alice")]


async def test_an_action_without_its_target_is_not_found(web: Web) -> None:
    one = await web.sign_in()
    form = {"token": one.form_token, "actor": "jobs", "confirmed": "yes"}
    answer = await web.browser.post("/actions/pause-queue", data=form, headers=OURS)
    assert answer.status_code == 404
    assert web.backend.acted == []


async def test_a_viewer_may_not_act(web: Web) -> None:
    web.accounts.links["once"] = "viewer"
    one = await web.sign_in()
    form = {"token": one.form_token, "actor": "epp/pir/pool", "confirmed": "yes"}
    answer = await web.browser.post("/actions/restart", data=form, headers=OURS)
    assert answer.status_code == 403
    assert web.backend.acted == []


async def test_signing_out_ends_session_cookie_and_sockets(web: Web) -> None:
    one = await web.sign_in()
    await web.browser.get("/socket/longpoll?vsn=2.0.0")
    sockets = await web.system.call(SOCKETS_PATH, WhichChildren())
    assert len(sockets) == 1
    answer = await web.browser.post("/logout", data={"token": one.form_token}, headers=OURS)
    assert (answer.status_code, answer.headers["location"]) == (303, "/login")
    assert web.accounts.sessions == {}
    assert "engset" not in web.browser.cookies
    sockets = await web.system.call(SOCKETS_PATH, WhichChildren())
    assert sockets == ()


async def test_every_answer_carries_the_content_policy(web: Web) -> None:
    for path in ("/login", "/static/engset.css", "/healthz", "/nothing"):
        headers = (await web.browser.get(path)).headers
        assert headers["content-security-policy"] == CONTENT_SECURITY_POLICY
        assert headers["x-content-type-options"] == "nosniff"
    assert "unsafe" not in CONTENT_SECURITY_POLICY


async def test_health_and_readiness_need_no_sign_in(web: Web) -> None:
    assert (await web.browser.get("/healthz")).text == "ok\n"
    ready = await web.browser.get("/readyz")
    assert (ready.status_code, ready.json()) == (200, {"ready": True, "reasons": []})
    web.backend.ready = Readiness(ready=False, reasons=("The database is away.",))
    away = await web.browser.get("/readyz")
    assert (away.status_code, away.json()["reasons"]) == (503, ["The database is away."])


async def test_metrics_are_for_this_machine_and_for_operators(web: Web) -> None:
    assert (await web.browser.get("/metrics")).text == "engset_up 1\n"
    proxied = {"x-forwarded-for": "192.0.2.9"}
    assert (await web.browser.get("/metrics", headers=proxied)).status_code == 403
    await web.sign_in()
    assert (await web.browser.get("/metrics", headers=proxied)).status_code == 200


@pytest.mark.parametrize("address", ["192.0.2.9", "::1", "not-an-address"])
async def test_metrics_by_address(address: str) -> None:
    async with System() as system:
        app = create_app(
            system=system,
            backend=ScriptedBackend(),
            accounts=MemoryAccounts(),
            stats=SocketStats(),
        )
        async with browser(app, address=address) as client:
            status = (await client.get("/metrics")).status_code
    assert status == (200 if address == "::1" else 403)


async def test_a_page_that_is_not_there_is_said_so_in_the_same_look(web: Web) -> None:
    answer = await web.browser.get("/nothing")
    assert answer.status_code == 404
    assert_sound(parse_document(answer.text))
    assert "There is no page at this address." in text_of(parse_document(answer.text))


async def test_a_page_that_breaks_tells_nothing_of_why(web: Web) -> None:
    await web.sign_in()
    web.backend.error = RuntimeError("secret detail")
    answer = await web.browser.get("/epp")
    assert answer.status_code == 500
    assert "secret detail" not in answer.text
    assert "The page broke" in answer.text


async def test_without_its_database_the_site_says_so(web: Web) -> None:
    await web.sign_in()
    web.accounts.away = True
    answer = await web.browser.get("/epp")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    assert "The database does not answer" in answer.text


@pytest.mark.parametrize(
    "error",
    [DatabaseUnreachable(database="main", reason="refused"), NotRunning("jobs/lifeline")],
)
@pytest.mark.parametrize("path", ["/", "/jobs", "/jobs?job=7", "/jobs?state=discarded"])
async def test_while_jobs_cannot_be_seen_their_pages_say_so(
    web: Web, path: str, error: Exception
) -> None:
    await web.sign_in()
    web.backend.jobs_error = error
    answer = await web.browser.get(path)
    assert answer.status_code == 200
    read = parse_document(answer.text)
    assert_sound(read)
    assert str(error) in text_of(read)


async def test_a_static_file_may_be_kept_but_is_asked_about(web: Web) -> None:
    answer = await web.browser.get("/static/live.js")
    assert answer.status_code == 200
    assert "etag" in answer.headers
