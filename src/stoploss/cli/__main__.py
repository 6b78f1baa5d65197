"""``python -m stoploss.cli`` is ``stoploss``."""

from __future__ import annotations

from stoploss.cli import main

main()
