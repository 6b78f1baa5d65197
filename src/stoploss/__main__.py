"""``python -m stoploss`` is the command line."""

from stoploss.cli import main

main()
