"""The readers of the verb check: Great Expectations suites, run as SQL in the source."""
