"""Erase exactly what was approved, with proof, whatever happens meanwhile."""
