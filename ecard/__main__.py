"""`python -m ecard` is `ecard`."""

from ecard.cli import main

main()
