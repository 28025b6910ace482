"""The field that asks for a good: by name or code, from what is listed as one types."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from bulou.command.work.unit_field import NameList
from bulou.ledger.steps import Field
from bulou.ledger.vocabulary import Subject
from bulou.places.units import Given
from bulou.relief.stock import registry
from bulou.relief.stock.models import Good
from bulou.ui.words import english


def name_of(good: Good) -> str:
    """Write a good in the reader's language."""
    return (english() and good.name_en) or good.name


class GoodField(forms.CharField):
    """A good by its name or code. What is typed leads to one, or it is said which there are."""

    def __init__(self, known: Iterable[Good]) -> None:
        super().__init__(max_length=160)
        self.known = {good.pk: good for good in known}
        self.labels = {good.pk: f"{name_of(good)} {good.code}" for good in self.known.values()}
        self.widget = NameList(self.labels.values())
        self.widget.attrs["maxlength"] = "160"

    def clean(self, value: Any) -> int | None:
        """Return the good that is named.

        Raises:
            ValidationError: none is, or several are.
        """
        text = str(super().clean(value) or "").strip()
        if not text:
            return None
        found = [pk for pk, label in self.labels.items() if label == text]
        found = found or [pk for pk, good in self.known.items() if good.code == text.upper()]
        found = found or [pk for pk, good in self.known.items() if text in (good.name, good.name_en)]
        if len(found) == 1:
            return found[0]
        found = found or [pk for pk, label in self.labels.items() if text.casefold() in label.casefold()]
        if not found:
            raise forms.ValidationError(_("没有登记这种物资：请从列出的名称中选择，或先在“物资”页登记。"))
        several = "；".join(self.labels[pk] for pk in found[:5])
        raise forms.ValidationError(_("有%(n)s个相符，请写全：%(several)s") % {"n": len(found), "several": several})


def made(_one: Field) -> forms.Field:
    """Return the form's field of a declared field."""
    return GoodField(registry.listed())


def names(ids: Iterable[int]) -> dict[Given, str]:
    """Return the names of goods by (kind of subject, number)."""
    return {(int(Subject.GOOD), pk): name_of(good) for pk, good in registry.of(ids).items()}
