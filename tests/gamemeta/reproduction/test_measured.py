"""What players reached comes back under the name of the player who reached it."""

import numpy as np

from gamemeta.reproduction.instances import Played
from gamemeta.reproduction.measured import read_measured, write_measured
from gamemeta.reproduction.statistics import Estimate


def test_players_keep_their_figures_and_their_order_whatever_they_are_called(tmp_path):
    players = {
        name: Played(np.full(3, float(k)), [Estimate(float(k), 0.5)], {"c": k})
        for k, name in enumerate(("random", "gittins", "oracle", "greedy"))
    }
    write_measured(tmp_path / "players", players, {"seed": 0})
    read = read_measured(tmp_path / "players", {"seed": 0})
    assert read is not None
    assert list(read) == list(players)
    for k, played in enumerate(read.values()):
        assert played.total.tolist() == [k] * 3
        assert played.curve == [Estimate(float(k), 0.5)]
        assert played.parameters == {"c": k}
    assert read_measured(tmp_path / "players", {"seed": 1}) is None
