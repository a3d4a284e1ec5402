"""``python -m include.governance`` is the command ``daicho``."""

from include.governance.cli.app import main

main()
