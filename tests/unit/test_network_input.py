"""Networks of one's own: whatever tool wrote them, ties come to the posts they were drawn at."""

import copy
import json
import warnings
from pathlib import Path

import networkx as nx
import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from colsim import CollaborationModel, load_scenario
from colsim.core.layout import KnownTie
from colsim.errors import UserError
from colsim.network.post_names import own_names, post_names
from colsim.network.reading import ties_today
from colsim.scenario.compiling import compile_scenario
from tests.later import Later
from tests.unit.test_model import BOTH, scenario

igraph = Later("igraph")

CSW, MHSW = "csw-0-0-0-0", "mhsw-0-0-0-0"
COMPILED = compile_scenario(scenario())
NAMES = post_names(COMPILED.layout)


def read(network, names=NAMES):
    return ties_today(network, names, COMPILED.layout)


def graph(*edges, kind=nx.Graph, **attributes):
    made = kind(**attributes)
    for one, other, data in edges:
        made.add_edge(one, other, **data)
    return made


def one(**data):
    return graph((CSW, MHSW, data))


def graphml(path, edges, *, keys='<key id="d0" for="edge" attr.name="familiarity"/>', directed=""):
    nodes = "".join(f'<node id="{name}"/>' for name in sorted({n for e in edges for n in e[:2]}))
    lines = "".join(
        f'<edge source="{a}" target="{b}">'
        + "".join(f'<data key="{key}">{value}</data>' for key, value in data.items())
        + "</edge>"
        for a, b, data in edges
    )
    path.write_text(
        '<?xml version="1.0" encoding="UTF-8"?>'
        f'<graphml xmlns="http://graphml.graphdrawing.org/xmlns">{keys}'
        f'<graph edgedefault="{directed or "undirected"}">{nodes}{lines}</graph></graphml>'
    )
    return path


# --- what is no tie ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "network, said",
    [
        (one(weight=0.8), ["1 without familiarity, which carry `weight`", "`familiarity`"]),
        (one(Familiarity=0.8), ["which carry `Familiarity`"]),
        (one(familiarity=0.8, kind="Tie"), ["1 of kind Tie"]),
        (one(familiarity=0.8, kind="case"), ["1 of kind case"]),
        (one(familiarity=None), ["1 without familiarity"]),
        (one(), ["1 without familiarity)"]),
        (nx.Graph(), ["no edge"]),
        (graph((CSW, CSW, {"familiarity": 0.5})), ["from somebody to themselves"]),
        (graph((CSW, "csw-0-0-0-1", {"familiarity": 0.5})), ["1 within one service"]),
    ],
)
def test_a_network_without_a_tie_is_refused(network, said):
    with pytest.raises(UserError) as refused:
        read(network)
    text = str(refused.value)
    assert text.startswith("network: found no tie in it (")
    assert "allowed: edges between a CSW and an MHSW with `familiarity`" in text
    assert text.endswith("or network='strangers' if nobody knows anybody")
    for part in said:
        assert part in text


def test_nobody_knows_anybody_can_be_said():
    for authorities in (1, 2):
        plain = scenario(weeks=3, burn_in=20, authorities=authorities)
        seen = []
        for network in (None, "strangers"):
            model = CollaborationModel(plain, seed=9, network=network)
            model.after(
                "policy", lambda m, seen=seen: seen.append(int((m.world.tie_last >= 0).sum()))
            )
            model.run_for(21)
        assert seen[20] > 5
        assert seen[-1] == 0
        assert model.network_notes == ("nobody knows anybody",)
        assert CollaborationModel(plain, network=" Strangers ").network_notes


def test_an_authority_without_a_tie_has_none_and_that_is_said():
    plain = scenario(weeks=3, burn_in=20, authorities=2)
    with pytest.warns(UserWarning, match="no tie in authority 1: nobody knows anybody there"):
        model = CollaborationModel(plain, seed=9, network=one(familiarity=0.8))
    seen = []
    model.after("policy", lambda m: seen.append(m.world.tie_familiarity[m.world.tie_last >= 0]))
    model.run_for(21)
    assert len(seen[19]) > 5
    assert seen[20].tolist() == [0.8]


def test_what_was_used_and_what_was_not_is_noted():
    network = graph(
        (CSW, MHSW, {"familiarity": 0.8}),
        (CSW, "mhsw-0-0-0-1", {"weight": 3, "famliarity": 0.1}),
        ("csw-0-0-0-1", MHSW, {"familiarity": "0.25", "kind": "tie"}),
        (CSW, "csw-0-0-0-1", {"kind": "teammate"}),
        (CSW, "family-0-0-stock-0", {"kind": "case"}),
        ("csw-0-0-0-2", MHSW, {"familiarity": 0.4, "kind": "friends"}),
        ("csw-0-0-0-3", MHSW, {"familiarity": 0.4, "trust_of_cws": 0.4}),
    )
    with pytest.warns(UserWarning, match="3 edges used, as 3 ties") as warned:
        ties = read(network)
    assert len(warned) == 1
    assert [tie.familiarity for tie in ties.ties] == [0.8, 0.25, 0.4]
    assert ties.notes == (
        "3 edges used, as 3 ties; skipped: 1 without familiarity, which carry `weight`, "
        "`famliarity`, 1 of kind teammate, 1 of kind case, 1 of kind friends",
        "1 values are numbers written as text, read as numbers",
        "edges without `familiarity` are skipped, which carry `weight`, `famliarity`; nearest to "
        "it: `famliarity`",
        "kind 'friends' is not known",
        "`trust_of_cws` of edges is not read; nearest known name: trust_of_csw",
    )


def test_our_own_networks_warn_of_nothing():
    model = CollaborationModel(scenario(levers=BOTH), seed=4)
    model.run_for(40)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        used = read(model.graph)
        assert read(one(familiarity=0.1)).notes == ("1 edges used, as 1 ties",)
    ties = [d for *_, d in model.graph.edges(data=True) if "trust_of_csw" in d]
    assert len(used.ties) == len(ties) > 3
    assert "of spanners" in used.notes[0]


# --- values --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "value, number",
    [
        (0, 0.0), (1, 1.0), (np.float32(0.5), 0.5), (np.int64(1), 1.0), (np.float64(0.25), 0.25),
        ("0.5", 0.5), (" 1e-1 ", 0.1), (".5", 0.5), ("1", 1.0), (-0.0, 0.0),
    ],
)  # fmt: skip
@pytest.mark.parametrize("name", ["familiarity", "trust_of_csw", "trust_of_mhsw"])
def test_numbers_of_every_kind_are_taken(name, value, number):
    (tie,) = read(one(**{"familiarity": 0.7, name: value})).ties
    expected = {"familiarity": 0.7, "trust_of_csw": -1.0, "trust_of_mhsw": -1.0, name: number}
    assert tie == KnownTie(0, 0, 0, *expected.values())


@pytest.mark.parametrize(
    "value",
    [
        True, False, np.True_, float("nan"), float("inf"), -float("inf"), -0.1, 1.0001, "much",
        "nan", "inf", "0,5", "0_5", "True", "", [0.5], {"a": 1}, 1j, np.float64(7), "50%", "1.5",
    ],
    ids=repr,
)  # fmt: skip
@pytest.mark.parametrize("name", ["familiarity", "trust_of_csw", "trust_of_mhsw"])
def test_what_is_no_share_is_named(name, value):
    with pytest.raises(UserError) as refused:
        read(one(**{"familiarity": 0.7, name: value}))
    shown = value.item() if isinstance(value, np.generic) else value
    assert str(refused.value) == (
        f"network: tie of {CSW} and {MHSW}: {name}: found {shown!r}; allowed: 0 to 1"
    )


# --- several edges of a pair ---------------------------------------------------------------


@pytest.mark.parametrize("kind", [nx.DiGraph, nx.MultiGraph, nx.MultiDiGraph])
@pytest.mark.parametrize("name", ["familiarity", "trust_of_csw", "trust_of_mhsw"])
def test_edges_of_a_pair_that_disagree_are_refused(kind, name):
    ways = [(CSW, MHSW), (MHSW, CSW)]
    for values in ((0.9, 0.1), (0.1, 0.9)):
        edges = [(*w, {"familiarity": 0.5, name: v}) for w, v in zip(ways, values, strict=True)]
        with pytest.raises(UserError, match=rf"{name}: found 0.1 and 0.9 in 2 edges of the pair"):
            read(graph(*edges, kind=kind))


@pytest.mark.parametrize("kind", [nx.DiGraph, nx.MultiGraph, nx.MultiDiGraph])
def test_edges_of_a_pair_that_agree_or_complete_each_other_are_one_tie(kind):
    ties = read(
        graph(
            (CSW, MHSW, {"familiarity": 0.5, "trust_of_csw": 0.9}),
            (MHSW, CSW, {"familiarity": 0.5, "trust_of_mhsw": 0.1}),
            kind=kind,
        )
    )
    assert ties.ties == (KnownTie(0, 0, 0, 0.5, 0.9, 0.1),)
    assert ties.notes == ("2 edges used, as 1 ties", "pairs with several edges are one tie each")


def test_files_with_two_edges_of_a_pair(tmp_path):
    for edges, directed in (
        ([(CSW, MHSW, {"d0": 0.9}), (MHSW, CSW, {"d0": 0.1})], "directed"),
        ([(CSW, MHSW, {"d0": 0.9}), (CSW, MHSW, {"d0": 0.1})], ""),
    ):
        with pytest.raises(UserError, match=r"found 0\.1 and 0\.9 in 2 edges"):
            read(graphml(tmp_path / "two.graphml", edges, directed=directed))


# --- defaults ------------------------------------------------------------------------------


@pytest.mark.parametrize("scope", ["edge", "all"])
def test_defaults_that_a_file_declares_are_applied(tmp_path, scope):
    keys = (
        f'<key id="d0" for="{scope}" attr.name="familiarity" attr.type="double">'
        "<default>0.8</default></key>"
        '<key id="d1" for="edge" attr.name="kind" attr.type="string"><default>tie</default></key>'
        '<key id="d2" for="node" attr.name="kind" attr.type="string"><default>csw</default></key>'
    )
    edges = [
        (CSW, MHSW, {}),
        ("csw-0-0-0-1", MHSW, {"d0": 0.1}),
        ("csw-0-0-0-2", MHSW, {"d1": "case"}),
    ]
    path = graphml(tmp_path / "defaults.graphml", edges, keys=keys)
    for network in (path, nx.read_graphml(path))[: 1 if scope == "all" else 2]:  # it loses these
        ties = read(network)
        assert [(tie.csw, tie.familiarity) for tie in ties.ties] == [(0, 0.8), (1, 0.1)]


def test_a_default_kind_of_another_sort_makes_no_tie(tmp_path):
    keys = (
        '<key id="d0" for="edge" attr.name="familiarity" attr.type="double"/>'
        '<key id="d1" for="edge" attr.name="kind" attr.type="string"><default>case</default></key>'
    )
    path = graphml(tmp_path / "case.graphml", [(CSW, MHSW, {"d0": 0.5})], keys=keys)
    with pytest.raises(UserError, match="1 of kind case"):
        read(path)


# --- names ---------------------------------------------------------------------------------


def test_one_post_by_two_names_is_refused():
    network = graph(
        (CSW, MHSW, {"familiarity": 0.5}), (f"{CSW}-3", "mhsw-0-0-0-1", {"familiarity": 0.4})
    )
    with pytest.raises(UserError) as refused:
        read(network)
    assert str(refused.value) == (
        f"network: found post {CSW} as two nodes, '{CSW}' and '{CSW}-3'; allowed: one node a post"
    )


def test_many_unknown_nodes_are_counted():
    network = graph(*((f"x{k}", MHSW, {"familiarity": 0.5}) for k in range(50)))
    with pytest.raises(UserError) as refused:
        read(network)
    lines = str(refused.value).splitlines()
    assert len(lines) == 21
    assert lines[0] == f"network: found node 'x0' with a tie; allowed: a post, such as {CSW}"
    assert lines[-1] == "network: found 30 more nodes with a tie that are no posts"


def test_nodes_without_a_tie_may_be_called_anything():
    network = one(familiarity=0.5)
    network.add_nodes_from([("x", 1), 7, "nobody"])
    assert len(read(network).ties) == 1


@pytest.mark.parametrize("field", ["post", "name", "label", "_nx_name", "id"])
@pytest.mark.parametrize("numbered", [lambda k: k, lambda k: f"n{k}", lambda k: ("a", k)])
def test_nodes_that_a_tool_has_numbered_are_read_by_their_name(field, numbered):
    network = nx.Graph()
    network.add_node(numbered(0), **{field: f"{CSW}-2"})
    network.add_node(numbered(1), **{field: f"{MHSW}-0"})
    network.add_edge(numbered(0), numbered(1), familiarity=0.5)
    assert read(network).ties == (KnownTie(0, 0, 0, 0.5),)


IDS = st.lists(
    st.one_of(
        st.text(st.characters(exclude_categories=["Cc", "Cs", "Z"]), min_size=1, max_size=6),
        st.integers(0, 20).map(str),
        st.from_regex(r"\A[a-b](-[0-2]){0,3}\Z"),
    ),
    min_size=len(NAMES),
    max_size=len(NAMES),
    unique_by=lambda text: __import__("unicodedata").normalize("NFC", text).strip(),
)


@pytest.mark.slow
@settings(
    max_examples=25,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(ids=IDS, holders=st.lists(st.integers(0, 12), min_size=32, max_size=32), data=st.data())
def test_whatever_ids_people_use_ties_come_back_to_their_posts(ids, holders, data, tmp_path):
    csws, mhsws = ids[:24], ids[24:32]
    chosen = data.draw(
        st.lists(
            st.tuples(st.integers(0, 23), st.integers(0, 7)), min_size=1, max_size=8, unique=True
        )
    )
    network = nx.Graph()
    for k, name in enumerate(csws + mhsws):
        network.add_node(f"{name}-{holders[k]}", kind="csw" if k < 24 else "mhsw", post=name)
    if len(network) < 32:
        return  # 'a' with holder 1 and 'a-1' cannot both be nodes of one graph
    for k, j in chosen:
        network.add_edge(
            f"{csws[k]}-{holders[k]}", f"{mhsws[j]}-{holders[24 + j]}",
            kind="tie", familiarity=(k + 1) / 32, trust_of_csw=0.25,
        )  # fmt: skip
    expected = {KnownTie(0, k, j, (k + 1) / 32, 0.25) for k, j in chosen}
    own = ids[:32]
    for way in WRITERS.values():
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            assert set(read(way(network, tmp_path), own).ties) == expected, way


# --- every format --------------------------------------------------------------------------


def _file(name, write):
    def way(network, folder):
        write(network, str(folder / name))
        return folder / name

    return way


def _node_link(edges):
    def write(network, path):
        text = json.dumps(nx.node_link_data(network, edges=edges))
        Path(path).write_text(text, encoding="utf-8")

    return write


WRITERS = {
    "networkx": lambda network, folder: network,
    "networkx, directed": lambda network, folder: network.to_directed(),
    "networkx, numbered": lambda network, folder: nx.convert_node_labels_to_integers(
        network, label_attribute="name"
    ),
    "pickle": lambda network, folder: copy.deepcopy(network),
    "GraphML": _file("a.graphml", nx.write_graphml),
    "GEXF": _file("a.gexf", nx.write_gexf),
    "GML": _file("a.gml", nx.write_gml),
    "node-link, edges": _file("a.json", _node_link("edges")),
    "node-link, links": _file("b.json", _node_link("links")),
    "igraph": lambda network, folder: igraph.Graph.from_networkx(network),
    "igraph's GraphML": _file(
        "i.graphml", lambda n, path: igraph.Graph.from_networkx(n).write_graphml(path)
    ),
    "igraph's GML": _file("i.gml", lambda n, path: igraph.Graph.from_networkx(n).write_gml(path)),
}


@pytest.fixture(scope="module")
def lived():
    model = CollaborationModel(scenario(levers=BOTH), seed=4)
    model.run_for(45)
    return model.graph


@pytest.mark.slow
@pytest.mark.parametrize(
    "way",
    [*WRITERS.values(), _file("a.edgelist", nx.write_edgelist)],
    ids=[*WRITERS, "edge list"],
)
def test_a_week_comes_back_from_every_format(lived, tmp_path, way):
    expected = sorted(
        (d["familiarity"], d["trust_of_csw"], d["trust_of_mhsw"])
        for *_, d in lived.edges(data=True)
        if "trust_of_csw" in d
    )
    ties = read(way(lived, tmp_path), NAMES).ties
    found = sorted((t.familiarity, t.trust_cm, t.trust_mc) for t in ties)
    assert len(found) == len(expected) > 3
    assert np.allclose(found, expected, atol=1e-6)
    assert set(ties_places(ties)) == set(ties_places(read(lived, NAMES).ties))


def ties_places(ties):
    return [(t.authority, t.csw, t.mhsw) for t in ties]


def test_ids_of_a_staff_list_come_back(tmp_path):
    loaded = load_scenario("example_authority", overrides={"run.burn_in": 20, "run.weeks": 5})
    model = CollaborationModel(loaded, seed=1)
    model.run_for(25)
    compiled = compile_scenario(loaded.scenario)
    names = post_names(compiled.layout, own_names(loaded.scenario, compiled))
    nx.write_gexf(model.graph, tmp_path / "week.gexf")
    mine = ties_today(model.graph, names, compiled.layout).ties
    assert len(mine) > 20
    assert set(ties_today(tmp_path / "week.gexf", names, compiled.layout).ties) == set(mine)


@pytest.mark.parametrize("form", ["graphml", "gml"])
def test_numbers_as_names_come_back_from_igraph(tmp_path, form):
    """It writes them as decimal numbers."""
    network = igraph.Graph(edges=[(0, 1)])
    network.vs["name"], network.es["familiarity"] = [100, 124], [0.5]
    network.save(str(tmp_path / f"week.{form}"))
    names = [str(k + 100) for k in range(len(NAMES))]
    assert read(tmp_path / f"week.{form}", names).ties == (KnownTie(0, 0, 0, 0.5),)


def test_each_attribute_of_our_networks_has_one_type(lived):
    """Formats with typed attributes hold no mixed ones."""
    for rows in (lived.nodes(data=True), lived.edges(data=True)):
        kinds = {}
        for *_, data in rows:
            for name, value in data.items():
                kinds.setdefault(name, set()).add(type(value))
        assert all(len(found) == 1 for found in kinds.values())


@pytest.mark.parametrize(
    "name, text, said",
    [
        ("a.pickle", "x", "of a pickle that you trust: load it, and give the graph itself"),
        ("a.pkl", "x", "load it"),
        (
            "a.net",
            "*Vertices 1",
            r"a \.graphml or \.gexf file, or one in \.gml, \.json, \.edgelist",
        ),
        ("a.json", "[1, 2]", "found no network"),
        ("a.json", "{", "found no network"),
        ("a.gml", "graph [", "found no network"),
        ("a.edgelist", "a b c", "found no network"),
        ("a.gexf", "<gexf/>", "found no network"),
    ],
)
def test_other_files_are_refused(tmp_path, name, text, said):
    (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(UserError, match=said):
        read(tmp_path / name)


@pytest.mark.parametrize("network", [7, [(CSW, MHSW)], {CSW: MHSW}, np.zeros((2, 2))])
def test_what_is_no_network_is_refused(network):
    with pytest.raises(UserError, match=f"found {type(network).__name__}; allowed: a networkx"):
        read(network)
