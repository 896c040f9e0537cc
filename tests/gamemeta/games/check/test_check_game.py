"""check_game passes our games and catches a game that breaks any one contract."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType

import numpy as np
import pytest

from gamemeta.errors import GameCheckError
from gamemeta.games.builtin.bandit.game import BanditConfig, BanditGame
from gamemeta.games.builtin.maze.game import MazeConfig, MazeGame
from gamemeta.games.check.check import check_game
from gamemeta.games.registry import games
from gamemeta_levels.families.maze.family import Maze, MazeParameters

CAUGHT: list[tuple[str, type[MazeGame]]] = []
"""What `check_game` has to say of each broken game."""


def breaks(message: str) -> Callable[[type[MazeGame]], type[MazeGame]]:
    def keep(game: type[MazeGame]) -> type[MazeGame]:
        CAUGHT.append((message, game))
        return game

    return keep


@breaks("the same levels and actions gave other results in a second play: obs\\['place'\\]")
class DrawsFromAGlobalGenerator(MazeGame):
    plays = 0

    def step(self, actions, out):
        super().step(actions, out)
        DrawsFromAGlobalGenerator.plays += 1
        out.obs["place"][out.alive[:, 0], 0, 0] = DrawsFromAGlobalGenerator.plays % 7


@breaks("holds codes 0..9; they must lie in 0..2")
class ShowsACodeOutsideItsRange(MazeGame):
    def step(self, actions, out):
        super().step(actions, out)
        out.obs["view"][0, 0, 0, 0] = 9


@breaks("reward .*not finite")
class PaysNaN(MazeGame):
    def step(self, actions, out):
        super().step(actions, out)
        out.reward[0] = np.nan


@breaks("label 'optimal_moves' has a bit set beyond its 4 classes")
class LabelsAFifthMove(MazeGame):
    def step(self, actions, out):
        super().step(actions, out)
        out.labels["optimal_moves"][:] |= 16


@breaks("`step` wrote outside the buffer reward")
class OverrunsTheReward(MazeGame):
    def step(self, actions, out):
        super().step(actions, out)
        longer = (self.n + 1, 1)
        np.lib.stride_tricks.as_strided(out.reward, longer, out.reward.strides)[self.n] = 0


@breaks("`reset` wrote outside the buffer obs\\['view'\\]")
class UnderrunsTheView(MazeGame):
    def reset(self, levels, mask, out):
        super().reset(levels, mask, out)
        out.obs["view"].base.reshape(-1)[0] = 1


@breaks("`step` replaced, added or removed the buffer reward")
class ReplacesTheReward(MazeGame):
    def step(self, actions, out):
        super().step(actions, out)
        out.reward = out.reward.copy()


@breaks("`step` replaced, added or removed the buffer obs\\['smell'\\]")
class AddsABuffer(MazeGame):
    def step(self, actions, out):
        super().step(actions, out)
        out.obs["smell"] = out.reward


@breaks("`step` changed another step's alive")
class KeepsABufferOfTheReset(MazeGame):
    def reset(self, levels, mask, out):
        super().reset(levels, mask, out)
        self.kept = out.alive

    def step(self, actions, out):
        super().step(actions, out)
        self.kept[:] = out.alive


@breaks("`step` changed its argument actions")
class ChangesTheActions(MazeGame):
    def step(self, actions, out):
        super().step(actions, out)
        actions[:] = 0


@breaks("`reset` changed its argument levels.seed")
class ChangesTheLevels(MazeGame):
    def reset(self, levels, mask, out):
        super().reset(levels, mask, out)
        levels.seed += 1


@breaks("what stood in a buffer before shows through: reward")
class WritesOnlyRewardsThatAreNotZero(MazeGame):
    def step(self, actions, out):
        before = out.reward.copy()
        super().step(actions, out)
        out.reward[out.reward == 0] = before[out.reward == 0]


@breaks("after a reset of every second game")
class ResetsEveryGame(MazeGame):
    def reset(self, levels, mask, out):
        super().reset(levels, np.ones_like(mask), out)


@breaks("after a reset of every second game in mid-episode: reward")
class ClearsTheRewardInReset(MazeGame):
    def step(self, actions, out):
        super().step(actions, out)
        out.reward[out.alive] = -0.25

    def reset(self, levels, mask, out):
        super().reset(levels, mask, out)
        out.reward[mask] = 0


@breaks("terminated and truncated at once")
class TruncatesWhatTerminated(MazeGame):
    def step(self, actions, out):
        super().step(actions, out)
        out.truncated[:] |= out.terminated


@breaks("truncated does not agree with `step_limit`")
class TruncatesOneStepLate(MazeGame):
    def reset(self, levels, mask, out):
        super().reset(levels, mask, out)
        self._clock[mask, 1] += 1


@breaks("a finished game pays a reward")
class PaysAfterTheEnd(MazeGame):
    def step(self, actions, out):
        super().step(actions, out)
        out.reward[out.truncated | out.terminated] = 1


@breaks("of a finished game changes")
class MovesAfterTheEnd(MazeGame):
    def step(self, actions, out):
        super().step(actions, out)
        self.moves = getattr(self, "moves", 0) + 1
        out.obs["place"][~out.alive[:, 0], 0, 0] = self.moves % 7


@breaks("success before the end, or alive after it")
class LivesAfterTheEnd(MazeGame):
    def step(self, actions, out):
        super().step(actions, out)
        out.alive[:] = True


@breaks("played alone goes otherwise than among 8: obs\\['place'\\]")
class SeesHowManyGamesThereAre(MazeGame):
    def step(self, actions, out):
        super().step(actions, out)
        out.obs["place"][..., 0] = self.n


@breaks("the same levels in another order go otherwise: obs\\['place'\\]")
class SeesItsIndex(MazeGame):
    def step(self, actions, out):
        super().step(actions, out)
        out.obs["place"][:, 0, 0] = np.arange(self.n) // 4


@breaks("in the arrays of `obs_arrays`: obs\\['place'\\] of level 0 differs in step 1")
class ForgetsTheArrayThatItShares(MazeGame):
    shared = None

    def obs_arrays(self):
        self.shared = np.zeros((self.n, 1, 2), np.uint8)
        return {"place": self.shared}

    def step(self, actions, out):
        super().step(actions, out)
        if out.obs["place"] is self.shared:
            self.shared[:] = 0


@breaks("after `load` into the same game")
class ForgetsTheClock(MazeGame):
    def load(self, i, data):
        super().load(i, data)
        self._clock[i, 0] = 0


@breaks("after `load` into a new game of 16 levels, at other indices")
class SavesNoGoal(MazeGame):
    def load(self, i, data):
        goal = self._goal[i].copy()
        super().load(i, data)
        self._goal[i] = goal


@breaks("`save` changed the game")
class MovesWhenSaved(MazeGame):
    def save(self, i):
        data = super().save(i)
        self._at[i] = self._spawn[i]
        return data


@breaks("`save` did not give bytes")
class SavesAnArray(MazeGame):
    def save(self, i):
        return np.frombuffer(super().save(i), np.uint8)


@breaks("action -1 of head 0 was played; it has 0..3")
class PlaysAnyAction(MazeGame):
    def step(self, actions, out):
        super().step(np.clip(actions, 0, 3), out)


@breaks("the solver's plan for level 0 earns")
class PromisesTooMuch(MazeGame):
    def par(self, levels):
        return super().par(levels) + np.float32(0.01)


@breaks("which labels\\['optimal_moves'\\] leaves out")
class LabelsOtherMoves(MazeGame):
    def step(self, actions, out):
        super().step(actions, out)
        out.labels["optimal_moves"][:] ^= 15


@breaks("step_limit gave")
class HasNoStepLimit(MazeGame):
    def step_limit(self, levels):
        return np.zeros(len(levels), np.int32)


@breaks("par has shape")
class HasOneParForAll(MazeGame):
    def par(self, levels):
        return super().par(levels)[:1]


@breaks("`make` built 9")
class AddsAGame(MazeGame):
    def __init__(self, n):
        super().__init__(n + (n > 1))


@breaks("label 'potion' has 9 classes")
class HasTooManyClasses(MazeGame):
    labels: Mapping[str, int] = MappingProxyType({"optimal_moves": 4, "potion": 9})


@breaks("`levels.chance` changes a game that is not `stochastic`")
class HidesThatItIsStochastic(BanditGame):
    about = replace(BanditGame.about, stochastic=False)


@breaks("it is `stochastic`, but other chance gives the same play")
class ClaimsToBeStochastic(MazeGame):
    about = replace(MazeGame.about, stochastic=True)


@breaks("the same levels and actions gave other results in a second play: reward")
class DrawsChanceFromAGlobalGenerator(BanditGame):
    resets = 0

    def reset(self, levels, mask, out):
        super().reset(levels, mask, out)
        DrawsChanceFromAGlobalGenerator.resets += 1
        self._chance[mask] += np.uint64(DrawsChanceFromAGlobalGenerator.resets)


@breaks("after `load` into a new game of 16 levels, at other indices")
class SavesNoChance(BanditGame):
    def __init__(self, n):
        super().__init__(n, BanditConfig(pulls=12))

    def load(self, i, data):
        chance = self._chance[i].copy()
        super().load(i, data)
        self._chance[i] = chance


@breaks(r"the solver's plan for level 0 earns .* on average \(standard error")
class PromisesTooLittle(BanditGame):
    def par(self, levels):
        return super().par(levels) / 2


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(name for name in games() if not name.startswith("procgen/")))
def test_every_registered_game_keeps_its_contract(name):
    check_game(games()[name])


@pytest.mark.slow
@pytest.mark.parametrize(
    "config",
    [
        MazeConfig(view=3),
        MazeConfig(view=9, goal_visible=True),
        MazeConfig(revealed=True, steps_per_tile=1.0),
    ],
    ids=str,
)
def test_the_maze_keeps_its_contract_in_every_form(config):
    check_game(lambda n: MazeGame(n, config), seeds=6)


@pytest.mark.slow
def test_levels_of_the_caller_are_played_when_given():
    far = Maze(MazeParameters(height=(13, 13), width=(5, 15), goal_distance=3))
    levels = far.arrays(5)
    far.fill(levels, np.arange(5), np.arange(5), "any")
    check_game(MazeGame, levels=levels)


@pytest.mark.slow
@pytest.mark.parametrize(("message", "game"), CAUGHT, ids=[game.__name__ for _, game in CAUGHT])
def test_a_game_that_breaks_one_contract_is_told_which(message, game):
    with pytest.raises(GameCheckError, match=message):
        check_game(game, seeds=8, steps=80)


@pytest.mark.slow
def test_the_message_names_the_game_and_says_what_to_do():
    with pytest.raises(GameCheckError, match=r"'maze'.*Raise SpecError"):
        check_game(PlaysAnyAction)


@pytest.mark.parametrize("arguments", [{"seeds": 0}, {"steps": 1}])
def test_a_check_of_nothing_is_refused(arguments):
    with pytest.raises(GameCheckError, match="4 steps"):
        check_game(MazeGame, **arguments)
