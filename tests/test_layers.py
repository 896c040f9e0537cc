"""The order of the floors: what each room may import, and how large rooms and files may grow."""

from collections import Counter
from pathlib import Path

import pytest

from tests.helpers.layers import (
    circles,
    function_lengths,
    graph_of,
    modules_under,
    outside_imports,
    upward,
)

ROOT = Path(__file__).parents[1]
FLOORS = (
    # levels
    "gamemeta_levels.text",
    "gamemeta_levels.errors",
    "gamemeta_levels.packages",
    "gamemeta_levels.files",
    "gamemeta_levels.threads",
    "gamemeta_levels.split",
    "gamemeta_levels.tiles",
    "gamemeta_levels.splitmix",
    "gamemeta_levels.level",
    "gamemeta_levels.family",
    "gamemeta_levels.checks",
    "gamemeta_levels.plugins",
    "gamemeta_levels.on_demand",
    "gamemeta_levels.sources",
    "gamemeta_levels.kernel_cache",
    "gamemeta_levels.kernel",
    "gamemeta_levels.hash_kernels",
    "gamemeta_levels.draw_kernels",
    "gamemeta_levels.formats",
    "gamemeta_levels.families",
    "gamemeta_levels.registry",
    "gamemeta_levels.inspection",
    # ground
    "gamemeta.errors",
    "gamemeta.command_line",
    "gamemeta.named_values",
    "gamemeta.config",
    "gamemeta.files",
    "gamemeta.tensor_file",
    "gamemeta.interrupts",
    "gamemeta.provenance",
    "gamemeta.assets",
    # what an agent sees and does
    "gamemeta.buffers",
    "gamemeta.actions",
    "gamemeta.action_mask",
    "gamemeta.spec",
    "gamemeta.interface",
    "gamemeta.facts",
    "gamemeta.arithmetic",
    # games: the contract, the games, games by name
    "gamemeta.games.about",
    "gamemeta.games.scene",
    "gamemeta.games.game",
    "gamemeta.games.adapters",
    "gamemeta.games.blame",
    "gamemeta.games.contract",
    "gamemeta.games.checks",
    "gamemeta.games.builtin",
    "gamemeta.games.outside",
    "gamemeta.games.registry",
    "gamemeta.games.setup",
    "gamemeta.games.catalogue",
    "gamemeta.games.description",
    "gamemeta.games.check",
    # playing trials
    "gamemeta.curricula",
    "gamemeta.trials",
    "gamemeta.selfplay",
    "gamemeta.rollout",
    # networks and learners
    "gamemeta.agent",
    "gamemeta.demonstrations",
    "gamemeta.networks",
    "gamemeta.learners",
    # what is done with them
    "gamemeta.playing",
    "gamemeta.export",
    "gamemeta.evaluation",
    "gamemeta.training",
    "gamemeta.envs",
    "gamemeta.authoring",
    "gamemeta.calibration",
    "gamemeta.reproduction",
    "gamemeta.bench",
    "gamemeta.studies",
    "gamemeta.tuning",
    "gamemeta.playground",
    "gamemeta_cli",
    "gamemeta.__main__",
)
"""Each floor imports itself and floors before it in this list, and no floor after it."""
ROOTS = ("gamemeta", "gamemeta_levels", "gamemeta.games")
"""Packages whose own `__init__` stands on no floor: they import nothing when they are imported."""
ALONE = ("torch", "gymnasium", "pettingzoo", "gamemeta.games", "gamemeta.networks", "gamemeta.learners")
"""What an agent in somebody's game loop must not need."""
MOST_FILES, MOST_LINES, LONGEST_FUNCTION = 20, 400, 60

MODULES = {
    **modules_under(ROOT / "levels", "gamemeta_levels"),
    **modules_under(ROOT, "gamemeta"),
    **modules_under(ROOT / "cli", "gamemeta_cli"),
}
GRAPH = graph_of(MODULES)


def test_no_import_runs_up():
    rooms = {name: found for name, found in GRAPH.items() if name not in ROOTS}
    assert upward(rooms, FLOORS) == []


def test_no_files_import_each_other():
    assert circles(GRAPH) == []


def test_the_roots_import_nothing_when_they_are_imported():
    assert {name: GRAPH[name] for name in ROOTS} == dict.fromkeys(ROOTS, frozenset())


def test_an_agent_needs_neither_torch_nor_games():
    reached, new = set(), {name for name in MODULES if name.startswith("gamemeta.agent")}
    while new:
        reached |= new
        new = {other for name in new for other in GRAPH[name]} - reached
    assert len(reached) > 20
    assert outside_imports({name: MODULES[name] for name in reached}, ALONE) == []


def test_levels_need_no_games():
    levels = {name: path for name, path in MODULES.items() if name.startswith("gamemeta_levels")}
    assert outside_imports(levels, ("gamemeta", "torch")) == []


def test_no_folder_and_no_file_is_too_long():
    folders = Counter(path.parent for path in MODULES.values())
    assert {folder.name: n for folder, n in folders.items() if n > MOST_FILES} == {}
    lines = {path.name: path.read_text().count("\n") for path in MODULES.values()}
    assert {name: n for name, n in lines.items() if n > MOST_LINES} == {}


def test_no_function_is_too_long():
    files = [*MODULES.values(), *(ROOT / "scripts").rglob("*.py")]
    found = {
        f"{path.name}: {name}": lines
        for path in files
        for name, lines in function_lengths(path.read_text("utf-8")).items()
        if lines > LONGEST_FUNCTION
    }
    assert found == {}


def test_the_lines_of_a_function_are_those_of_its_whole_text():
    source = "class A:\n def long(\n  self,\n ):\n  def inner():\n   pass\n  return 1\n"
    assert function_lengths(source + "async def inner():\n pass\n pass\n") == {"long": 6, "inner": 3}


TREE = {
    "house/__init__.py": "",
    "house/ground/__init__.py": "",
    "house/ground/stone.py": "import numpy\n",
    "house/walls/__init__.py": "",
    "house/walls/brick.py": "from house.ground.stone import Stone\nfrom house.ground import stone\n",
    "house/roof.py": "from house.walls import brick\n",
}
HOUSE = ("house.ground", "house.walls", "house.roof")


@pytest.fixture
def house(tmp_path):
    def build(**more):
        for name, text in {**TREE, **more}.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        modules = modules_under(tmp_path, "house")
        del modules["house"]
        return modules

    return build


def test_a_house_in_order_is_left_alone(house):
    graph = graph_of(house())
    assert graph["house.walls.brick"] == {"house.ground.stone"}
    assert upward(graph, HOUSE) == circles(graph) == []


@pytest.mark.parametrize(
    "planted",
    [
        "import house.roof\n",
        "from house import roof\n",
        "from house.roof import tile\n",
        "from .. import roof\n",
        "from ..roof import tile\n",
        "def later():\n    from house.roof import tile\n",
        "try:\n    import house.roof as above\nexcept ImportError:\n    pass\n",
        "if TYPE_CHECKING:\n    pass\nelse:\n    import house.roof\n",
    ],
)
def test_a_planted_import_upwards_is_found(house, planted):
    graph = graph_of(house(**{"house/ground/stone.py": planted}))
    wanted = ["house.ground.stone (house.ground) imports house.roof (house.roof)"]
    assert upward(graph, HOUSE) == wanted
    assert circles(graph) == [["house.ground.stone", "house.roof", "house.walls.brick"]]


def test_what_only_type_checkers_see_is_no_import(house):
    planted = "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from house.roof import tile\n"
    graph = graph_of(house(**{"house/ground/stone.py": planted}))
    assert upward(graph, HOUSE) == circles(graph) == []


def test_a_circle_within_a_room_is_found(house):
    planted = {
        "house/walls/brick.py": "from house.walls import mortar\n",
        "house/walls/mortar.py": "def dry():\n    from .brick import Brick\n",
    }
    graph = graph_of(house(**planted))
    assert circles(graph) == [["house.walls.brick", "house.walls.mortar"]]
    assert upward(graph, HOUSE) == []


def test_a_room_without_a_floor_is_found(house):
    graph = graph_of(house(**{"house/cellar.py": ""}))
    assert upward(graph, HOUSE) == ["house.cellar stands on no floor"]


def test_an_import_of_another_project_is_found(house):
    assert outside_imports(house(), ("numpy",)) == ["house.ground.stone imports numpy"]
    assert outside_imports(house(), ("num",)) == []
