"""Whether single keys do something for a user: who speaks to a computer switches them off."""

from typing import Any

from claims.models import KeyboardSetting


def single_keys(user: Any) -> bool:
    setting = KeyboardSetting.objects.filter(user=user).first()
    return setting is None or setting.single_keys


def single_keys_set(user: Any, on: bool) -> None:
    KeyboardSetting.objects.update_or_create(user=user, defaults={"single_keys": on})
