"""OasisLMF's financial module on the same members' totals: the part of the job that it can do.

    python -m venv oasis && oasis/bin/pip install oasislmf
    python benchmarks/oasislmf.py --python oasis/bin/python --policies 1000 --lines 10000000

Its financial module applies layers to losses: here a deductible or laser, a limit and a share to each member's total,
then the aggregating deductible to each policy's sum.
It screens nothing, nets nothing and keeps no order of payments, so the totals are made for it, untimed, by
``frames_by_hand.sql``; DuckDB then computes the same two steps on the same totals, exactly.
Its losses are in single precision: how many policies are off by half a cent is printed with the seconds.
Where OasisLMF is not installed, nothing is measured.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter
from typing import Any

import duckdb
import numpy as np
from frames_by_hand import by_hand, policies_of
from numpy.typing import NDArray

from stoploss.demo.portfolio import write_portfolio

UNLIMITED = 1e12
PROGRAMME = [("from_agg_id", "i4"), ("level_id", "i4"), ("to_agg_id", "i4")]
POLICYTC = [("level_id", "i4"), ("agg_id", "i4"), ("layer_id", "i4"), ("profile_id", "i4")]
PROFILE = [
    ("profile_id", "i4"),
    ("calcrule_id", "i4"),
    ("deductible1", "f4"),
    ("deductible2", "f4"),
    ("deductible3", "f4"),
]
PROFILE += [("attachment1", "f4"), ("limit1", "f4"), ("share1", "f4"), ("share2", "f4"), ("share3", "f4")]
XREF = [("output", "i4"), ("agg_id", "i4"), ("layer_id", "i4")]
LOSSES = [("event_id", "i4"), ("item_id", "i4"), ("sidx", "i4"), ("loss", "f4"), ("end", "i4"), ("nothing", "f4")]
DEDUCTIBLE_LIMIT_SHARE = 2
HEADER = b"\x01\x00\x00\x02" + np.int32(1).tobytes()  # losses of items, one sample each

# Runs where OasisLMF is; a second run shows what compilation cost the first.
PROGRAM = """
import json, sys, time
from oasislmf.pytools.fm.manager import run
folder, files = sys.argv[1], {"files_in": [sys.argv[2]], "files_out": [sys.argv[3]]}
same = {"allocation_rule": 0, "static_path": folder, "net_loss": None, "storage_method": "sparse"}
same |= {"low_memory": False, "sort_output": True}
took = []
for _ in range(2):
    start = time.perf_counter()
    run(create_financial_structure_files=True, allocation_rule=0, static_path=folder)
    middle = time.perf_counter()
    run(create_financial_structure_files=False, **same, **files)
    took.append((middle - start, time.perf_counter() - middle))
print(json.dumps(took))
"""

MEMBERS = """
CREATE OR REPLACE TEMP TABLE members AS
SELECT
    CAST(row_number() OVER (ORDER BY s.pid, s.unit) AS INTEGER) AS item,
    s.pid + 1 AS policy,
    s.s_total AS cents,
    CASE WHEN l.excluded THEN NULL ELSE s.laser_at END AS deductible,
    s.maximum,
    s.share
FROM sheets s
LEFT JOIN lasers l ON l.pid = s.pid AND l.unit = s.unit
WHERE s.has_specific AND s.s_total > 0
"""
SAME = """
CREATE OR REPLACE TEMP TABLE exact AS
SELECT m.policy, greatest(0, sum(
    least(greatest(m.cents - coalesce(m.deductible, m.cents), 0), m.maximum)::DECIMAL(18, 0) * m.share::DECIMAL(9, 0)
) - any_value(t.aggregating)::DECIMAL(18, 0) * 1000000) AS millionths_of_cents
FROM members m
JOIN terms t ON t.pid = m.policy - 1
GROUP BY m.policy
"""


def installed(python: str) -> bool:
    """Say whether an interpreter has OasisLMF."""
    command = [python, "-c", "import oasislmf.pytools.fm"]
    return subprocess.run(command, capture_output=True, check=False, cwd="/").returncode == 0  # as asked


def write_inputs(connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Write the structure of all policies, and the members' totals as losses."""
    rows = connection.sql(
        "SELECT item, policy, cents, deductible, maximum, share FROM members ORDER BY item"
    ).fetchall()
    item, policy, cents = (np.array([row[place] for row in rows], dtype=np.int64) for place in range(3))
    deductible, maximum, share = (
        np.array([UNLIMITED * 100 if row[place] is None else row[place] for row in rows], dtype=np.float64)
        for place in (3, 4, 5)
    )
    terms = np.stack([deductible / 100, np.minimum(maximum / 100, UNLIMITED), share / 1_000_000], axis=1)
    own, which = np.unique(terms, axis=0, return_inverse=True)
    of_policies = connection.sql("SELECT pid + 1, aggregating FROM terms ORDER BY pid").fetchall()
    members, policies = len(item), len(of_policies)
    profiles = _table(PROFILE, len(own) + policies)
    profiles["profile_id"] = np.arange(1, len(profiles) + 1)
    profiles["calcrule_id"] = DEDUCTIBLE_LIMIT_SHARE
    profiles["deductible1"] = [*own[:, 0], *(aggregating / 100 for _, aggregating in of_policies)]
    profiles["limit1"] = [*own[:, 1], *[UNLIMITED] * policies]
    profiles["share1"] = [*own[:, 2], *[1.0] * policies]
    programme, contracts = _table(PROGRAMME, 2 * members), _table(POLICYTC, members + policies)
    programme["from_agg_id"] = np.concatenate([item, item])
    programme["level_id"] = np.repeat([1, 2], members)
    programme["to_agg_id"] = np.concatenate([item, policy])
    contracts["level_id"] = np.repeat([1, 2], [members, policies])
    contracts["agg_id"] = np.concatenate([item, np.arange(1, policies + 1)])
    contracts["layer_id"] = 1
    contracts["profile_id"] = np.concatenate([which.ravel() + 1, np.arange(policies) + len(own) + 1])
    outputs = _table(XREF, policies)
    outputs["output"] = outputs["agg_id"] = np.arange(1, policies + 1)
    outputs["layer_id"] = 1
    losses = _table(LOSSES, members)
    losses["event_id"] = losses["sidx"] = 1
    losses["item_id"], losses["loss"] = item, cents / 100
    tables = {"fm_programme": programme, "fm_policytc": contracts, "fm_profile": profiles, "fm_xref": outputs}
    for name, table in tables.items():
        (folder / f"{name}.bin").write_bytes(table.tobytes())
    (folder / "losses").write_bytes(HEADER + losses.tobytes())


def _table(columns: list[tuple[str, str]], rows: int) -> NDArray[Any]:
    return np.zeros(rows, dtype=columns)


def outputs_of(path: Path) -> dict[int, float]:
    """Return what each policy comes to, in dollars."""
    words = np.frombuffer(path.read_bytes()[len(HEADER) :], dtype="<i4")
    found: dict[int, float] = {}
    place = 0
    while place + 2 <= len(words):
        policy = int(words[place + 1])
        place += 2
        while words[place]:
            if words[place] == 1:
                found[policy] = float(words[place + 1 : place + 2].view("<f4")[0])
            place += 2
        place += 2
    return found


def main() -> None:
    """Run both on a portfolio's totals, and print seconds and agreement."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--python", default=sys.executable, help="An interpreter that has OasisLMF.")
    parser.add_argument("--policies", type=int, default=200)
    parser.add_argument("--lines", type=int, default=1_000_000)
    parser.add_argument("--folder", type=Path, help="A portfolio that is there already.")
    options = parser.parse_args()
    if not installed(options.python):
        print("OasisLMF is not installed there: see the first lines of this script")
        return
    with tempfile.TemporaryDirectory() as scratch:
        folder, work = options.folder or Path(scratch, "portfolio"), Path(scratch)
        if not options.folder:
            write_portfolio(folder, policies=options.policies, lines=options.lines)
        connection = duckdb.connect()
        by_hand(folder, policies_of(folder), connection)
        connection.execute(MEMBERS)
        write_inputs(connection, work)
        command = [options.python, "-c", PROGRAM, scratch, str(work / "losses"), str(work / "answer")]
        afresh = os.environ | {"NUMBA_CACHE_DIR": scratch}
        done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=scratch, env=afresh)  # as asked
        first, second = json.loads(done.stdout.splitlines()[-1])
        start = perf_counter()
        connection.execute(SAME)
        ours = perf_counter() - start
        exact = {policy: float(amount) / 1e8 for policy, amount in connection.sql("FROM exact").fetchall()}
        theirs = outputs_of(work / "answer")
    off = [abs(theirs.get(policy, 0.0) - amount) for policy, amount in exact.items()]
    ((members,),) = connection.sql("SELECT count(*) FROM members").fetchall()
    print(f"{members:,} members of {len(exact):,} policies: a layer each, then one of the policy")
    print(f"OasisLMF, first run:  structure {first[0]:7.2f} s, losses {first[1]:7.2f} s, compilation included")
    print(f"OasisLMF, second run: structure {second[0]:7.2f} s, losses {second[1]:7.2f} s")
    print(f"DuckDB, the same two steps: {ours:.2f} s")
    wrong = sum(each >= 0.005 for each in off)
    print(f"{wrong:,} policies are off by half a cent or more in single precision, together by {sum(off):,.2f} dollars")
    assert sum(off) <= 1e-5 * sum(exact.values()), "not the same two steps"


if __name__ == "__main__":
    main()
