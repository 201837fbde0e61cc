"""docs/roles.md says what claims/desk/rules.py does."""

import re

import pytest
from django.conf import settings

from claims.desk.rules import (
    CLAIM_RULES,
    CLAIMANT_RULES,
    EXTERNAL_MATCH_RULES,
    MATCH_RULES,
    ROLE_PERMISSIONS,
    VERDICT_RULES,
    Rule,
)


def role_of(rule: Rule) -> str:
    return next(role for role, adds in ROLE_PERMISSIONS.items() if rule.permission in adds)


@pytest.mark.parametrize(
    ("heading", "rules"),
    [
        ("claim action", CLAIM_RULES),
        ("verdict action", VERDICT_RULES),
        ("claimant action", CLAIMANT_RULES),
        ("match action", MATCH_RULES),
        ("external match action", EXTERNAL_MATCH_RULES),
    ],
)
def test_the_table_in_the_docs_is_the_one_in_code(heading, rules):
    page = (settings.BASE_DIR / "docs" / "roles.md").read_text()
    table = page.partition(f"| {heading} |")[2].partition("\n\n")[0]
    written = re.findall(r"^\| ([a-z]+) \| (\w+) \| ([\w, ]+) \|$", table, re.MULTILINE)
    in_code = [(name, role_of(rule), ", ".join(rule.states)) for name, rule in rules.items()]
    assert written == in_code
