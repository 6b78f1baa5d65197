"""What Hypothesis learns of this package when it is imported: how to draw a policy or a payment.

Hypothesis calls :func:`register` through its entry point.
Nothing is drawn, and no strategy is made, before a test asks for one by type.
"""

from __future__ import annotations

__all__ = ["register"]


def register() -> None:
    """Let ``st.from_type`` and type annotations draw policies and payments."""
    from hypothesis import strategies as st  # the hook alone needs Hypothesis

    from stoploss.facts import Payment  # as above: no import without the hook
    from stoploss.policy import Policy

    def policies(_type: type[Policy]) -> st.SearchStrategy[Policy]:
        from stoploss.testing import strategies  # on first use

        return strategies.policies()

    def payments(_type: type[Payment]) -> st.SearchStrategy[Payment]:
        from stoploss.testing import strategies  # on first use

        return strategies.lone_payments()

    st.register_type_strategy(Policy, policies)
    st.register_type_strategy(Payment, payments)


def __dir__() -> list[str]:
    return __all__
