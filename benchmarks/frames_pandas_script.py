"""A script as analysts write it: specific stop-loss for many policies in pandas, and what it gets wrong.

    python benchmarks/frames_pandas_script.py --policies 200 --lines 1000000

Amounts are floats, refunds count on the day they come in, whatever they undo, and the aggregating deductible is taken
off the policy's total.
It is here for its speed, and for how many policies it settles to the cent.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from time import perf_counter
from typing import Any

import pandas as pd

from stoploss.demo.portfolio import write_portfolio
from stoploss.documents import load_policy
from stoploss.policy import Policy
from stoploss.words import Per

FAR = pd.Timestamp("2199-12-31")


def terms_of(policies: Sequence[Policy]) -> Any:  # pandas ships no types
    """Return the terms, a row a policy."""
    rows = []
    for policy in policies:
        windows = policy.specific_windows
        if policy.specific is None or windows is None:
            continue
        terms = policy.specific
        rows.append(
            {
                "policy": policy.number,
                "unit": "family" if policy.per is Per.FAMILY else "member",
                "covers_rx": "rx" in terms.covers,
                "covers_dental": "dental" in terms.covers,
                "incurred_from": pd.Timestamp(windows.incurred.first),
                "incurred_to": pd.Timestamp(windows.incurred.last or FAR),
                "paid_from": pd.Timestamp(windows.paid.first),
                "paid_to": pd.Timestamp(windows.paid.last or FAR),
                "deductible": float(terms.deductible),
                "aggregating": float(terms.aggregating),
                "share": float(terms.share),
                "maximum": float(terms.maximum) if terms.maximum is not None else float("inf"),
            }
        )
    return pd.DataFrame(rows)


def lasers_of(policies: Sequence[Policy]) -> Any:  # as above
    """Return the lasers, a row each; infinite for an excluded unit."""
    rows = [
        (policy.number, laser.unit, float("inf") if laser.deductible is None else float(laser.deductible))
        for policy in policies
        for laser in (policy.specific.lasers if policy.specific else ())
    ]
    return pd.DataFrame(rows, columns=["policy", "unit_id", "laser"])


def script(claims_file: Path, policies: Sequence[Policy]) -> Mapping[str, float]:
    """Return what specific reimburses, by policy."""
    claims = pd.read_parquet(claims_file)
    claims["amount"] = claims["amount"].astype(float)
    claims["incurred_on"] = pd.to_datetime(claims["incurred_on"])
    claims["paid_on"] = pd.to_datetime(claims["paid_on"])
    claims = claims.merge(terms_of(policies), on="policy")
    claims = claims[
        (claims["status"] == "paid")
        & claims["incurred_on"].between(claims["incurred_from"], claims["incurred_to"])
        & claims["paid_on"].between(claims["paid_from"], claims["paid_to"])
        & ((claims["benefit"] != "rx") | claims["covers_rx"])
        & ((claims["benefit"] != "dental") | claims["covers_dental"])
    ]
    claims["unit_id"] = claims["member"].where(claims["unit"] == "member", claims["family"])
    claims = claims.merge(lasers_of(policies), on=["policy", "unit_id"], how="left")
    claims["attachment"] = claims["laser"].fillna(claims["deductible"])
    claims = claims.sort_values(["policy", "unit_id", "paid_on", "id"])
    running = claims.groupby(["policy", "unit_id"])["amount"].cumsum()
    claims["excess"] = (running - claims["attachment"]).clip(lower=0) - (
        running - claims["amount"] - claims["attachment"]
    ).clip(lower=0)
    units = claims.groupby(["policy", "unit_id"], as_index=False).agg(
        excess=("excess", "sum"), share=("share", "first"), maximum=("maximum", "first")
    )
    units["reimbursable"] = (units["excess"] * units["share"]).round(2).clip(upper=units["maximum"])
    by_policy = units.groupby("policy")["reimbursable"].sum()
    terms = terms_of(policies).set_index("policy")
    reimbursed = (by_policy - terms["aggregating"] * terms["share"]).clip(lower=0)
    return {str(policy): float(amount) for policy, amount in reimbursed.fillna(0.0).items()}


def main() -> None:
    """Run the script over a portfolio and print how long it takes."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--policies", type=int, default=200)
    parser.add_argument("--lines", type=int, default=1_000_000)
    parser.add_argument("--folder", type=Path, help="A portfolio that is there already.")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = options.folder or Path(scratch)
        if not options.folder:
            write_portfolio(folder, policies=options.policies, lines=options.lines)
        policies = [load_policy(path) for path in sorted((folder / "policies").iterdir())]
        start = perf_counter()
        reimbursed = script(folder / "claims.parquet", policies)
        print(f"the analyst's script: {perf_counter() - start:.2f} s for {len(reimbursed):,} policies with specific")
        assert reimbursed


if __name__ == "__main__":
    main()
