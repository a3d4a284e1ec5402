"""Why a column was judged so, in codes with wordings, and how sure that is."""

from __future__ import annotations

from collections.abc import Iterator

from include.governance.detect.belief import Belief
from include.governance.detect.entities import Entity

_SURE_OF_NOTHING = 0.95


def confidence(belief: Belief) -> float:
    """Independent evidence joined: share of rows, header, check-digit population."""
    evidence, entity = belief.evidence, belief.entity
    if belief.outcome == "none":
        return _SURE_OF_NOTHING if evidence.rows else 0.0
    if entity is None:
        return max(evidence.scores.get(kind, 0.6) for kind in belief.rows_of)
    doubt = 1.0 - 0.85 * belief.rows_of[entity] / evidence.rows
    if entity in evidence.header.supports:
        doubt *= 0.4
    if entity in belief.confirmed and belief.is_proven(entity):
        doubt *= 0.1
    return 1.0 - doubt


def reasons(belief: Belief) -> Iterator[str]:
    """Codes of what decided, in a fixed order; keys below ``detect_reason``."""
    evidence, entity, header = belief.evidence, belief.entity, belief.evidence.header
    if not evidence.rows:
        yield "no_rows"
        return
    if entity:
        yield "share"
        if entity in header.supports:
            yield "header"
        elif entity is Entity.PERSON:
            yield "known_names"
    if any(belief.is_proven(kind) for kind in belief.confirmed & belief.rows_of.keys()):
        yield "check_digit_population"
    if entity and len(belief.rows_of) > 1:
        yield "exceptions"
    if entity is Entity.PERSON and belief.is_kana:
        yield "kana_values"
    if evidence.populations.unproven() - belief.confirmed:
        yield "unproven_numbers"
    if evidence.undecoded:
        yield "undecoded"
    if header.against:
        yield "negative_header"
    if belief.is_enumeration:
        yield "fixed_values"
    if belief.outcome == "free_text":
        yield "found_in_text"
    if belief.outcome == "none":
        yield "nothing_found" if evidence.characters else "no_text"
        if header.supports:
            yield "header_alone"
