"""A real Chromium before a real server, with a real worker behind it."""

import os
import re
import shutil
from pathlib import Path

import pytest
from playwright.sync_api import expect

CHROMIUM = (
    os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
)
#: Where screenshots go, kept as artefacts; `make screenshots` copies the README’s from there.
SCREENSHOTS = Path(os.environ.get("SCREENSHOTS", "var/screenshots"))
# A machine under load is slow, not wrong.
expect.set_options(timeout=20_000)
#: Of two lists of features Chromium takes the last: what Playwright switches off stays so.
AS_PLAYWRIGHT = (
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsUpgrades",
    "HttpsFirstBalancedModeAutoEnable",
    "LensOverlay",
    "MediaRouter",
    "PaintHolding",
    "ThirdPartyStoragePartitioning",
    "AvoidCorsURLLoaderRestartOnRedirect",
    "TcpPortRandomizationWin",
    "OptimizationHints",
    "NetworkTimeServiceQuerying",
    "AimEnabled",
    "PreconnectToSearch",
)
#: The popup of the address bar is a page of its own, loaded for every test.
NOBODY_LOOKS_AT = ("WebUIOmniboxPopup", "WebUIOmniboxAimPopup")
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    f"--disable-features={','.join([*AS_PLAYWRIGHT, *NOBODY_LOOKS_AT])}",
)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    if CHROMIUM is None:
        assert "REQUIRE_BROWSER" not in os.environ, "REQUIRE_BROWSER is set and there is none"
        pytest.skip("no Chromium on this machine: the browser tests are skipped")
    return {**browser_type_launch_args, "executable_path": CHROMIUM, "args": list(QUIET)}


@pytest.fixture(scope="session", autouse=True)
def orm_beside_the_event_loop():
    """Playwright's loop runs in the thread that uses the ORM, which Django would refuse."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    yield
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture(autouse=True)
def last_seen(request):
    """What a test's page shows at its end, well or not, is among the screenshots."""
    page = request.getfixturevalue("page") if "page" in request.fixturenames else None
    yield
    if page and not page.is_closed():
        name = re.sub(r"[^\w-]+", "-", request.node.name).strip("-")
        page.screenshot(path=SCREENSHOTS / "ends" / f"{request.path.stem}-{name[:100]}.png")


@pytest.fixture
def desk(request, transactional_db, live_server, settings) -> str:
    """The address of a running desk, worker included unless the test is marked `no_worker`."""
    settings.PUBLIC_URL = live_server.url
    if not request.node.get_closest_marker("no_worker"):
        request.getfixturevalue("start_worker")()
    return live_server.url
