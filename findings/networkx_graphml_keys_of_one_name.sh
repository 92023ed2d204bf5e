#!/usr/bin/env bash
# networkx 3.6.1 and igraph 1.0.0, seen on 2026-11-29 (CPython 3.11, Linux).
#
# GraphML declares each attribute once, as a <key> with an id that is the only one of its kind in the file.
# `networkx.write_graphml(graph, file, named_key_ids=True)`, which is there to make files readable, takes the
# attribute's name for that id, for vertices and edges apart: where both have an attribute of one name, as `minutes`
# of an organisation and of a meeting, the file has two keys of one id. What was written is not valid, and nobody says
# so: of the two networkx itself knows only the one that stands last when it reads the file again. Where vertices have
# whole numbers and edges fractions it ends with a ValueError; the other way round whole numbers of edges come back as
# fractions. igraph reads both. Without the option the same graph comes back as it was.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/env"
"$work/env/bin/pip" install -q networkx==3.6.1 igraph==1.0.0 2>"$work/log" || { cat "$work/log"; exit 1; }

cat >"$work/keys.py" <<'PY'
import io
import re
import sys

import igraph
import networkx as nx

file = sys.argv[1]


def written(of_vertices, of_edges, named):
    graph = nx.Graph()
    graph.add_node(0, minutes=of_vertices)
    graph.add_node(1, minutes=of_vertices)
    graph.add_edge(0, 1, minutes=of_edges)
    nx.write_graphml(graph, file, named_key_ids=named)
    with open(file) as opened:
        return re.findall(r'<key id="(\w+)" for="(\w+)"', opened.read())


def read():
    try:
        graph = nx.read_graphml(file, node_type=int)
    except ValueError as error:
        return f"ValueError: {error}"
    return graph.nodes[0]["minutes"], graph.edges[0, 1]["minutes"]


def by_igraph():
    graph = igraph.Graph.Read_GraphML(file)
    return [graph.vs["minutes"][0] if "minutes" in graph.vs.attributes() else None,
            graph.es["minutes"][0] if "minutes" in graph.es.attributes() else None]


for vertices, edges in ((3, 2.5), (3.5, 2)):
    for named in (False, True):
        print(f"vertices {vertices}, edges {edges}, named_key_ids={named}:", written(vertices, edges, named))
        print("   networkx reads", read(), " igraph reads", by_igraph())
PY
"$work/env/bin/python" "$work/keys.py" "$work/graph.graphml" | tee "$work/seen"
cat >"$work/expected" <<'TXT'
vertices 3, edges 2.5, named_key_ids=False: [('d1', 'edge'), ('d0', 'node')]
   networkx reads (3, 2.5)  igraph reads [3.0, 2.5]
vertices 3, edges 2.5, named_key_ids=True: [('minutes', 'edge'), ('minutes', 'node')]
   networkx reads ValueError: invalid literal for int() with base 10: '2.5'  igraph reads [3.0, 2.5]
vertices 3.5, edges 2, named_key_ids=False: [('d1', 'edge'), ('d0', 'node')]
   networkx reads (3.5, 2)  igraph reads [3.5, 2.0]
vertices 3.5, edges 2, named_key_ids=True: [('minutes', 'edge'), ('minutes', 'node')]
   networkx reads (3.5, 2.0)  igraph reads [3.5, 2.0]
TXT
diff "$work/expected" "$work/seen" || { echo "networkx or igraph behave otherwise now"; exit 1; }
