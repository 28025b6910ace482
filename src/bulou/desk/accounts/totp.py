"""The second step of signing in: a code from an application (TOTP), or one of ten recovery codes. By django-otp."""

from __future__ import annotations

from typing import Any

import segno
from django.contrib.auth.models import User
from django.db import transaction
from django_otp import verify_token
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

RECOVERY_CODES = 10


def offered(user: User) -> TOTPDevice:
    """Return the secret that a user may put into his application; it counts only when a code of it was typed in."""
    device, _ = TOTPDevice.objects.get_or_create(user=user, confirmed=False, defaults={"name": "application"})
    return device


def picture(device: TOTPDevice) -> str:
    """Return the secret as a QR code, inline SVG."""
    return segno.make(device.config_url, error="m").svg_inline(scale=5, border=2, light="#fff")


def confirm(user: User, code: str) -> tuple[TOTPDevice, list[str]] | None:
    """Take the offered secret into use; return it with the recovery codes, which are shown once, or None."""
    with transaction.atomic():
        device = TOTPDevice.objects.select_for_update().filter(user=user, confirmed=False).first()
        if device is None or not device.verify_token(code.strip()):
            return None
        TOTPDevice.objects.filter(user=user, confirmed=True).delete()
        device.confirmed = True
        device.save()
        return device, _recovery(user)


def verify(user: User, code: str) -> int | None:
    """Return the number of the user's device when a code of it, or an unused recovery code, was given.

    Each device makes a guesser wait twice as long after each wrong code.
    """
    code = code.strip().replace(" ", "").lower()
    device = TOTPDevice.objects.filter(user=user, confirmed=True).first()
    if device is None:
        return None
    tried: Any = device if code.isdecimal() else StaticDevice.objects.filter(user=user, confirmed=True).first()
    return device.pk if tried is not None and verify_token(user, tried.persistent_id, code) else None


def left(user: User) -> int:
    """Return how many recovery codes are left."""
    return StaticToken.objects.filter(device__user=user).count()


def remove(user: User) -> bool:
    """Remove a user's second step; tell whether there was one."""
    StaticDevice.objects.filter(user=user).delete()
    gone, _ = TOTPDevice.objects.filter(user=user).delete()
    return bool(gone)


def _recovery(user: User) -> list[str]:
    StaticDevice.objects.filter(user=user).delete()
    device = StaticDevice.objects.create(user=user, name="recovery", confirmed=True)
    codes = [StaticToken.random_token() for _ in range(RECOVERY_CODES)]
    StaticToken.objects.bulk_create(StaticToken(device=device, token=code) for code in codes)
    return codes
