"""The one way to run each thing; `.ci/run` and the workflows run these same sessions.

    nox                      # what a pull request has to pass: lint, typing, tests, lowest, docs, coverage
    nox -s tests-3.12        # the suite against the built wheel, on one Python
    nox -s laws              # the properties, 2,000 examples each
    nox -s bench mutation    # long runs, for a machine with nothing else to do

Where the environment has everything already, `nox --no-venv --no-install -s lint` uses it as it is.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import nox

nox.needs_version = ">=2025.5"
nox.options.sessions = ["lint", "typing", "tests", "lowest", "docs", "coverage"]
nox.options.reuse_venv = "yes"

ROOT = Path(__file__).parent
PROJECT = nox.project.load_toml("pyproject.toml")
PYTHONS = nox.project.python_versions(PROJECT)
EXTRAS = PROJECT["project"]["optional-dependencies"]

# What the suite itself needs, with the bounds that the development extra gives.
TEST_TOOLS = [each for each in EXTRAS["dev"] if each.startswith(("pytest", "sybil", "jsonschema"))]

# The upper floors. Everything else is the core, of which every line and branch is covered by tests.
COMPANIONS = [
    "__main__",
    "_hypothesis",
    "cases",
    "cli",
    "deadlines",
    "demo",
    "documents",
    "explain",
    "feeds",
    "frames",
    "funding",
    "notices",
    "payment_steps",
    "premium",
    "program",
    "receivables",
    "reconcile",
    "renewal",
    "requests",
    "testing",
]


def built_wheel(session: nox.Session) -> Path:
    """Return the wheel under test: the one in STOPLOSS_DIST, else one that is built now."""
    folder = Path(os.environ.get("STOPLOSS_DIST") or session.create_tmp()).resolve()
    if not os.environ.get("STOPLOSS_DIST"):
        for stale in folder.glob("*.whl"):
            stale.unlink()
        session.install("build")
        session.run("python", "-m", "build", "--wheel", "--outdir", str(folder), silent=True)
    wheels = list(folder.glob("stoploss-*.whl"))
    if len(wheels) != 1:
        session.error(f"expected one wheel, found {len(wheels)}")
    return wheels[0]


def install_wheel(session: nox.Session, wheel: Path, *more: str) -> None:
    """Install the wheel with the extras that the suite needs, and make sure that `import stoploss` finds it."""
    session.install("--force-reinstall", "--no-deps", str(wheel))
    session.install(f"stoploss[cli,portfolio,testing] @ {wheel.as_uri()}", *TEST_TOOLS, *more)
    session.run("python", "-c", "import stoploss; assert 'site-packages' in stoploss.__file__, stoploss.__file__")


@nox.session(python=PYTHONS)
def tests(session: nox.Session) -> None:
    """Run the suite and the examples in the pages against the wheel; record coverage unless STOPLOSS_COVERAGE=no.

    The engines of `frames` are not installed here: their tests run with the development extra, as README says.
    """
    install_wheel(session, built_wheel(session))
    # Watching which lines run takes as long again as the suite, and one Python is enough for it.
    covered = () if os.environ.get("STOPLOSS_COVERAGE") == "no" else ("--cov", "--cov-report=")
    session.run(
        "pytest",
        *covered,
        *("--numprocesses=auto", "--dist=loadfile"),  # the examples of one page belong together
        *(session.posargs or ["tests", "docs", "README.md"]),
        env={"COVERAGE_FILE": str(ROOT / f".coverage.{session.python}")},
    )


@nox.session(python=PYTHONS[0], reuse_venv=False)
def lowest(session: nox.Session) -> None:
    """Import the core with nothing but its dependencies, then run the suite, all at the lower bounds promised."""
    bounded = [
        *PROJECT["project"]["dependencies"],
        *EXTRAS["documents"],
        *EXTRAS["cli"],
        *EXTRAS["portfolio"],
        *EXTRAS["testing"],
    ]
    constraints = Path(session.create_tmp()) / "lowest.txt"
    constraints.write_text("".join(f"{each.replace('>=', '==')}\n" for each in bounded if ">=" in each))
    wheel = built_wheel(session)
    session.install("--force-reinstall", str(wheel), "--constraint", str(constraints))
    session.run("python", "-W", "error", "-c", "import stoploss")
    install_wheel(session, wheel, "--constraint", str(constraints))
    session.run("pytest", "--numprocesses=auto", "--dist=loadfile", *(session.posargs or ["tests"]))


@nox.session
def laws(session: nox.Session) -> None:
    """Search each property for longer: 2,000 examples, different ones each night."""
    install_wheel(session, built_wheel(session))
    profile = os.environ.get("HYPOTHESIS_PROFILE", "nightly")
    session.run(
        *("pytest", "--numprocesses=auto", "--dist=load"),
        *(session.posargs or ["tests/laws"]),
        env={"HYPOTHESIS_PROFILE": profile},
    )


@nox.session
def coverage(session: nox.Session) -> None:
    """Combine what the tests sessions recorded; the core is covered whole, line and branch."""
    session.install("coverage")
    session.run("coverage", "combine", env={"COVERAGE_FILE": ".coverage"})
    session.run("coverage", "report")  # the whole package, to read
    companions = ",".join(f"*/stoploss/{name}{end}" for name in COMPANIONS for end in (".py", "/**"))
    session.run("coverage", "report", f"--omit={companions}", "--fail-under=100")


@nox.session
def lint(session: nox.Session) -> None:
    """Check form, spelling, package metadata, workflows, and that no identifier of a person is in the tree."""
    session.install("-e", ".[dev]")
    session.run("ruff", "check")
    session.run("ruff", "format", "--check")
    session.run("codespell")
    session.run("validate-pyproject", "pyproject.toml", env={"VALIDATE_PYPROJECT_NO_NETWORK": "1"})
    session.run("zizmor", "--offline", "--quiet", ".github")
    session.run("python", ".ci/identifiers.py")


@nox.session
def typing(session: nox.Session) -> None:
    """Check types: mypy over everything, pyright over the package, and every public name annotated."""
    session.install("-e", ".[dev]")
    session.run("mypy")
    session.run("pyright")
    session.run("pyright", "--ignoreexternal", "--verifytypes", "stoploss")


@nox.session
def docs(session: nox.Session) -> None:
    """Build the pages with warnings as errors, and execute the notebooks."""
    session.install("-e", ".[dev]")
    out = Path(session.create_tmp()).resolve()
    session.run("sphinx-build", "--fail-on-warning", "--keep-going", "--nitpicky", "-q", "docs", str(out / "html"))
    for notebook in sorted(Path("docs/notebooks").glob("*.[mpi]*")):  # .md, .py or .ipynb
        executed = out / notebook.with_suffix(".ipynb").name
        session.run("jupytext", "--quiet", "--to=ipynb", f"--output={executed}", str(notebook))
        session.run("jupyter-execute", "--kernel_name=python3", "--inplace", str(executed))
    session.log(f"open {out / 'html' / 'index.html'}")


@nox.session
def bench(session: nox.Session) -> None:
    """Run the benchmarks: ratios within one run, because machines differ (minutes)."""
    engines = [*EXTRAS["duckdb"], *EXTRAS["polars"], *EXTRAS["pandas"]]
    install_wheel(session, built_wheel(session), *engines)
    for script in session.posargs or sorted(str(path) for path in Path("benchmarks").glob("[!_]*.py")):
        session.run("python", script)


@nox.session
def mutation(session: nox.Session) -> None:
    """Change the core in thousands of small ways; a change that no test notices is a missing test (hours).

    Look at what survived with `mutmut results`, and at one with `mutmut show NAME`, in the session's environment.
    """
    session.install("-e", ".[dev]", "mutmut>=3.8")
    shutil.rmtree(ROOT / "mutants", ignore_errors=True)
    session.run("mutmut", "run", *session.posargs, env={"HYPOTHESIS_PROFILE": "quick"})
    session.run("mutmut", "results")
