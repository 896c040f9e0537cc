"""Settings of a training, in sections."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

from gamemeta.agent.file import RL2
from gamemeta.agent.reference.cells.registry import check_cells
from gamemeta.agent.shape.config import ATTENTION, OF_ATTENTION, RAW, SMALL, NetworkConfig
from gamemeta.config import check_ranges, make, parse_override
from gamemeta.curricula.config import UNIFORM, CurriculumConfig
from gamemeta.errors import ConfigError
from gamemeta.games.registry import game_class
from gamemeta.games.setup import GameSetup
from gamemeta.learners.config import LearnerConfig
from gamemeta.learners.device import CPU, DEVICES
from gamemeta.learners.imitation.config import CloningConfig
from gamemeta.learners.registry import LEARNERS, learner_kind
from gamemeta.networks.precision import FLOAT32, PRECISIONS
from gamemeta.selfplay.config import NONE, SelfPlayConfig
from gamemeta.trials.trials import TrialConfig
from gamemeta_levels.family import generate_arrays
from gamemeta_levels.files.toml import read_toml, toml_text

MOST_ROWS = 20_000_000
"""Most steps of a rollout over all lanes."""


@dataclass(frozen=True, kw_only=True)
class RunConfig:
    """How long and how wide a training runs."""

    steps: int = 16_000_000
    """Environment steps of the whole training."""
    seed: int = 0
    """Random seed of weights, levels and actions."""
    lanes: int = 128
    """Trials played side by side."""
    rollout_steps: int = 160
    """Steps of each lane between two updates of the weights."""
    shards: int = 2
    """Parts that the lanes are divided into, one thread each. Unlike `threads`, it changes results."""
    threads: int = 0
    """Most threads; 0: one for each shard, at most one for each core. It does not change results."""
    device: str = CPU
    """Where gradients are computed: `cpu`, or `cuda` for an NVIDIA GPU. Games and acting stay on the CPU."""
    learner: str = RL2
    """Meta-learning algorithm: `rl2`, whose agents adapt by a memory; `belief`, whose policy sees what a
    memory infers; or `maml`, whose agents change their weights after each episode. Each has a section of
    settings; that of `rl2` is called `ppo`."""
    precision: str = FLOAT32
    """Precision of matrix products in updates: `float32`, or `bfloat16`, faster on processors that have
    it."""
    validation_levels: int = 256
    """Unseen levels for the scores on the screen."""
    validations: int = 20
    """How often these scores are measured during the training."""
    checkpoint_s: int = 30
    """Seconds between two checkpoints. It does not change results."""

    def __post_init__(self) -> None:
        check_ranges(
            self,
            steps=(1, 10**12),
            seed=(0, 2**62),
            lanes=(1, 2**20),
            rollout_steps=(1, 2**16),
            shards=(1, 1024),
            threads=(0, 1024),
            validation_levels=(1, 10**6),
            validations=(0, 10**6),
            checkpoint_s=(0, 10**6),
        )
        if self.precision not in PRECISIONS:
            raise ConfigError(f"precision = {self.precision!r}: give 'float32' or 'bfloat16'.")
        if self.device not in DEVICES:
            raise ConfigError(f"device = {self.device!r}: give 'cpu' or 'cuda'.")
        if self.device != CPU and self.precision != FLOAT32:
            raise ConfigError(
                f"precision = {self.precision!r}: gradients on run.device = {self.device!r} are computed in "
                "float32 alone. Give 'float32', or run.device = 'cpu'."
            )


@dataclass(frozen=True, kw_only=True)
class TrainConfig:
    """All sections of a training of one game."""

    setup: GameSetup
    trial: TrialConfig = field(default_factory=TrialConfig)
    network: NetworkConfig = field(default_factory=NetworkConfig)
    learner: Any = None
    """Settings of the meta-learner `run.learner`, a `LearnerConfig`; None takes its defaults."""
    curriculum: CurriculumConfig = field(default_factory=CurriculumConfig)
    selfplay: SelfPlayConfig = field(default_factory=SelfPlayConfig)
    run: RunConfig = field(default_factory=RunConfig)
    cloning: CloningConfig = field(default_factory=CloningConfig)

    def __post_init__(self) -> None:
        if self.learner is None:
            object.__setattr__(self, "learner", learner_kind(self.run.learner).config())
        check_cells(self.network)
        if self.run.lanes * self.run.rollout_steps > MOST_ROWS:
            raise ConfigError(
                f"run.lanes x run.rollout_steps = {self.run.lanes} x {self.run.rollout_steps} does not fit "
                f"into memory; keep it below {MOST_ROWS:,}."
            )
        self.learner.check_lanes(self.run.lanes, self.run.shards)

    def sections(self) -> dict[str, Any]:
        """The settings of each section, by its name."""
        learner = learner_kind(self.run.learner).section
        names = sections(self.game_name, self.run.learner)
        return {name: self.learner if name == learner else getattr(self, name) for name in names}

    @property
    def game_name(self) -> str:
        """Name of the game."""
        return self.setup.name

    @property
    def game(self) -> Any:
        """The section of the game's own settings."""
        return self.setup.config

    @property
    def levels(self) -> Any:
        """The section of the ranges of its levels."""
        return self.setup.parameters

    def to_json(self) -> dict[str, Any]:
        """Plain values by section, as `from_values` takes them; without `curriculum` where it is uniform and
        `selfplay` where there is no pool, for none of their settings counts then, and without `cloning` where
        it has its defaults, the small image encoder, raw rewards and settings of attention where there is
        none, as in an agent file, the learner rl2, the processor as the device and a precision of float32:
        what was trained before they came stays the same, byte by byte."""
        values = {
            name: section.to_json() if isinstance(section, LearnerConfig) else asdict(section)
            for name, section in self.sections().items()
        }
        if self.run.learner == RL2:
            del values["run"]["learner"]
        if self.run.device == CPU:
            del values["run"]["device"]
        if self.run.precision == FLOAT32:
            del values["run"]["precision"]
        if self.network.image_encoder == SMALL:
            del values["network"]["image_encoder"]
        if self.network.reward_input == RAW:
            del values["network"]["reward_input"]
        for name in () if ATTENTION in self.network.cells else OF_ATTENTION:
            del values["network"][name]
        if not self.network.latent:
            del values["network"]["latent"]
        if self.curriculum.kind == UNIFORM:
            del values["curriculum"]
        if self.selfplay.pool == NONE:
            del values["selfplay"]
        if self.cloning == CloningConfig():
            del values["cloning"]
        return values


def sections(game_name: str, learner: str = RL2) -> dict[str, type]:
    """The dataclass of each section for this game and this learner.

    Raises:
        UnknownName: no such game or learner.
    """
    kind = learner_kind(learner)
    game = game_class(game_name)
    return {
        "game": game.Config,
        "levels": game.Parameters,
        "trial": TrialConfig,
        "network": NetworkConfig,
        kind.section: kind.config,
        "curriculum": CurriculumConfig,
        "selfplay": SelfPlayConfig,
        "run": RunConfig,
        "cloning": CloningConfig,
    }


def other_learners() -> dict[str, type]:
    """The dataclass of each learner's section but rl2's."""
    kinds = [learner_kind(name) for name in LEARNERS if name != RL2]
    return {kind.section: kind.config for kind in kinds}


def from_values(game_name: str, values: Mapping[str, Mapping[str, Any]]) -> TrainConfig:
    """A configuration out of plain values by section; what is missing takes its default.

    Raises:
        UnknownName, ConfigError: see `gamemeta.config.make`.
    """
    learner = _learner(values)
    known = sections(game_name, learner)
    for name, section in values.items():
        if name not in known:
            raise ConfigError(f"there is no section {name!r}. Choose one of: {', '.join(known)}.")
        if not isinstance(section, Mapping):
            raise ConfigError(f"{name} = {section!r}: this is a section; write {name}.SETTING.")
    made = {name: make(section, values.get(name, {}), name) for name, section in known.items()}
    made["learner"] = made.pop(learner_kind(learner).section)
    setup = GameSetup(game_name, made.pop("game"), made.pop("levels"))
    return TrainConfig(setup=setup, **made)


def from_saved(game_name: str, values: Mapping[str, Mapping[str, Any]]) -> TrainConfig:
    """A configuration out of what `to_json` gave for a file.

    Raises:
        UnknownName, ConfigError: as `from_values`.
    """
    network = {"reward_input": RAW, **values.get("network", {})}
    return from_values(game_name, {**values, "network": network})


def _learner(values: Mapping[str, Any]) -> str:
    """The learner that settings by section name."""
    run = values.get("run")
    return str(run.get("learner", RL2)) if isinstance(run, Mapping) else RL2


def load_config(
    game_name: str | None,
    toml: Path | None = None,
    overrides: Iterable[str] = (),
    values: Mapping[str, Mapping[str, Any]] | None = None,
) -> TrainConfig:
    """The configuration of a run: defaults, the game's recipe, `values`, a TOML file, then overrides.

    Args:
        game_name: the game; None takes `game_name` of the TOML file, else `maze`.
        toml: a file with a table for each section.
        overrides: texts such as `ppo.clip=0.1`.
        values: by section.
    Raises:
        UnknownName, ConfigError: anything that is not known or out of range, by name.
    """
    merged: dict[str, dict[str, Any]] = {k: dict(v) for k, v in (values or {}).items()}
    if toml is not None:
        data = read_toml(toml)
        named = data.pop("game_name", None)
        if not isinstance(named, str | None):
            raise ConfigError(f"{toml}: game_name = {named!r}: give the name of a game.")
        game_name = game_name or named
        for section, table in data.items():
            if not isinstance(table, dict):
                raise ConfigError(f"{toml}: {section} = {table!r} stands outside any section.")
            merged.setdefault(section, {}).update(table)
    for text in overrides:
        section, name, value = parse_override(text)
        merged.setdefault(section, {})[name] = value
    game_name, learner = game_name or "maze", _learner(merged)
    suited = _over(recipe(game_name, learner), merged)
    config = from_values(game_name, suited)
    if not learner_kind(learner).whole_trials or "rollout_steps" in merged.get("run", {}):
        return config
    return from_values(game_name, _over(suited, {"run": {"rollout_steps": _trial_steps(config)}}))


def _trial_steps(config: TrainConfig) -> int:
    """The longest trial of some levels, in steps."""
    levels = generate_arrays(config.setup.family(), range(64), "train")
    with config.setup.game(len(levels)) as game:
        return config.trial.episodes * int(game.step_limit(levels).max())


def recipe(game_name: str, learner: str = RL2) -> dict[str, dict[str, Any]]:
    """Settings by section that suit this game and learner better than the defaults, the game's in front,
    without those of other learners.

    Raises:
        UnknownName: no such game.
    """
    kind = learner_kind(learner)
    others = {learner_kind(name).section for name in LEARNERS if name != learner}
    of_game = game_class(game_name).about.recipe
    suited = {k: dict(v) for k, v in of_game.items() if k not in others}
    if kind.like in of_game:
        suited[kind.section] = {**of_game[kind.like], **suited.get(kind.section, {})}
    return _over(_over(kind.recipe, suited), kind.needs)


def _over(
    below: Mapping[str, Mapping[str, Any]], above: Mapping[str, Mapping[str, Any]]
) -> dict[str, dict[str, Any]]:
    """Settings by section, those above in front of those below."""
    return {k: {**below.get(k, {}), **above.get(k, {})} for k in (*below, *above)}


def to_toml(config: TrainConfig) -> str:
    """The configuration as a TOML file that `load_config` reads back."""
    values: dict[str, Any] = {"game_name": config.game_name}
    for name, section in config.sections().items():
        settings = {f.name: getattr(section, f.name) for f in fields(section)}
        values[name] = {setting: value for setting, value in settings.items() if value is not None}
    return toml_text(values)
