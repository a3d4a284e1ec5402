"""The command line: catches errors, maps them to exit codes, and speaks the reader's language."""
