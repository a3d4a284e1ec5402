"""Find personal data in columns and say what a column really holds.

The way in is `table.TableScanner` (batches of a table in, classifications out) or, for loose
values, `values.Detector`. Importing this package loads neither Presidio nor Sudachi nor Arrow;
the modules that need them do, on first use. No module here logs or stores a scanned value.
"""
