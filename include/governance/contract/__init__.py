"""Data contracts in the Open Data Contract Standard, read strictly."""
