"""Tables of the registries: the area tree, households and persons as dated facts; how they came in is in ``models_lists``.

A row holds the values that are current; values that were replaced stay as dated facts, each with its source. Where
people live is needed to send help; it is under row level security by area (``install.py``).
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Case, CheckConstraint, F, Func, GeneratedField, Q, UniqueConstraint, Value, When
from django.db.models.functions import Collate, Concat, Lower, Reverse, Substr

from bulou.ledger.areas import FOUND_BASE
from bulou.places.models_lists import Doubt, ImportFlag, ImportRefusal, ImportRun, ImportSeen, Said, Source
from bulou.places.models_units import Unit, UnitChange
from bulou.places.vocabulary import ALL_NEEDS

__all__ = [
    "Area", "AreaFact", "Doubt", "Household", "ImportFlag", "ImportRefusal", "ImportRun", "ImportSeen", "LookUp", "Person",
    "PersonFact", "Said", "Source", "Succession", "Unit", "UnitChange", "Written",
]  # fmt: skip

TEXT = models.TextField()


def _word(number: int) -> Func:
    """Return a word of a name (-1: the last) as it is searched for: parts stand behind spaces and middle dots.

    As ``keys.name_key`` makes it, which knows more letters; the database must be able to make it by itself.
    """
    spaced = Func(F("name"), Value("·•・･．‧⋅∙"), Value(" " * 8), function="translate", output_field=TEXT)
    word = Func(spaced, Value(" "), Value(number), function="split_part", output_field=TEXT)
    apart = Func(word, template="normalize(%(expressions)s, NFKD)", output_field=TEXT)
    bare = Func(apart, Value("[\\u0300-\\u036f'’‘.-]"), Value(""), Value("g"), function="regexp_replace", output_field=TEXT)
    lower = Lower(Collate(bare, "pg_c_utf8"))
    return Func(lower, Value("øłđıðħ"), Value("oldidh"), function="translate", output_field=TEXT)


#: Names of several words; of three and more.
WORDS, THREE_WORDS = Q(name__regex="[ ·•・･．‧⋅∙]"), Q(name__regex="[ ·•・･．‧⋅∙].+[ ·•・･．‧⋅∙]")

#: The sound of a Chinese name without its first syllable: the longest that the second initial can follow, so that
#: fangan is fang-an or fan-gan as the name has it.
GIVEN_SOUND = Func(
    F("pinyin"),
    Concat(
        Value("^(zh|ch|sh|[b-z])?[aeiouv]+(ng|n|r)?(?=", output_field=models.TextField()),
        Substr("initials", 2, 1, output_field=models.TextField()),
        Value(")", output_field=models.TextField()),
        output_field=models.TextField(),
    ),
    Value("", output_field=models.TextField()),
    function="regexp_replace", output_field=models.TextField(),
)


def _backwards(field: str) -> Func:
    """Return a telephone from its last digit on, without an extension."""
    number = Func(F(field), Value("转"), Value(1), function="split_part", output_field=TEXT)
    return Reverse(number, output_field=TEXT)


class Area(models.Model):
    """A node of the area tree. The id is the place in the tree and never changes; a split closes it.

    ``x`` and ``y`` are schematic metres east and north of the district's corner.
    """

    id = models.BigIntegerField(primary_key=True)
    parent = models.BigIntegerField(db_index=True, help_text="0 for a district")
    level = models.SmallIntegerField()
    name = models.TextField()
    name_en = models.TextField(default="")
    code = models.TextField(default="", help_text="official code, where there is one")
    x = models.FloatField(default=0)
    y = models.FloatField(default=0)
    valid_from = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            CheckConstraint(condition=Q(id__gt=0, id__lt=2**49), name="places_area_id"),
            CheckConstraint(condition=Q(level__gte=1, level__lte=5), name="places_area_level"),
            CheckConstraint(condition=~Q(name=""), name="places_area_name"),
            UniqueConstraint(
                fields=("parent", "name"), condition=Q(closed_at__isnull=True), name="places_area_one_name"
            ),
        )


class AreaFact(models.Model):
    """An attribute of an area from one time to another (``AREA_ATTRIBUTES``); only what has changed is here."""

    area = models.ForeignKey(Area, models.PROTECT, db_column="area")
    attribute = models.SmallIntegerField()
    value = models.TextField()
    source = models.TextField()
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField(null=True)
    recorded_at = models.DateTimeField()

    class Meta:
        db_table = "places_area_fact"


class Succession(models.Model):
    """A closed area and one that took its place."""

    pk = models.CompositePrimaryKey("area", "successor")
    area = models.BigIntegerField()
    successor = models.BigIntegerField()


class Household(models.Model):
    """A door. ``area`` is its building (or, of a household met in the field, the node it was met in)."""

    area = models.BigIntegerField()
    stairwell = models.TextField(default="")
    floor = models.SmallIntegerField(null=True)
    door = models.TextField(default="")
    source = models.ForeignKey("places.Source", models.PROTECT, db_column="source", null=True, db_index=False)
    valid_from = models.DateTimeField()
    recorded_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            UniqueConstraint(fields=("area", "stairwell", "door"), name="places_household_door"),
            CheckConstraint(condition=Q(id__gt=0, id__lt=2 * FOUND_BASE), name="places_household_id"),
        )


class Person(models.Model):
    """A person as known now. ``area`` repeats the household's, for scope and worklists.

    The identity number is here as a keyed digest and its last four characters alone. ``needs`` are bits of
    ``vocabulary.NEEDS``. A duplicate keeps its row and points to the person it is (``merged_into``).

    ``given``, ``given_end``, ``given_sound`` and ``phone_end`` are made by the database for the search: a name from its
    second character or its second word, a long one from its third character or its last word, its sound without the
    first syllable, the telephones backwards. The indexes are in the order of code
    points, because only plain comparisons reach an index under row level security.
    """

    household = models.ForeignKey(Household, models.PROTECT, db_column="household", null=True)
    area = models.BigIntegerField(db_index=True)
    name = models.TextField()
    name_key = models.TextField(help_text="without spaces, one case: for search and comparison")
    pinyin = models.TextField(default="")
    initials = models.TextField(default="")
    birth_year = models.SmallIntegerField(null=True)
    sex = models.SmallIntegerField(null=True, help_text="1 male, 2 female; from the list or the identity number")
    bed = models.TextField(db_default="", default="", help_text="of a dormitory or ward")
    phone = models.TextField(null=True)
    phone_2 = models.TextField(null=True)
    id_tail = models.TextField(null=True)
    id_digest = models.BinaryField(null=True)
    key_version = models.SmallIntegerField(null=True)
    card = models.TextField(
        null=True, help_text="of somebody found: why the number read at the door gave no digest (vocabulary.CARDS)"
    )
    needs = models.SmallIntegerField(default=0)
    registered_area = models.BigIntegerField(null=True)
    found_area = models.BigIntegerField(null=True)
    source = models.ForeignKey("places.Source", models.PROTECT, db_column="source", null=True, db_index=False)
    valid_from = models.DateTimeField()
    recorded_at = models.DateTimeField()
    merged_into = models.ForeignKey("self", models.PROTECT, db_column="merged_into", null=True, db_index=False)
    given = GeneratedField(
        expression=Case(
            When(WORDS, then=_word(2)),
            default=Substr("name_key", 2),
            output_field=models.TextField(),
        ),
        output_field=models.TextField(),
        db_persist=True,
    )
    given_end = GeneratedField(
        expression=Case(
            When(THREE_WORDS, then=_word(-1)),
            When(name_key__regex="....", then=Substr("name_key", 3)),
            default=Value(None), output_field=models.TextField(),
        ),
        output_field=models.TextField(null=True),
        db_persist=True,
    )
    given_sound = GeneratedField(
        expression=Case(
            When(initials__regex="..", then=GIVEN_SOUND), default=Value(None), output_field=models.TextField()
        ),
        output_field=models.TextField(null=True),
        db_persist=True,
    )
    phone_end = GeneratedField(
        expression=_backwards("phone"), output_field=models.TextField(null=True), db_persist=True
    )
    phone_2_end = GeneratedField(
        expression=_backwards("phone_2"), output_field=models.TextField(null=True), db_persist=True
    )

    class Meta:
        indexes = (
            models.Index(Collate("name_key", "C"), F("area"), name="places_person_by_name"),
            models.Index(Collate("given", "C"), F("area"), name="places_person_by_given"),
            models.Index(
                Collate("given_end", "C"), F("area"), name="places_person_by_given_end",
                condition=Q(given_end__isnull=False),
            ),
            models.Index(Collate("pinyin", "C"), F("area"), name="places_person_by_pinyin"),
            models.Index(
                Collate("given_sound", "C"), F("area"), name="places_person_by_given_sound",
                condition=Q(given_sound__isnull=False),
            ),
            models.Index(Collate("initials", "C"), F("area"), name="places_person_by_initials"),
            models.Index(
                Collate("id_tail", "C"), F("area"), name="places_person_by_tail", condition=Q(id_tail__isnull=False)
            ),
            models.Index(
                Collate("phone_end", "C"), F("area"), name="places_person_by_phone", condition=Q(phone_end__isnull=False)
            ),
            models.Index(
                Collate("phone_2_end", "C"), F("area"), name="places_person_by_phone_2",
                condition=Q(phone_2_end__isnull=False),
            ),
        )
        constraints = (
            CheckConstraint(condition=Q(id__gt=0, id__lt=2 * FOUND_BASE), name="places_person_id"),
            CheckConstraint(condition=Q(area__gt=0, area__lt=2**49), name="places_person_area"),
            CheckConstraint(condition=~Q(name=""), name="places_person_named"),
            CheckConstraint(condition=Q(birth_year__gte=1870, birth_year__lte=2200), name="places_person_born"),
            CheckConstraint(condition=Q(sex__isnull=True) | Q(sex__in=(1, 2)), name="places_person_sex"),
            CheckConstraint(condition=Q(needs__gte=0, needs__lte=ALL_NEEDS), name="places_person_needs"),
            CheckConstraint(
                condition=Q(id_digest=None, key_version=None, id_tail=None)
                | Q(id_digest__isnull=False, key_version__isnull=False, id_tail__isnull=False),
                name="places_person_identity_whole",
            ),
            CheckConstraint(condition=~Q(merged_into=models.F("id")), name="places_person_not_itself"),
            UniqueConstraint(
                fields=("id_digest", "key_version"),
                condition=Q(merged_into__isnull=True, id_digest__isnull=False),
                name="places_person_identity",
            ),
        )


class PersonFact(models.Model):
    """A value of a person's attribute (``ATTRIBUTES``) from one time to another, as text; null ``valid_to``: current.

    An attribute that never changed has no rows: its value, source and date are those of the person.
    """

    person = models.ForeignKey(Person, models.PROTECT, db_column="person", db_index=False)
    attribute = models.SmallIntegerField()
    value = models.TextField(null=True)
    source = models.ForeignKey("places.Source", models.PROTECT, db_column="source", null=True, db_index=False)
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField(null=True)
    recorded_at = models.DateTimeField()

    class Meta:
        db_table = "places_person_fact"
        constraints = (
            UniqueConstraint(
                fields=("person", "attribute"),
                condition=Q(valid_to__isnull=True),
                name="places_person_fact_one_current",
            ),
            CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=models.F("valid_from")), name="places_fact_order"
            ),
        )
        indexes = (models.Index(fields=("person", "attribute", "valid_from"), name="places_person_fact_history"),)


class Written(models.Model):
    """What a writer left of the registries: the digest of each row as it stood afterwards. Added to and never changed.

    ``what``: area, household or person; ``by``: the import, the field, or whoever else it was.
    """

    at = models.DateTimeField()
    by = models.TextField()
    what = models.TextField()
    ids = ArrayField(models.BigIntegerField())
    digests = ArrayField(models.BinaryField())

    class Meta:
        constraints = (CheckConstraint(condition=Q(what__in=("area", "household", "person")), name="places_written_what"),)


class LookUp(models.Model):
    """Somebody looked at a named person: who, whom, why, when. Added to and never changed.

    ``number``: each user's looks are numbered from 1, so that one that is gone leaves a gap.
    """

    number = models.BigIntegerField()
    person = models.BigIntegerField(db_index=True)
    area = models.BigIntegerField()
    user = models.TextField()
    reason = models.TextField()
    at = models.DateTimeField()

    class Meta:
        db_table = "places_look_up"
        constraints = (
            CheckConstraint(condition=~Q(reason=""), name="places_look_up_reason"),
            UniqueConstraint(fields=("user", "number"), name="places_look_up_number"),
        )
        indexes = (
            models.Index(fields=("at", "id"), name="places_look_up_at"),
            models.Index(fields=("user", "at"), name="places_look_up_user"),
        )
