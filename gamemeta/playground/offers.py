"""The agents that a playground offers by name, and what the page must know about each."""

from collections.abc import Mapping
from pathlib import Path
from threading import Lock

from gamemeta.agent.belief_file import with_beliefs
from gamemeta.agent.file import read_agent
from gamemeta.agent.runtime import Agent, load
from gamemeta.assets import asset, shipped_agents
from gamemeta.errors import ConfigError, UnknownName
from gamemeta.games.catalogue import about as words_about
from gamemeta.games.setup import GameSetup
from gamemeta.playground.frames import Plain, words_of
from gamemeta.playground.palette import menus_of, names_for, once_in, tiles_of
from gamemeta.playground.training.watched import NAME as LEARNING
from gamemeta.playground.training.watched import WatchedTraining
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
    Raises:
        AgentFileError: it cannot be read.
        ConfigError: its game has no map that can be drawn.
    """

    def __init__(
        self,
        named: Path | None = None,
        training: WatchedTraining | None = None,
        beside: Path | None = None,
    ) -> None:
        self.training = training
        included = sorted(
            shipped_agents(), key=lambda game: FIRST.index(game) if game in FIRST else len(FIRST)
        )
        self._paths = {game: asset(f"agents/{game}.safetensors") for game in included}
        self.first = next(iter(self._paths), "")
        if named is not None and named not in self._paths.values():
            _check_map(named)
            self.first = _name_of(named, self._paths)
            self._paths = {self.first: named, **self._paths}
        elif named is not None:
            self.first = next(name for name, path in self._paths.items() if path == named)
        self.beside = ""
        if beside is not None:
            _check_map(beside)
            self.beside = next((name for name, path in self._paths.items() if path == beside), "")
            self.beside = self.beside or _name_of(beside, self._paths)
            self._paths[self.beside] = beside
        if training is not None:
            self.first = LEARNING
        self._loaded: dict[str, Agent] = {}
        self._believing: dict[str, Agent] = {}
        self._lock = Lock()

    @property
    def names(self) -> list[str]:
        """Of the agents, the named one first."""
        return [*([LEARNING] if self.training else []), *self._paths]

    def agent(self, name: str) -> Agent:
        """The agent of this name; it is loaded once.

        Raises:
            UnknownName: none is offered under this name.
            AgentFileError: its file cannot be read any more.
        """
        if self.training is not None and name == LEARNING:
            return self.training.agent()[0]
        if name not in self._paths:
            raise UnknownName(
                f"no agent called {shortened(name)} is offered here. Choose one of: {', '.join(self.names)}."
            )
        with self._lock:
            if name not in self._loaded:
                self._loaded[name] = load(self._paths[name])
            return self._loaded[name]

    def believing(self, name: str) -> Agent:
        """The agent with its heads of beliefs, or those that come with gamemeta for it, where there are any.

        Raises: as `agent`.
        """
        plain = self.agent(name)
        if name not in self._paths:
            return plain
        with self._lock:
            if name not in self._believing:
                file = with_beliefs(plain.file)
                self._believing[name] = plain if file is plain.file else Agent(file)
            return self._believing[name]


def about(name: str, agent: Agent) -> Plain:
    """What the page shows and needs of an agent and its game."""
    setup = GameSetup.of(agent)
    game, family = setup.game(), setup.family()
    sample = generate(family, 0, "test")
    names = names_for(game)
    summary, hidden = words_about(agent.game, setup.cls)
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
        "is_shared": setup.has_setting("others"),
    }


def _name_of(path: Path, taken: Mapping[str, Path]) -> str:
    """The name of a run's directory, or of the file, that no included agent has."""
    name = in_one_line(path.parent.name if path.stem == "agent" else path.stem, 60) or "agent"
    return f"{name} (yours)" if name in taken else name


def _check_map(path: Path) -> None:
    agent = read_agent(path)
    facts = GameSetup.of(agent).about
    if not facts.has_map or facts.live:
        raise ConfigError(
            f"{agent.game} has no map of tiles, and the playground shows nothing else yet. Watch it with "
            "`gamemeta play`, or name an agent of a game with a map: "
            f"{', '.join(FIRST)}."
        )
