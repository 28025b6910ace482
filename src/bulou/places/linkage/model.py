"""The weights with which two records are compared: Splink's model, trained on a seeded sample of the lists themselves.

A weight is the logarithm (base 2) of how much more often an agreement is seen between two records of one person than
between two of different people (Fellegi and Sunter). How often strangers agree is counted on random pairs; how often a
person's records agree is found by expectation maximisation, twice, so that each column is learned where others decide.
"""

from __future__ import annotations

import logging
from typing import Any

#: Fewer agreeing pairs than this teach nothing: the weights below stand then.
ENOUGH = 300
#: Levels of each comparison from the strongest down: SQL, words, share among one person's records, share among
#: strangers'. A missing value weighs nothing. Learning begins at the shares; in a small register they stand.
NAME = (
    ("name_l = name_r", "same name", 0.93, 0.0003),
    ("sound_l = sound_r", "same sound", 0.02, 0.0002),
    (
        "letters_l = letters_r OR (levenshtein(name_l, name_r) = 1 AND length(name_l) = length(name_r))",
        "one slip",
        0.04,
        0.004,
    ),
)
BIRTH = (
    ("birth_l = birth_r AND length(birth_l) = 10", "same day", 0.68, 0.00004),
    ("birth_l = birth_r", "same year, no more is known", 0.3, 0.015),
    ("length(birth_l) = 10 AND damerau_levenshtein(birth_l, birth_r) = 1", "one slip", 0.01, 0.002),
)
NUMBER = (("number_l = number_r", "same number", 0.98, 0.000001),)
PHONE = (
    ("phone_l = phone_r", "same telephone", 0.9, 0.00001),
    ("damerau_levenshtein(phone_l, phone_r) = 1", "one slip", 0.03, 0.00002),
)
PLACE = (
    ("door_l = door_r", "same door", 0.6, 0.0002),
    (
        "compound_l = compound_r AND (building_l IS NULL OR building_r IS NULL OR building_l = building_r)"
        " AND (room_l IS NULL OR room_r IS NULL OR room_l = room_r)"
        " AND (building_l = building_r OR room_l = room_r)",
        "what is said of the door agrees", 0.2, 0.0004,
    ),
    (
        "compound_l = compound_r AND (building_l IS NULL OR building_r IS NULL OR building_l = building_r)"
        " AND (room_l IS NULL OR room_r IS NULL OR room_l = room_r)",
        "same compound, no more is said", 0.02, 0.002,
    ),
    ("compound_l = compound_r", "same compound, another door", 0.03, 0.01),
)  # fmt: skip
COMPARISONS = {"name": NAME, "birth": BIRTH, "number": NUMBER, "phone": PHONE, "place": PLACE}
_EMPTY = {"place": "compound_l IS NULL OR compound_r IS NULL"}


def trained(database: Any, people: int, seed: int, sample: int) -> Any:
    """Return a Splink linker over the table ``prepared`` with trained weights.

    Parameters:
        database: a DuckDB connection.
        people: how many people there are, about: before anything is compared, one pair of ``people`` is a match.
        sample: how many pairs are drawn to learn from.
    """
    import splink.comparison_level_library as levels
    import splink.comparison_library as comparisons
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    logging.getLogger("splink").setLevel(logging.ERROR)
    made = []
    for column, ladder in COMPARISONS.items():
        null = _EMPTY.get(column, f"{column}_l IS NULL OR {column}_r IS NULL")
        rungs: list[Any] = [levels.CustomLevel(null, "not said").configure(is_null_level=True)]
        for at, (sql, words, own, strangers) in enumerate(ladder):
            rung = levels.CustomLevel(sql, words)
            if column == "name" and at == 0:
                rung = levels.ExactMatchLevel("name", term_frequency_adjustments=True)
            rungs.append(rung.configure(m_probability=own, u_probability=strangers))
        own, strangers = 1 - sum(rung[2] for rung in ladder), 1 - sum(rung[3] for rung in ladder)
        rungs.append(levels.ElseLevel().configure(m_probability=own, u_probability=strangers))
        made.append(comparisons.CustomComparison(rungs, column))
    settings = SettingsCreator(
        link_type="dedupe_only",
        probability_two_random_records_match=1 / max(people, 2),
        comparisons=made,
        blocking_rules_to_generate_predictions=[block_on("number")],
        retain_matching_columns=True,
        em_convergence=0.001,
        linker_uid=f"bulou{seed}",
    )
    api = DuckDBAPI(connection=database)
    linker = Linker(api.register("prepared"), settings, log_level=None)
    rules = [f"l.{column} = r.{column} AND l.mask & r.mask = 0" for column in ("number", "phone")]
    agree = [_agreeing(database, rule) for rule in rules]
    if min(agree) < ENOUGH:
        return linker, api
    linker.training.estimate_u_using_random_sampling(
        max_pairs=sample, seed=seed, min_count_per_level=None, num_chunks=1
    )
    for rule in rules:
        linker.training.estimate_parameters_using_expectation_maximisation(
            rule, estimate_without_term_frequencies=True, max_pairs=sample / 10
        )
    return linker, api


def _agreeing(database: Any, rule: str) -> int:
    """Return how many pairs a rule gives, up to what is enough."""
    sql = f"SELECT count(*) FROM (SELECT 1 FROM prepared l JOIN prepared r ON {rule} LIMIT {ENOUGH})"
    return database.execute(sql).fetchall()[0][0]
