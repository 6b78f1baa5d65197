"""A Spark cluster on this machine that loses a worker in the middle of a settlement, and settles all the same.

    stoploss demo book --policies 200 --lines 400000
    python benchmarks/spark_cluster.py book
    python benchmarks/spark_cluster.py book --scratch /tmp/scratch
    python benchmarks/spark_cluster.py book --kill walked --after 2

It starts a standalone master and two workers from the installed pyspark, each worker with a core and an executor of its
own, and submits the same settlement twice: undisturbed, and with one worker and its executor killed once a step has
begun. Both have to give DuckDB's totals, column by column, of all three tables.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from attrs import field, frozen

from stoploss.documents import load_policy
from stoploss.frames.columns import TABLES, Kind
from stoploss.frames.engines import engine_named
from stoploss.frames.engines.engine import Engine, Frame

LOCALHOST = "127.0.0.1"


@frozen(kw_only=True)
class Telling:
    """An engine that tells when each step begins."""

    engine: Engine
    started: float = field(factory=time.perf_counter)

    def __getattr__(self, name: str) -> Any:
        """Do everything else as the engine does."""
        return getattr(self.engine, name)

    def mat(self, name: str, frame: Frame) -> Frame:
        """Tell the step, then compute it."""
        print(f"step {name} {time.perf_counter() - self.started:.1f}", flush=True)
        return self.engine.mat(name, frame)


def settle_folder(engine: Engine, folder: Path) -> dict[str, int]:
    """Return the rows and the totals of every column of amounts, in cents."""
    import narwhals as nw

    from stoploss.frames.settling import settle

    policies = [load_policy(path) for path in sorted((folder / "policies").iterdir())]
    inputs = (folder / f"{name}.parquet" for name in ("claims", "enrollment", "carrier_payments"))
    settled = settle(policies, *inputs, engine=engine)
    totals: dict[str, int] = {}
    for table, kinds in TABLES.items():
        frame = engine.mat(table, settled.frame(table))
        amounts = [name for name, kind in kinds.items() if kind is Kind.AMOUNT]
        (row,) = engine.rows(frame.select(nw.len().alias("rows"), nw.col(*amounts).sum()))
        totals |= {f"{table}.{name}": int((value or 0) * (1 if name == "rows" else 100)) for name, value in row.items()}
    return totals


# --- the cluster ------------------------------------------------------------------------------------------------------


@frozen(kw_only=True)
class Cluster:
    """A master and its workers, each a process group of its own: what a worker starts dies with it."""

    master: str
    processes: dict[str, subprocess.Popen[str]]

    def kill(self, name: str) -> None:
        """Kill a worker and its executor, as when a machine is lost."""
        os.killpg(self.processes.pop(name).pid, signal.SIGKILL)


@contextlib.contextmanager
def cluster(folder: Path, memory: str) -> Iterator[Cluster]:
    """Start a master and two workers of one core each; stop what is left of them at the end."""
    port = free_port()
    made = Cluster(master=f"spark://{LOCALHOST}:{port}", processes={})
    try:
        made.processes["master"] = spark_class(
            "master.Master", "--host", LOCALHOST, "--port", str(port), "--webui-port", "0", log=folder / "master.log"
        )
        wait_for(port)
        for name in ("worker-1", "worker-2"):
            options = ("--host", LOCALHOST, "--webui-port", "0", "--cores", "1", "--memory", memory)
            made.processes[name] = spark_class(
                "worker.Worker", *options, "--work-dir", str(folder / name), made.master, log=folder / f"{name}.log"
            )
        yield made
    finally:
        for process in made.processes.values():
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def spark_class(name: str, *options: str, log: Path) -> subprocess.Popen[str]:
    """Start one of Spark's own programs."""
    import pyspark

    home = Path(pyspark.__file__).parent
    command = [str(home / "bin" / "spark-class"), f"org.apache.spark.deploy.{name}", *options]
    environment = {**os.environ, "SPARK_HOME": str(home), "SPARK_LOCAL_IP": LOCALHOST}
    with log.open("w", encoding="utf-8") as out:
        return subprocess.Popen(command, stdout=out, stderr=out, env=environment, text=True, start_new_session=True)


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind((LOCALHOST, 0))
        port: int = probe.getsockname()[1]
        return port


def wait_for(port: int) -> None:
    """Wait until somebody listens."""
    for _ in range(120):
        with socket.socket() as probe:
            if probe.connect_ex((LOCALHOST, port)) == 0:
                return
        time.sleep(0.5)
    sys.exit("the master did not start")


# --- the runs ---------------------------------------------------------------------------------------------------------


def job(folder: Path, master: str, memory: str, scratch: str | None) -> None:
    """Settle on the cluster, and print the totals; a program of its own, as `spark-submit` would start it."""
    from pyspark.sql import SparkSession

    from stoploss.frames.engines.spark import SparkEngine

    settings = {
        "spark.driver.host": LOCALHOST,
        "spark.executor.cores": "1",
        "spark.executor.memory": memory,
        "spark.log.level": "OFF",
        "spark.sql.ansi.enabled": "true",
        "spark.sql.shuffle.partitions": "8",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
    }
    session = SparkSession.builder.master(master).appName("stoploss").config(map={**settings}).getOrCreate()
    # pyspark has no public way to ask how many executors have come; the driver counts as one.
    while len(session.sparkContext._jsc.sc().statusTracker().getExecutorInfos()) < 3:  # noqa: SLF001 -- see above
        time.sleep(0.2)
    started = time.perf_counter()
    totals = settle_folder(Telling(engine=SparkEngine(session=session, scratch=scratch)), folder)
    print(f"done {time.perf_counter() - started:.1f} {json.dumps(totals)}", flush=True)


def run(arguments: argparse.Namespace, *, kill: bool) -> tuple[float, dict[str, int]]:
    """Run the job on a new cluster, kill a worker in the middle of it if asked, and return its seconds and totals."""
    with tempfile.TemporaryDirectory() as name, cluster(Path(name), arguments.memory) as made:
        options = [str(arguments.folder), "--memory", arguments.memory, "--job", made.master]
        if arguments.scratch:
            options += ["--scratch", arguments.scratch]
        log = Path(name) / "job.log"
        with (
            log.open("w", encoding="utf-8") as errors,
            subprocess.Popen(
                [sys.executable, __file__, *options], stdout=subprocess.PIPE, stderr=errors, text=True
            ) as running,
        ):
            for line in running.stdout or ():
                word, first, rest = line.split(maxsplit=2)
                if word == "step" and kill and first == arguments.kill and "worker-2" in made.processes:
                    time.sleep(arguments.after)
                    made.kill("worker-2")
                    told = f"    killed a worker {arguments.after:g} s into the step {first!r}, at {rest.strip()} s"
                    print(told, flush=True)
                if word == "done":
                    if kill and "worker-2" in made.processes:
                        sys.exit(f"nothing was killed: there was no step {arguments.kill!r}")
                    return float(first), json.loads(rest)
        lines = log.read_text(encoding="utf-8").splitlines()
    print("\n".join(line[:300] for line in lines if "Exception" in line or "Error" in line))
    sys.exit("the job failed")


def main() -> None:
    """Compare a run that loses a worker with one that does not, and with DuckDB."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    inputs = (
        "policies/, claims.parquet, enrollment.parquet and carrier_payments.parquet, as `stoploss demo` writes them"
    )
    parser.add_argument("folder", type=Path, help=inputs)
    parser.add_argument("--scratch", help="a folder that all executors reach; without it they hold two copies")
    parser.add_argument("--memory", default="2g", help="of each executor")
    parser.add_argument("--kill", default="totals", help="the step in which a worker is lost")
    parser.add_argument("--after", type=float, default=2.0, help="seconds into that step")
    parser.add_argument("--job", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.folder is None:
        parser.print_help()
        return
    if arguments.job:
        job(arguments.folder, arguments.job, arguments.memory, arguments.scratch)
        return
    started = time.perf_counter()
    expected = settle_folder(engine_named("duckdb"), arguments.folder)
    print(f"DuckDB             {time.perf_counter() - started:7.1f} s", flush=True)
    for name, kill in (("two workers", False), ("one of them killed", True)):
        seconds, totals = run(arguments, kill=kill)
        print(f"{name:18} {seconds:7.1f} s   {len(totals)} totals, {'equal' if totals == expected else 'DIFFERENT'}")
        assert totals == expected


if __name__ == "__main__":
    main()
