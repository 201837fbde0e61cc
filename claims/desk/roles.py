"""The roles, as groups with the permissions of the table in `rules.py`."""

from itertools import accumulate
from typing import Any

from django.contrib.auth.models import Group, Permission
from django.db.models import Value
from django.db.models.functions import Concat

from claims.desk.rules import ROLE_PERMISSIONS

ROLES = tuple(ROLE_PERMISSIONS)


def sync_roles(**_: Any) -> None:
    """Make every role's group and set its permissions. Runs after each `migrate`.

    Permissions themselves are made after `migrate` too, app by app, and `claims` is the last app
    that has any: this finds all of them.
    """
    named = Permission.objects.annotate(
        name_in_code=Concat("content_type__app_label", Value("."), "codename")
    )
    totals = accumulate(ROLE_PERMISSIONS.values())
    for role, permissions in zip(ROLES, totals, strict=True):
        group, _created = Group.objects.get_or_create(name=role)
        group.permissions.set(named.filter(name_in_code__in=permissions))
