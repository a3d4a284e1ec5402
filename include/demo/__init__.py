"""The demo company Yukimidori Apparel: clean data, and data with planted breaches."""
