"""What people do in their matches, kept so that an agent can be cloned from it."""

from collections.abc import Mapping, Sequence

from gamemeta.demonstrations.demonstration import PERSON, Player
from gamemeta.demonstrations.file import Demonstrations
from gamemeta.demonstrations.recording import empty, level_of
from gamemeta.demonstrations.trial_recorder import TrialRecorder
from gamemeta.games.game import Game, StepBuffers
from gamemeta.games.setup import GameSetup
from gamemeta_levels.family import LevelArrays, LevelFamily


class MatchRecord:
    """Matches in a row on one level: a trial for each of the people.

    Args:
        game: that is played.
        family: where its levels come from.
        people: the seats of people.
    """

    def __init__(self, game: Game, family: LevelFamily, people: Sequence[int]) -> None:
        self._game, self._family, self._people = game, family, people
        self._trials: list[TrialRecorder] = []
        self._playing: list[TrialRecorder] = []
        self._content = -1

    def begin(self, levels: LevelArrays) -> None:
        """A match begins on the only level of these arrays."""
        level = level_of(self._family, levels)
        if level.content_hash == self._content:
            return
        self._content = level.content_hash
        self._playing = [TrialRecorder(self._game.spec, level, Player(PERSON), seat) for seat in self._people]
        self._trials += self._playing

    def acted(self, out: StepBuffers, actions: Mapping[int, Sequence[int]]) -> list[TrialRecorder]:
        """Note what people see and do, before the game plays it; gives those who act in this step."""
        acting = [one for one in self._playing if self._game.seats == 1 or out.alive[0, one.seat]]
        for one in acting:
            one.acted({name: array[0, one.seat] for name, array in out.obs.items()}, actions[one.seat])
        return acting

    def demonstrations(self) -> Demonstrations:
        """All whole matches."""
        setup = GameSetup(self._game.name, self._game.config, self._family.parameters)
        made = empty(setup, self._game, self._family)
        whole = [one.whole_episodes() for one in self._trials]
        made.trials = [trial for trial in whole if trial is not None]
        return made
