"""The command without a scenario: its help, its manners, its start."""

from __future__ import annotations

import os
import re
import resource
import subprocess
import sys
from pathlib import Path
from typing import NoReturn

import click
import pytest
from click.testing import CliRunner

import sim
from sim.cli import exposim
from sim.cli.endings import Commands
from sim.cli.path_of import PathOf
from sim.engine import ENGINES
from sim.statistics import describe

SLOW = (
    "numpy",
    "pandas",
    "pydantic",
    "scipy",
    "simpy",
    "joblib",
    "tqdm",
    "ortools",
    "pyarrow",
    "jinja2",
    "icalendar",
    "openpyxl",
)
CODE = "import sys; from sim.cli import exposim; exposim({!r}, standalone_mode=False); print(*sys.modules)"


def python(code: str) -> str:
    env = os.environ | {"PYTHONPATH": str(Path(sim.__file__).parents[1])}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=env)
    return done.stdout


@pytest.mark.parametrize("arguments", [["--help"], ["run", "--help"], ["--version"]])
def test_help_loads_nothing_slow(arguments: list[str]) -> None:
    loaded = {name.partition(".")[0] for name in python(CODE.format(arguments)).split()}
    assert "click" in loaded
    assert not loaded & set(SLOW)


def test_help_takes_a_quarter_of_a_second_of_processor_time() -> None:
    def spent() -> float:
        usage = resource.getrusage(resource.RUSAGE_CHILDREN)
        return usage.ru_utime + usage.ru_stime

    times = []
    for _ in range(3):
        before = spent()
        python("from sim.cli import exposim; exposim(['--help'])")
        times.append(spent() - before)
    assert min(times) < 0.25


def test_import_sim_loads_nothing_slow() -> None:
    assert not set(python("import sys, sim; print(*sys.modules)").split()) & set(SLOW)


def test_every_lazy_name_is_there() -> None:
    for name in sim.__all__:
        assert getattr(sim, name) is not None
    assert set(sim.__all__) <= set(dir(sim))
    assert not {"Any", "Final", "TYPE_CHECKING", "annotations", "import_module"} & set(dir(sim))
    with pytest.raises(AttributeError, match="'sim' has no attribute 'simulation'"):
        _ = sim.simulation


def test_run_stays_a_function_after_its_module_was_imported() -> None:
    assert python(
        "import sim, sim.replication, sim.studies; print(callable(sim.run), callable(sim.replicate))"
    ) == ("True True\n")


def test_help_teaches_by_examples() -> None:
    text = CliRunner().invoke(exposim, ["--help"]).output
    assert "exposim run hungary-2024" in text
    assert "Exit status" in text
    for command in exposim.commands:
        assert re.search(rf"^  {command} +\w", text, re.MULTILINE)


def test_help_fits_eighty_columns_and_wraps_nothing() -> None:
    pages = [[], *([command] for command in exposim.commands)]
    for page in pages:
        lines = CliRunner().invoke(exposim, [*page, "--help"], terminal_width=80).output.splitlines()
        assert len(lines) > 5
        assert [line for line in lines if len(line) > 80] == []


def test_examples_of_the_help_name_only_commands_and_options_that_exist() -> None:
    run_help = CliRunner().invoke(exposim, ["run", "--help"]).output
    text = CliRunner().invoke(exposim, ["--help"]).output + run_help
    examples = re.findall(r"exposim ([\w-]+)([^|&\n]*)", text)
    assert len(examples) > 8
    for command, rest in examples:
        options = {name for parameter in exposim.commands[command].params for name in parameter.opts}
        assert set(re.findall(r"(?<= )--?[a-z]+", rest)) <= options


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["walk"], "No such command 'walk'"),
        (["run"], "Missing argument 'SCENARIO'"),
        (["run", "quickstart", "--replications", "0"], "0 is not in the range"),
        (["run", "quickstart", "--workers", "two"], "'two' is not a valid integer"),
        (["run", "quickstart", "--seed", "-1"], "-1 is not in the range"),
        (["run", "quickstart", "--engine", "abacus"], "'abacus' is not one of 'auto', 'simpy', 'compiled'"),
        (
            ["run", "quickstart", "--set", "expo.days"],
            "--set expo.days: is not a setting; allowed: path=value",
        ),
        (["run", "quickstart", "--precision", "narrow"], "precision 'narrow' is not a number"),
        (["run", "quickstart", "--precision", "150%"], "share of the mean"),
        (["run", "quickstart", "--precision", "inf"], "precision inf is not a number such as 5%"),
        (["run", "quickstart", "-p", "5%", "-p", "meetings.held=2"], "give one P, or KPI=P"),
        (["run", "quickstart", "--force"], "--force goes with --out"),
        (["run", "quickstart", "--out", "x", "--keep", "0,10"], "found 10; of 10 replications the last is 9"),
        (["run", "quickstart", "-n", "1", "--out", "x", "--keep", "1"], "found 1; of 1 replication the last"),
        (["kpis", "promisses"], "did you mean promises"),
        (["check"], "Missing argument 'SCENARIO'"),
        (["prices", "quickstart", "--contact", "nan"], "'nan' is not a number"),
        (["staff", "quickstart", "--wait", "nan"], "'nan' is not a number"),
        (["promise", "quickstart", "--in", "nan"], "'nan' is not a number"),
        (["timetable", "x.csv", "--pause", "nan"], "'nan' is not a number"),
        (["timetable", "x.csv", "--time-limit", "nan"], "'nan' is not a number"),
        (["prices", "quickstart", "--contact", "inf"], "contact = inf: what one is worth is a finite number"),
    ],
)
def test_bad_usage_ends_with_2_and_one_line_that_says_why(arguments: list[str], says: str) -> None:
    done = CliRunner().invoke(exposim, arguments)
    assert done.exit_code == 2
    assert done.stdout == ""
    assert says in done.stderr


def test_every_engine_can_be_chosen() -> None:
    choices = {option.name: option.type for option in exposim.commands["run"].params}["engine"]
    assert isinstance(choices, click.Choice)
    assert tuple(choices.choices) == ENGINES  # spelt out there: the engine's room loads numpy


def ending_of(error: BaseException) -> tuple[int, str]:
    @click.group(cls=Commands)
    def group() -> None:
        pass

    @group.command()
    def fail() -> None:
        raise error

    done = CliRunner().invoke(group, ["fail"])
    return done.exit_code, done.stderr


def test_ctrl_c_ends_with_130_and_a_line() -> None:
    assert ending_of(KeyboardInterrupt()) == (130, "exposim: stopped\n")


def test_a_file_that_cannot_be_read_ends_with_2_and_its_name() -> None:
    assert ending_of(PermissionError(13, "Permission denied", "fair.toml")) == (
        2,
        "exposim: fair.toml: Permission denied\n",
    )


def test_a_reader_that_has_gone_is_no_error_worth_a_word() -> None:
    code, said = ending_of(BrokenPipeError(32, "Broken pipe"))
    assert (code, said) == (1, "")


def test_an_error_of_our_own_is_not_hidden() -> None:
    @click.group(cls=Commands)
    def group() -> None:
        pass

    @group.command()
    def fail() -> None:
        raise ValueError("a mistake in the program")

    with pytest.raises(ValueError, match="a mistake in the program"):
        CliRunner().invoke(group, ["fail"], catch_exceptions=False)


def test_every_figure_that_an_example_names_is_there() -> None:
    # also those with a threshold, `-p NAME=0.5`, and those in the help of the whole command
    said = [CliRunner().invoke(exposim, [*words, "--help"]).output for words in ([], ["run"])]
    named = {name for text in said for name in re.findall(r"(?:--kpi|-p|-k) ([a-z_]+\.[a-z_.]+)", text)}
    assert len(named) >= 3
    for name in named:
        describe(name)  # raises for one that is not


@pytest.mark.parametrize(("where", "became"), [
    ("sim.files.whole.write_file", "nothing was written"), ("click.echo", "fair.toml is complete"),
])  # fmt: skip
def test_new_that_is_stopped_says_what_became_of_its_file(
    where: str, became: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def stop(*_: object, **__: object) -> NoReturn:
        patch.undo()
        raise KeyboardInterrupt

    monkeypatch.chdir(tmp_path)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(where, stop)
        done = CliRunner().invoke(exposim, ["new", "fair.toml"])
    assert (done.exit_code, done.stdout, done.stderr) == (130, "", f"exposim: stopped; {became}\n")
    assert Path("fair.toml").exists() is (became != "nothing was written")


def test_an_empty_path_is_none_whatever_the_option() -> None:
    """`Path("")` is the folder in which one is: `--out ''` would write there, `--network ''` tell of '.'."""
    names = {}
    for verb, command in exposim.commands.items():
        for option in command.params:
            if isinstance(option.type, click.Path):
                assert isinstance(option.type, PathOf), (verb, option.name)
                names[verb, option.name] = option
    assert {("run", "network"), ("timetable", "requests"), ("tune", "out")} <= names.keys()
    for option in names.values():
        with pytest.raises(click.BadParameter, match="found ''; allowed: a path"):
            option.type.convert("", option, None)
    done = CliRunner().invoke(exposim, ["run", "erlang", "-n", "1", "--network", ""])
    assert (done.exit_code, "Invalid value for '--network': found ''" in done.stderr) == (2, True)
