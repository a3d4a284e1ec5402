"""The words by which a column says yes or no."""

YES = ("1", "y", "yes", "t", "true", "有")
NO = ("0", "n", "no", "f", "false", "無")
