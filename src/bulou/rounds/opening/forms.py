"""The form of a round: a new one, or one that is prepared and is changed before it begins."""

from __future__ import annotations

from datetime import datetime

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bulou.rounds.opening.plans import POOL_SIZES, USUAL_POOL
from bulou.rounds.scope.rules import (
    CAUSES,
    CHOICES,
    CLEARED_DAYS,
    MOST_DAYS,
    RECOVERED_DAYS,
    SEALED,
    STANDARD,
    USUAL,
)

LONGEST = 80
TIMES = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]


class NewRound(forms.Form):
    """What a round is like: its name, when it begins and ends by the plan, its pool size, and the scope rule.

    Where it is comes from the tree above the form. What is not sent is as usual.
    """

    name = forms.CharField(label=gettext_lazy("轮次名称"), max_length=LONGEST, strip=True)
    begins = forms.DateTimeField(label=gettext_lazy("计划开始时间"), required=False, input_formats=TIMES)
    until = forms.DateTimeField(label=gettext_lazy("计划结束时间"), required=False, input_formats=TIMES)
    pool_size = forms.TypedChoiceField(
        required=False, coerce=int, empty_value=USUAL_POOL, choices=[(size, size) for size in POOL_SIZES]
    )
    sealed = forms.ChoiceField(required=False, choices=[(one, one) for one in SEALED])
    dated = forms.DateField(required=False, input_formats=["%Y-%m-%d"])
    recovered_days = forms.IntegerField(required=False, min_value=1, max_value=MOST_DAYS)
    cleared_days = forms.IntegerField(required=False, min_value=1, max_value=MOST_DAYS)

    def __init__(self, *args: object, now: datetime, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self._now = now
        for cause in CAUSES:
            self.fields[cause] = forms.ChoiceField(required=False, choices=[(one, one) for one in CHOICES[cause]])
        for one in (*CAUSES, "sealed"):
            self.fields[one].error_messages |= {"invalid_choice": _("请从列出的办法中选择。")}
        self.fields["name"].error_messages |= {"required": _("请填写轮次名称。")}
        self.fields["pool_size"].error_messages |= {"invalid_choice": _("请从列出的人数中选择。")}
        self.fields["dated"].error_messages |= {"invalid": _("请填写日期。")}
        for name in ("begins", "until"):
            self.fields[name].error_messages |= {"invalid": _("请填写日期和时间。")}
        for name in ("recovered_days", "cleared_days"):
            wrong = _("请填写1到%(most)s天。") % {"most": MOST_DAYS}
            self.fields[name].error_messages |= dict.fromkeys(("invalid", "min_value", "max_value"), wrong)
            for validator in self.fields[name].validators:
                validator.message = wrong

    def clean_name(self) -> str:
        """Return the name without line breaks."""
        return " ".join(self.cleaned_data["name"].split())

    def clean_until(self) -> datetime | None:
        """Hold the end to the time that is still to come, and to what lies behind the beginning."""
        until, begins = self.cleaned_data["until"], self.cleaned_data.get("begins")
        if until is not None and until <= self._now:
            raise forms.ValidationError(_("计划结束时间要晚于现在。"))
        if until is not None and begins is not None and until <= begins:
            raise forms.ValidationError(_("计划结束时间要晚于计划开始时间。"))
        return until

    def clean(self) -> dict[str, object]:
        """Fill in what was not sent."""
        given = super().clean() or self.cleaned_data
        usual = {**STANDARD, "sealed": USUAL, "recovered_days": RECOVERED_DAYS, "cleared_days": CLEARED_DAYS}
        return given | {name: value for name, value in usual.items() if not given.get(name) and name in given}
