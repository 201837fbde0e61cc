"""The card of a verdict in an iframe on somebody else's page."""

import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.test_paste_to_verdict import shot
from tests.factories import AppearanceFactory, ClaimFactory, published_verdict

TEXT = "Harlow Bay has closed 14 of its 40 public libraries since 2019, more than any other town."


@pytest.fixture
def desk_url(transactional_db, live_server, settings) -> str:
    settings.PUBLIC_URL = live_server.url
    return live_server.url


@pytest.fixture
def elsewhere(tmp_path) -> Iterator[str]:
    """Another site, on this machine as well: a browser lets no far one frame what is near."""
    handler = partial(SimpleHTTPRequestHandler, directory=str(tmp_path))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [300, 450, 600])
def test_the_card_fits_its_frame_and_leads_to_the_fact_check(
    desk_url, elsewhere, tmp_path, page: Page, width, scheme
):
    verdict = published_verdict(claim=AppearanceFactory(claim=ClaimFactory(text=TEXT)).claim)
    address = f"{desk_url}{verdict.get_absolute_url()}"
    asked = page.request.get(f"{desk_url}/oembed", params={"url": address, "maxwidth": width})
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.emulate_media(color_scheme=scheme)

    (tmp_path / "index.html").write_text(
        f"<!doctype html><link rel=icon href=data:,>{asked.json()['html']}"
    )
    page.goto(elsewhere)

    card = page.frame_locator("iframe")
    expect(card.get_by_text(TEXT)).to_be_visible()
    expect(card.get_by_text("Mostly false")).to_be_visible()
    [frame] = page.frames[1:]
    frame.wait_for_load_state()  # It is loaded lazily, and its text is there before its style.
    needs = frame.evaluate(
        "[document.documentElement.scrollWidth, document.documentElement.scrollHeight]"
    )
    assert needs == [width, asked.json()["height"]]
    paper = frame.evaluate("getComputedStyle(document.body).backgroundColor")
    assert paper == ("rgb(253, 252, 249)" if scheme == "light" else "rgb(23, 22, 20)")
    shot(page, f"card-{width}-{scheme}")
    with page.expect_popup() as opened:
        card.get_by_role("link").click()
    expect(opened.value).to_have_url(address)
    expect(opened.value.get_by_role("heading", level=1)).to_be_visible()
    assert said == []
