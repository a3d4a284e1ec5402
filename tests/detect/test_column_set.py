"""Columns of many tables, with headers that help, mislead or say nothing, get the right verdict."""

from __future__ import annotations

from benchmarks.detection.column_sets import column_sets
from benchmarks.detection.columns import ColumnScore, own


def test_the_column_set_is_judged_right() -> None:
    (chosen,) = column_sets(None, seed=20)
    score, classify = ColumnScore(), own()
    for table in chosen.tables:
        said = classify(table)
        for column, label in table.labels.items():
            score.add(f"{table.name}.{column}", label, said[column])
    assert score.asked + score.clean > 300
    assert score.recall >= 0.95, score.wrong
    assert score.precision >= 0.95, score.wrong
    assert score.stray <= 0.02 * score.clean, score.wrong
