"""The planted breaches, grouped by the clauses of the privacy policy they break."""
