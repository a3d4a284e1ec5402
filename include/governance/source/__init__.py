"""Databases that are governed: how they are reached and read, without ever changing them."""
