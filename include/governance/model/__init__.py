"""The nouns every other module speaks in: frozen, strict, free of personal values."""
