"""The way into the pages: a link that works once."""

import re

import httpx
import pytest

from tests.support.daemon import RunningDaemon


def fresh_link(daemon: RunningDaemon) -> str:
    link = daemon.json("login")["url"]
    assert isinstance(link, str)
    return link


def token_of(link: str) -> str:
    return link.partition("token=")[2]


def sign_in(browser: httpx.Client, daemon: RunningDaemon, link: str) -> httpx.Response:
    return browser.post("/login", data={"token": token_of(link)}, headers={"origin": daemon.url})


def browser_of(daemon: RunningDaemon) -> httpx.Client:
    return httpx.Client(base_url=daemon.url, trust_env=False)


def test_a_link_shows_a_button_signs_in_once_and_is_refused_the_second_time(
    daemon: RunningDaemon,
) -> None:
    link = fresh_link(daemon)
    assert link.startswith(f"{daemon.url}/login?token=")
    with browser_of(daemon) as browser, browser_of(daemon) as other:
        for _ in range(2):  # looking at it does not use it up
            form = browser.get(link)
            assert form.status_code == 200
            assert re.search(r"<form[^>]*method=\"?post", form.text)
            assert "<button" in form.text
            assert browser.cookies == httpx.Cookies()

        entered = sign_in(browser, daemon, link)
        assert (entered.status_code, entered.headers["location"]) == (303, "/")
        cookie = entered.headers["set-cookie"].lower()
        assert "httponly" in cookie
        assert "samesite" in cookie
        assert browser.get("/epp").status_code == 200
        assert "verisign" in browser.get("/epp").text

        again = sign_in(other, daemon, link)
        assert again.status_code == 403
        assert "used already" in again.text
        assert other.get("/epp").status_code == 303


def test_a_link_is_of_no_use_to_another_site(daemon: RunningDaemon) -> None:
    link = fresh_link(daemon)
    with browser_of(daemon) as browser:
        stolen = browser.post(
            "/login", data={"token": token_of(link)}, headers={"origin": "https://evil.example"}
        )
        assert stolen.status_code == 403
        assert browser.cookies == httpx.Cookies()
        assert sign_in(browser, daemon, link).status_code == 303


@pytest.mark.parametrize("token", ["", "x", "0" * 43])
def test_a_token_that_was_never_issued_is_refused(daemon: RunningDaemon, token: str) -> None:
    with browser_of(daemon) as browser:
        assert sign_in(browser, daemon, f"?token={token}").status_code == 403


def test_the_link_on_the_command_line_is_one_line_that_a_browser_takes(
    daemon: RunningDaemon,
) -> None:
    said = daemon.cli("login")
    assert said.exit_code == 0
    (link,) = re.findall(r"http://\S+", said.out)
    with browser_of(daemon) as browser:
        assert sign_in(browser, daemon, link).status_code == 303
