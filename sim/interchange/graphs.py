"""The network of useful contacts as a graph of networkx, and as files that programs for graphs read."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import networkx as nx
    import pandas as pd

    from sim.statistics import Result

__all__ = ["FORMATS", "graph_of", "graph_xml"]

FORMATS: Final = ("graphml", "gexf")
"""What a file may be, by the ending of its name."""

# Columns of the tables that become attributes. Formats of graphs keep the names id, label, start, end, key
# and kind for themselves.
_OF_ORGANISATIONS: Final = (
    *("exhibits", "chain", "stage", "country"),
    *("partners", "useful_contacts", "abroad", "other_chains", "interactions", "minutes", "centrality"),
)
_OF_TIES: Final = (
    *("interactions", "conversations", "exchanges", "meetings", "useful", "minutes"),
    *("cross_border", "cross_chain"),
)


def graph_of(result: Result, *, every: bool = False) -> nx.Graph[int]:
    """The network of one replication, with columns of `organisations` and `ties` as attributes.

    Vertices are numbers in the order of `result.organisations`; their names are their `label`. The `weight`
    of an edge is the minutes together, and `first_minute` when they first met, in minutes from the midnight
    before the first day: formats of graphs have no moments. Each attribute has one type, flags are 0 or 1.

    Args:
        result: of a replication.
        every: all ties, not only those that are useful contacts.
    """
    import networkx as nx

    from sim.statistics.ledger import minutes

    organisations, ties, network = result.organisations, result.ties, result.ledger.network
    number = network.there.cumsum() - 1
    graph: nx.Graph[int] = nx.Graph()
    names = organisations["organisation"].astype(str).tolist()
    for k, (name, more) in enumerate(zip(names, _attributes(organisations, _OF_ORGANISATIONS), strict=True)):
        graph.add_node(k, label=name, **more)
    chosen = (network.useful > 0) | every
    began = minutes(network.first[chosen]).tolist()
    ends = zip(number[network.one[chosen]].tolist(), number[network.other[chosen]].tolist(), strict=True)
    for (one, other), more, minute in zip(ends, _attributes(ties[chosen], _OF_TIES), began, strict=True):
        graph.add_edge(one, other, weight=more["minutes"], first_minute=minute, **more)
    return graph


def graph_xml(graph: nx.Graph[int], form: str) -> bytes:
    """A graph as GraphML or GEXF, the same bytes for the same graph.

    Raises ValueError for another format.
    """
    from networkx.readwrite.gexf import GEXFWriter
    from networkx.readwrite.graphml import write_graphml_xml

    file = io.BytesIO()
    if form == "graphml":
        write_graphml_xml(graph, file, prettyprint=False)
    elif form == "gexf":
        writer = GEXFWriter(prettyprint=False)
        writer.add_graph(graph)
        meta = writer.xml.find("meta")
        meta.attrib.clear()  # the day on which it was written
        meta.find("creator").text = "exposim"
        writer.write(file)
    else:
        raise ValueError(f"found {form!r}; allowed: {', '.join(FORMATS)}")
    return file.getvalue()


def _attributes(frame: pd.DataFrame, columns: tuple[str, ...]) -> list[dict[str, Any]]:
    """Of each row the attributes by name, as Python's own types; without those that are missing."""
    lists = {}
    for name in columns:
        column = frame[name]
        if column.dtype == bool:
            column = column.astype(int)
        lists[name] = column.tolist()
    rows = (dict(zip(lists, row, strict=True)) for row in zip(*lists.values(), strict=True))
    return [{name: value for name, value in row.items() if value == value} for row in rows]
