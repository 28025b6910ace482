"""The form of a new round."""

from __future__ import annotations

from datetime import datetime

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

LONGEST = 80


class NewRound(forms.Form):
    """What a round is called and until when all are to be sampled. Where it is comes from the tree above the form."""

    name = forms.CharField(label=gettext_lazy("轮次名称"), max_length=LONGEST, strip=True)
    until = forms.DateTimeField(
        label=gettext_lazy("计划结束时间"), required=False, input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]
    )

    def __init__(self, *args: object, now: datetime, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self._now = now
        self.fields["name"].error_messages |= {"required": _("请填写轮次名称。")}
        self.fields["until"].error_messages |= {"invalid": _("请填写日期和时间。")}

    def clean_name(self) -> str:
        """Return the name without line breaks."""
        return " ".join(self.cleaned_data["name"].split())

    def clean_until(self) -> datetime | None:
        """Hold the end to the time that is still to come."""
        until = self.cleaned_data["until"]
        if until is not None and until <= self._now:
            raise forms.ValidationError(_("计划结束时间要晚于现在。"))
        return until
