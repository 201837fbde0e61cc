"""`make bench`: extraction against bare spaCy, pages and endpoints, memory. Prints its figures.

`make endurance` is apart, since 10,000 articles take a while: does a worker process grow?

Timings are ratios against a baseline in the same run, or medians; nothing here passes or fails.
"""

import os
import sys

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django

django.setup()

from django.db import connection
from django.test.utils import setup_databases, setup_test_environment, teardown_databases

from tests.bench import extraction, memory, pages


def main() -> None:
    enduring = sys.argv[1:] == ["endurance"]
    if not enduring:
        extraction.report()
    setup_test_environment()
    connection.settings_dict["TEST"]["NAME"] = "plumbline_bench"
    old = setup_databases(verbosity=0, interactive=False, aliases={"default"})
    try:
        if enduring:
            memory.endurance()
        else:
            pages.report()
            memory.report()
    finally:
        teardown_databases(old, verbosity=0)


main()
