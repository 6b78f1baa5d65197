"""For those who test against this package: Hypothesis strategies for policies, claims and whole policy years.

``from stoploss.testing import strategies`` needs the extra ``testing``.
Every name and argument follows the version policy of the package; how often something is drawn does not,
and may change in any release.
"""

from __future__ import annotations

try:
    from stoploss.testing import strategies
except ModuleNotFoundError as _missing:
    if _missing.name != "hypothesis":
        raise
    raise ModuleNotFoundError(
        'stoploss.testing needs hypothesis: pip install "stoploss[testing]"', name="hypothesis"
    ) from None

__all__ = ["strategies"]


def __dir__() -> list[str]:
    return __all__
