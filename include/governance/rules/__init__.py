"""Rules over registers and tables of meaning, written as data and judged as SQL."""
