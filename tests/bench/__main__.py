"""`make bench`: extraction against bare spaCy, pages and endpoints, memory. Prints its figures.

Two are apart, since they take a while: `make endurance`, does a worker process grow over 10,000
articles, and `make bench-matching`, does a match take longer among a million claims.

`python -m tests.bench generate --claims N` fills an empty database to be looked at, and
`make bench-desk` times the desk's pages among 10,000 claims and a million.

Timings are ratios against a baseline in the same run, or medians; nothing here passes or fails.
"""

import argparse
import os
import sys

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
# Nobody is stopped. What counting costs shows with 999999999/minute.
for policy in ("ANONYMOUS", "KEY", "CHECK"):
    os.environ.setdefault(f"THROTTLE_{policy}", "none")

import django

django.setup()

from django.db import connection
from django.test.utils import setup_databases, setup_test_environment, teardown_databases

from tests.bench import (
    api,
    checks,
    desk,
    embedding,
    end_to_end,
    extraction,
    generating,
    imports,
    matching,
    memory,
    pages,
)

#: Those that run alone, on a database of their own.
REPORTS = {
    "endurance": memory.endurance,
    "matching": matching.report,
    "desk": desk.report,
    "api": api.report,
    "imports": imports.report,
    "end_to_end": end_to_end.report,
    "checks": checks.report,
}


def main() -> None:
    asked = sys.argv[1] if sys.argv[1:] else ""
    if asked == "configure":
        matching.configure()
        return
    if asked == "generate":
        parser = argparse.ArgumentParser(prog="python -m tests.bench generate")
        parser.add_argument("--claims", type=int, required=True)
        generating.generate_once(parser.parse_args(sys.argv[2:]).claims)
        return
    if not asked:
        extraction.report()
        embedding.against_bare()
    setup_test_environment()
    connection.settings_dict["TEST"]["NAME"] = "plumbline_bench"
    old = setup_databases(verbosity=0, interactive=False, aliases={"default"})
    try:
        if asked:
            REPORTS[asked](*map(int, sys.argv[2:]))
        else:
            pages.report()
            api.report()
            embedding.share()
            checks.report()
            memory.report()
            imports.report()
            end_to_end.report()
    finally:
        teardown_databases(old, verbosity=0)


main()
