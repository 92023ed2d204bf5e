"""The network as a file: other programs read from it what the tables say, whatever the names are."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import networkx as nx
import pytest
from click.testing import CliRunner

from sim.cli import exposim
from sim.interchange.graphs import graph_of, graph_xml
from sim.statistics import Result
from tests.statistics.building import build, trace_of
from tests.statistics.tiny import PLAN, ROWS


@pytest.fixture(scope="module")
def tiny() -> Result:
    return Result(build(PLAN), trace_of(ROWS))


def read(form: str, content: bytes) -> Any:
    reader = {"graphml": nx.read_graphml, "gexf": nx.read_gexf}[form]
    return reader(io.BytesIO(content), node_type=int)


@pytest.mark.parametrize("form", ["graphml", "gexf"])
def test_what_is_read_again_is_what_the_tables_say(form: str, quickstart: Result) -> None:
    graph = read(form, graph_xml(graph_of(quickstart), form))
    who = quickstart.organisations
    assert [graph.nodes[k]["label"] for k in range(len(graph))] == who["organisation"].tolist()
    assert [graph.degree[k] for k in range(len(graph))] == who["useful_contacts"].tolist()
    for name in ("chain", "country", "useful_contacts", "centrality"):
        assert [graph.nodes[k][name] for k in range(len(graph))] == who[name].tolist()
    assert [graph.nodes[k]["exhibits"] for k in range(len(graph))] == who["exhibits"].astype(int).tolist()
    useful = quickstart.ties[quickstart.ties["useful"] > 0]
    told = sorted((graph.nodes[a]["label"], graph.nodes[b]["label"], e["weight"]) for a, b, e in ends(graph))
    assert told == sorted(zip(useful["organisation"], useful["partner"], useful["minutes"], strict=True))
    first = useful["first"].dt.hour * 60 + useful["first"].dt.minute
    assert sorted(int(e["first_minute"]) for *_, e in ends(graph)) == sorted(first)


def ends(graph: Any) -> list[tuple[int, int, dict[str, Any]]]:
    return [(min(a, b), max(a, b), more) for a, b, more in graph.edges(data=True)]


@pytest.mark.parametrize("form", ["graphml", "gexf"])
def test_names_are_data_and_bytes_are_the_same(form: str, tiny: Result) -> None:
    content = graph_xml(graph_of(tiny, every=True), form)
    graph = read(form, content)
    names = [graph.nodes[k]["label"] for k in range(len(graph))]
    assert names == ["Acme", "Bela", "Left <Out>", "Buyer One", "Buyer Two", "Press"]
    assert graph.number_of_edges() == tiny.kpis["contacts.pairs"] == 7
    assert graph_of(tiny).number_of_edges() == tiny.kpis["contacts.useful"] == 5
    assert graph_xml(graph_of(tiny, every=True), form) == content
    assert b"lastmodifieddate" not in content  # which would be another tomorrow


def test_there_is_no_other_format(tiny: Result) -> None:
    with pytest.raises(ValueError, match="found 'gml'; allowed: graphml, gexf"):
        graph_xml(graph_of(tiny), "gml")


def test_the_command_writes_the_network_of_a_replication(tmp_path: Path) -> None:
    file = tmp_path / "net.graphml"
    asked = ["run", "quickstart", "-n", "1", "-q", "--kpi", "contacts.useful", "--network", str(file)]
    made = CliRunner().invoke(exposim, asked)
    assert made.exit_code == 0, made.output
    content = file.read_bytes()
    edges = read("graphml", content).number_of_edges()
    assert f" {edges} pairs" in " ".join(made.output.split())
    again = CliRunner().invoke(exposim, asked)
    assert again.exit_code == 2
    assert "already there; --force replaces it" in again.output
    assert file.read_bytes() == content
    for more, said in (
        (["--happened", str(file), "--force"], "is asked for twice"),
        (["--out", str(tmp_path)], "would lie in --out"),
        (["--out", str(file), "--force"], "would lie in --out"),
    ):
        twice = CliRunner().invoke(exposim, [*asked, *more])
        assert twice.exit_code == 2
        assert said in " ".join(twice.output.split())
        assert file.read_bytes() == content
    odd = CliRunner().invoke(exposim, [*asked[:-1], str(tmp_path / "net.gml")])
    assert odd.exit_code == 2
    assert "allowed: a name that ends in .graphml or .gexf" in odd.output
