"""Retention as SQL: which rows a record class makes due, dates too early, or cannot date."""
