"""What an administrator does to the desk's users."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib.auth.models import User
from django.contrib.auth.password_validation import validate_password
from django.db import transaction

from bulou.desk.models import UserScope
from bulou.ledger.areas import is_area


def add_user(name: str, password: str, areas: Iterable[int]) -> User:
    """Add a user who works for ``areas``, or give a known one this password and these areas.

    Parameters:
        name: sign-in name, 1 to 150 characters.
        areas: area ids; 0 for everything.

    Raises:
        ValueError: not an area id.
        django.core.exceptions.ValidationError: the password is too weak, or the name is not usable.
    """
    chosen = sorted(set(areas))
    for area in chosen:
        if area and not is_area(area):
            raise ValueError(f"{area} is not an area id")
    user = User.objects.filter(username=name).first() or User(username=name)
    user.clean_fields(exclude=["password"])
    validate_password(password, user)
    user.set_password(password)
    with transaction.atomic():
        user.save()
        UserScope.objects.update_or_create(user=user, defaults={"areas": chosen})
    return user
