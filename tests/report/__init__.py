"""Tests of the verb report."""
