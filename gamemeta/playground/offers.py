"""The agents that a playground offers by name, and what the page must know about each."""

from collections.abc import Mapping, Sequence
from copy import copy
from pathlib import Path
from threading import Lock

from gamemeta.agent.belief_file import with_beliefs
from gamemeta.agent.file import read_agent
from gamemeta.agent.runtime import Agent, load
from gamemeta.assets import asset, shipped_agents
from gamemeta.command_line import command_word
from gamemeta.errors import ConfigError, UnknownName
from gamemeta.games.catalogue import about as words_about
from gamemeta.games.registry import typed_word
from gamemeta.games.setup import GameSetup
from gamemeta.playground.frames import Plain, words_of
from gamemeta.playground.levels.openings import Opening, check_count
from gamemeta.playground.palette import menus_of, names_for, once_in, tiles_of
from gamemeta.playground.training.watched import NAME as LEARNING
from gamemeta.playground.training.watched import WatchedTraining
from gamemeta.playground.untrained import NAME as UNTRAINED
from gamemeta.playground.untrained import Player, UntrainedPlayer
from gamemeta.playground.without_map.appearance import has_pictures
from gamemeta_levels.errors import shortened
from gamemeta_levels.family import generate
from gamemeta_levels.text import in_one_line
from gamemeta_levels.tiles import GLYPHS

FIRST = ("maze", "dungeon", "tag", "forage", "duel")
"""The order of the included agents."""


class Offers:
    """Agents by name: the one that was named, then those that are included. Others cannot be asked for.

    Args:
        named: an agent file, or None.
        beside: another agent file, which plays beside the first at once, or None.
        training: one that goes on, whose agent comes first, as it is when somebody asks; or None.
        untrained: the name of a game without an agent, which is played at random and comes first; or empty.
        levels: up to two levels that the page begins with, the second beside the first.
    Raises:
        AgentFileError: it cannot be read.
        ConfigError: its game cannot be played step by step, or there is more than can stand side by side.
        UnknownName, PluginError, GameCheckError, SpecError: the game without an agent cannot be played.
    """

    def __init__(
        self,
        named: Path | None = None,
        training: WatchedTraining | None = None,
        beside: Path | None = None,
        untrained: str = "",
        levels: Sequence[Opening] = (),
    ) -> None:
        self.training, self.levels = training, tuple(levels)
        check_count(len(self.levels), agents=1 if beside is None else 2)
        included = sorted(
            shipped_agents(), key=lambda game: FIRST.index(game) if game in FIRST else len(FIRST)
        )
        self._paths = {game: asset(f"agents/{game}.safetensors") for game in included}
        self.first = next(iter(self._paths), "")
        if named is not None and named not in self._paths.values():
            _check_steps(GameSetup.of(read_agent(named)))
            self.first = _name_of(named, self._paths)
            self._paths = {self.first: named, **self._paths}
        elif named is not None:
            self.first = next(name for name, path in self._paths.items() if path == named)
        self.beside = ""
        if beside is not None:
            _check_steps(GameSetup.of(read_agent(beside)))
            self.beside = next((name for name, path in self._paths.items() if path == beside), "")
            self.beside = self.beside or _name_of(beside, self._paths)
            self._paths[self.beside] = beside
        if training is not None:
            self.first = LEARNING
        self._untrained: UntrainedPlayer | None = None
        if untrained:
            _check_steps(GameSetup(untrained))
            self.first, self._untrained = UNTRAINED, UntrainedPlayer(untrained)
        self._loaded: dict[str, Agent] = {}
        self._believing: dict[str, Agent] = {}
        self._lock = Lock()

    @property
    def names(self) -> list[str]:
        """Of the agents, the named one first."""
        before = [LEARNING] if self.training else [UNTRAINED] if self._untrained else []
        return [*before, *self._paths]

    def agent(self, name: str) -> Player:
        """The agent of this name; it is loaded once.

        Raises:
            UnknownName: none is offered under this name.
            AgentFileError: its file cannot be read any more.
        """
        if self.training is not None and name == LEARNING:
            return self.training.agent()[0]
        if self._untrained is not None and name == UNTRAINED:
            return self._untrained
        if name not in self._paths:
            raise UnknownName(
                f"no agent called {shortened(name)} is offered here. Choose one of: {', '.join(self.names)}."
            )
        with self._lock:
            if name not in self._loaded:
                self._loaded[name] = _in_this_process(load(self._paths[name]))
            return self._loaded[name]

    def believing(self, name: str) -> Player:
        """The agent with its heads of beliefs, or those that come with gamemeta for it, where there are any.

        Raises: as `agent`.
        """
        plain = self.agent(name)
        if name not in self._paths or not isinstance(plain, Agent):
            return plain
        with self._lock:
            if name not in self._believing:
                file = with_beliefs(plain.file)
                self._believing[name] = plain if file is plain.file else _in_this_process(Agent(file))
            return self._believing[name]


def about(name: str, agent: Player) -> Plain:
    """What the page shows and needs of an agent and its game."""
    setup = GameSetup.of(agent)
    game, family = setup.game(), setup.family()
    sample = generate(family, 0, "test")
    names = names_for(game)
    summary, hidden = words_about(agent.game, setup.cls)
    has_map, is_trained = game.about.has_map, not isinstance(agent, UntrainedPlayer)
    return {
        "type": "agent",
        "name": in_one_line(name),
        "game": in_one_line(agent.game),
        "family": sample.family,
        "episodes": agent.episodes,
        "summary": in_one_line(summary, 400),
        "hidden": in_one_line(hidden, 400),
        "goal": in_one_line(game.goal(0), 400),
        "palette": "".join(GLYPHS[code] for code in tiles_of(sample)),
        "words": words_of(names),
        "once": once_in(sample.family),
        "menus": menus_of(sample.family, names, bool(agent.level_parameters.get("shuffled_moves"))),
        "has_plans": game.about.has_plans,
        "judged_by_steps": game.about.has_plans and not game.has_events,
        "is_shared": setup.has_setting("others") and has_map and is_trained,
        "has_map": has_map,
        "no_map": "" if has_map else no_map(agent.game, has_pictures(game)),
        "has_animation": has_map or game.about.has_picture,
        "is_trained": is_trained,
        "no_agent": "" if is_trained else no_agent(agent.game),
    }


def no_map(game: str, has_pictures: bool) -> str:
    """Why levels of a game cannot be drawn, in a sentence."""
    look = "its own pictures" if has_pictures else "what it shows of itself"
    return (
        f"{in_one_line(game)} has no map of tiles: you see {look}, and its levels are numbers, which cannot "
        "be drawn."
    )


def no_agent(game: str) -> str:
    """What is missing where a game is played at random, in two sentences."""
    word = command_word(typed_word(game) or game)
    return (
        f"There is no agent of {in_one_line(game)} yet, so actions are drawn at random, and nothing is "
        f"remembered. Train one with `gamemeta train {in_one_line(word, 200)}`, then open this page again."
    )


def _in_this_process(agent: Agent) -> Agent:
    """The agent whose game, if it can be spread over processes, is played in this one; it plays alike."""
    if not agent.game_config.get("processes"):
        return agent
    other = copy(agent)
    other.game_config = {**agent.game_config, "processes": 0}
    return other


def _name_of(path: Path, taken: Mapping[str, Path]) -> str:
    """The name of a run's directory, or of the file, that no included agent has."""
    name = in_one_line(path.parent.name if path.stem == "agent" else path.stem, 60) or "agent"
    return f"{name} (yours)" if name in taken else name


def _check_steps(setup: GameSetup) -> None:
    """Raises ConfigError for a game that goes on by itself."""
    if setup.about.live:
        raise ConfigError(
            f"{setup.name} goes on by itself, and the playground plays step by step. Watch it with "
            f"`gamemeta play`, or name another game, such as {', '.join(FIRST)}."
        )
