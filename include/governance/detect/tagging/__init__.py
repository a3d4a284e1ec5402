"""Models that find names and places in text, and which part of a text each one reads."""
