"""Schemathesis against a running desk: no 5xx, and no answer that differs from the schema.

`make fuzz MINUTES=20` runs it longer; in `make test` it takes half a minute.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.contract.rows import SNAPSHOT, as_asked_for, desk_of_rows, ids_of_rows
from tests.factories import api_key, user_in

SCHEMATHESIS = str(Path(sys.executable).parent / "schemathesis")
MINUTES = float(os.environ.get("MINUTES", 0.25))
#: What counts as a fault: our failing, and any answer that the schema does not describe. Which
#: input is good is said by the services, in more words than a schema has.
CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "unsupported_method",
    "allow_header_conformance",
    "use_after_free",
)
ALONE = "examples,coverage,fuzzing" if MINUTES > 1 else "fuzzing"
#: Who asks what, and for what share of the time: requests of their own, or one after another,
#: each with what the ones before it were answered.
SHARES = {
    ("anonymous", ALONE): 0.05,
    ("reader", ALONE): 0.05,
    ("editor", ALONE): 0.45,
    ("editor", "stateful"): 0.45,
}


@pytest.mark.parametrize(("role", "phases"), SHARES)
def test_no_answer_surprises(transactional_db, live_server, settings, tmp_path, role, phases):
    settings.PUBLIC_URL = live_server.url
    desk_of_rows()
    chosen = [as_asked_for()] if phases == "stateful" else []
    (tmp_path / "schemathesis.toml").write_text("\n".join([*chosen, ids_of_rows()]))
    # Less is spent on getting ready where others want the machine as well.
    seconds = max(9, round(60 * MINUTES * SHARES[role, phases]))

    run = subprocess.run(
        [*command(live_server.url, seconds, phases), *key_of(role)],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )

    print(run.stdout)
    assert run.returncode == 0, run.stdout[-20_000:]
    assert "No test cases were generated" not in run.stdout


def command(url, seconds, phases):
    return [
        *(SCHEMATHESIS, "run", str(SNAPSHOT.resolve()), "--url", url),
        *("--max-time", str(seconds)),
        *("--phases", phases),
        *("--checks", ",".join(CHECKS)),
        *("--suppress-health-check", "all"),
        *("--request-timeout", "60", "--continue-on-failure", "--no-color"),
    ]


def key_of(role):
    if role == "anonymous":
        return []
    secret = api_key(user_in(role))
    return ["--header", f"Authorization: Token {secret}"]
