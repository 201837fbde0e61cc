"""Who works at the desk. A person has one role; the roles' permissions are in `desk/rules.py`."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin as DjangoGroupAdmin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group, User
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.admin import ModelAdmin
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm
from unfold.widgets import UnfoldAdminSelectWidget

from articles import events
from articles.admin.kept import Kept, Looked
from claims.admin.people_sign_in import SignInPanel
from claims.desk.roles import ROLES

admin.site.unregister(User)
admin.site.unregister(Group)


class RoleField(forms.ModelChoiceField):
    def __init__(self) -> None:
        super().__init__(
            queryset=Group.objects.filter(name__in=ROLES),
            widget=UnfoldAdminSelectWidget,
            help_text="Reader looks; researcher drafts; editor approves and publishes; "
            "admin also has users, keys and scales.",
        )

    def label_from_instance(self, group: Group) -> str:
        return group.name.capitalize()


class PersonForm(UserChangeForm):
    role = RoleField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "role" in self.fields and self.instance.pk:
            self.fields["role"].initial = role_of(self.instance)


class NewPersonForm(UserCreationForm):
    role = RoleField()


def role_of(user: User) -> Group | None:
    return next((g for g in user.groups.all() if g.name in ROLES), None)


@admin.register(User)
class UserAdmin(SignInPanel, Kept, DjangoUserAdmin, ModelAdmin):
    form = PersonForm
    add_form = NewPersonForm
    change_password_form = AdminPasswordChangeForm
    list_display = ("username", "full_name", "role", "is_active", "last_login")
    list_filter = ("is_active",)
    fieldsets = (
        (None, {"fields": ("username", "password")}),
        ("Person", {"fields": ("first_name", "last_name", "email")}),
        ("Desk", {"fields": ("role", "is_active")}),
    )
    add_fieldsets = (
        (
            None,
            {
                "fields": (
                    "username",
                    "first_name",
                    "last_name",
                    "email",
                    "role",
                    "password1",
                    "password2",
                )
            },
        ),
    )
    filter_horizontal = ()

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        return super().get_queryset(request).prefetch_related("groups")

    @admin.display(description="Name", ordering="first_name")
    def full_name(self, user: User) -> str:
        return user.get_full_name()

    @admin.display(description="Role")
    def role(self, user: User) -> str:
        if user.is_superuser:
            return "Superuser"
        group = role_of(user)
        return group.name.capitalize() if group else "—"

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Superusers are changed by superusers, or a role could raise itself."""
        if obj is not None and obj.is_superuser and not request.user.is_superuser:
            return False
        return super().has_change_permission(request, obj)

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        old = role_of(obj) if change else None
        before = {"role": old.name if old else None, "is_active": form.initial.get("is_active")}
        obj.is_staff = True
        with transaction.atomic():
            super().save_model(request, obj, form, change)
            if "role" in form.cleaned_data:
                self.set_role(obj, form.cleaned_data["role"])
                after = {"role": form.cleaned_data["role"].name, "is_active": obj.is_active}
                told = events.changes(before if change else {}, after)
                verb = "changed" if change else "added"
                events.record(
                    f"user.{verb}", obj, actor=request.user, before=told[0], after=told[1]
                )

    def set_role(self, user: User, role: Group) -> None:
        user.groups.remove(*Group.objects.filter(name__in=ROLES).exclude(pk=role.pk))
        user.groups.add(role)


@admin.register(Group)
class GroupAdmin(Looked, DjangoGroupAdmin, ModelAdmin):
    """What each role may do; `desk/rules.py` says it, so it is only looked at."""
