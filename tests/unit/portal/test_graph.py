"""The drawing of an entity and those around it."""

from portal.graph import MAX_ON_A_SIDE, draw_graph

REF = "component:default/cart"


def labels(drawing):
    return [node.label for node in drawing.nodes]


def test_an_entity_without_relations_is_not_drawn():
    assert draw_graph(REF, []) is None


def test_owners_stand_on_the_left_and_dependencies_on_the_right():
    graph = draw_graph(REF, [("dependsOn", "resource:default/db"), ("ownedBy", "group:default/team-a")])
    wide, tall = graph.drawings
    assert [(node.label, node.x) for node in wide.nodes] == [
        ("component:cart", 286),
        ("group:team-a", 0),
        ("resource:db", 572),
    ]
    assert labels(tall) == labels(wide)
    assert [edge.label for edge in tall.edges] == ["Owned by", "Depends on"]
    assert wide.nodes[1].url == "/entities/group/default/team-a"


def test_without_anything_on_the_left_the_entity_stands_there():
    wide, _ = draw_graph(REF, [("dependsOn", "resource:default/db")]).drawings
    assert [node.x for node in wide.nodes] == [0, 286]
    assert wide.width == 474


def test_a_thousand_relations_of_one_type_leave_room_for_the_others():
    relations = [("dependsOn", f"component:default/c{i:03}") for i in range(1000)] + [("providesApi", "api:default/a")]
    graph = draw_graph(REF, relations)
    assert len(graph.drawings[0].nodes) == 1 + MAX_ON_A_SIDE
    assert graph.drawings[0].nodes[-1].label == "api:a"
    assert graph.left_out == 1001 - MAX_ON_A_SIDE


def test_everything_lies_within_the_drawing():
    relations = [(type_, f"api:default/{i}") for type_ in ("ownedBy", "dependsOn") for i in range(9)]
    for drawing in draw_graph(REF, relations).drawings:
        for node in drawing.nodes:
            assert 0 <= node.x <= drawing.width - node.width
            assert 0 <= node.y <= drawing.height - 30


def test_long_names_are_shortened():
    wide, _ = draw_graph(REF, [("dependsOn", "component:default/" + "n" * 63)]).drawings
    assert wide.nodes[1].label == "component:" + "n" * 13 + "…"


def test_a_target_that_is_no_ref_has_no_link():
    wide, _ = draw_graph(REF, [("dependsOn", "::")]).drawings
    assert wide.nodes[1].url == ""
