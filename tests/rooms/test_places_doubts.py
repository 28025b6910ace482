"""Doubts: raised by lists and finds, seen from either end, decided once, and what follows for duties."""

from __future__ import annotations

import csv
from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client

from bulou.desk.actions import add_user
from bulou.ledger import clock, intake
from bulou.ledger.areas import found_id, span
from bulou.ledger.lines import Entry, Key
from bulou.ledger.scope import EVERYWHERE, scoped
from bulou.places import actions, doubts, imports
from bulou.places.documents import check_character
from tests import cast, desk_street, shelf
from tests.builders import Pen

DAY = timedelta(days=1)


@pytest.fixture
def street(db):
    desk_street.settle()
