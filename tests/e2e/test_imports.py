"""A file imported in a browser: columns chosen, then a page that follows the worker."""

import pytest
from playwright.sync_api import Page, expect

from tests.articles.files import table
from tests.e2e.test_paste_to_verdict import shot, sign_in
from tests.factories import OutletFactory, user_in

ROWS = [
    {"Kop": f"Report {n}", "Tekst": f"The council closed {n} of its 40 libraries, she said."}
    for n in range(2, 30)
]
ROWS[3]["Tekst"] = ""


@pytest.fixture(autouse=True)
def imports_dir(settings, tmp_path, monkeypatch):
    settings.IMPORTS_DIR = tmp_path / "imports"
    monkeypatch.setenv("IMPORTS_DIR", str(settings.IMPORTS_DIR))


@pytest.fixture
def desk(imports_dir, desk):
    """The worker reads the uploads of this test."""
    return desk


def test_a_table_is_mapped_and_followed_to_its_claims(desk, page: Page, tmp_path):
    OutletFactory(name="Harbour Herald", domain="herald.example")
    user_in("researcher", username="tove", first_name="Tove")
    path = tmp_path / "mei.csv"
    path.write_bytes(table(ROWS, delimiter=";", encoding="utf-16"))

    sign_in(page, desk, "tove")
    page.goto(f"{desk}/admin/articles/import/")
    page.get_by_role("link", name="Import a file").click()
    page.locator("input[type=file]").set_input_files(path)
    page.get_by_role("button", name="Upload and look at it").click()
    page.get_by_label("Title", exact=True).select_option("Kop")
    page.get_by_label("Text", exact=True).select_option("Tekst")
    page.locator("#reading-outlet").fill("Harbour Herald")
    page.get_by_role("button", name="Look again").click()
    expect(page.get_by_text("The council closed 2 of its 40 libraries")).to_be_visible()
    shot(page, "import-preview")
    page.get_by_role("button", name="Start the import").click()

    # The worker may still be loading its pipelines.
    expect(page.get_by_text("Finished", exact=True)).to_be_visible(timeout=90_000)
    expect(page.locator("[data-fact=created]")).to_have_text("27")
    expect(page.get_by_text("empty_text")).to_be_visible()
    expect(page.locator("[data-fact=extracted]")).to_have_text("27 of 27", timeout=60_000)
    shot(page, "import-live")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download them").click()
    assert download.value.suggested_filename == "mei.failed.csv"
