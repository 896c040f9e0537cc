"""The contracts of a game, each as a function that raises where the game breaks it."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gamemeta.action_mask import ACTION_MASK
from gamemeta.errors import GameCheckError, SpecError
from gamemeta.games.check.moves import action_of, actions_to_play, legal_actions
from gamemeta.games.check.tape import (
    STALE,
    Arrays,
    Player,
    Tape,
    broken,
    first_difference,
    label_name,
    named_arrays,
    obs_name,
    record,
    stacked,
)
from gamemeta.games.game import Game, GameFactory, StepBuffers, has_plans, is_stochastic
from gamemeta_levels.family import LevelArrays, generate_arrays
from gamemeta_levels.kernel import combine

LAST_STEP = ("reward", "terminated", "truncated", "success")
"""Buffers that `reset` leaves as they are: what the last step gave."""
MOVES_LABEL = "optimal_moves"
"""The label whose classes are the actions of the first head."""
TOLERANCE = 1e-6
"""How far a plan's return may lie from par, relative to it: rounding of float32 sums."""
ALONE = 4
"""How many games are also played alone."""
BEYOND = 0.01
"""How far outside the bounds a number is tried, in their span."""
LUCKS = 256
"""Chance seeds over which the return of a plan is averaged."""
MOST_ERRORS = 5.0
"""How many standard errors a plan's mean return may lie above par: chance alone does so once in millions."""


@dataclass
class Case:
    """Levels, actions [T, N, A, heads + numbers], and what a first play of them wrote.

    The actions are random, numbers often at their bounds, but in every second level they begin with the
    solver's plan, so that some episodes are sure to end by the rules and others by the step limit.
    """

    make: GameFactory
    levels: LevelArrays
    plans: list[list[Any]]
    actions: NDArray[Any]
    game: Game
    tape: Tape

    @classmethod
    def build(cls, make: GameFactory, levels: LevelArrays | None, seeds: int, steps: int) -> "Case":
        """Draw the levels unless they are given, choose actions, and play them once."""
        if (seeds < 1 and levels is None) or steps < 4 or (levels is not None and not len(levels)):
            raise GameCheckError("give check_game at least one level and 4 steps to play.")
        family = make(1).family()
        if levels is None:
            levels = generate_arrays(family, range(seeds), "any")
            levels.chance[:] = _chance(len(levels), 0)
        player = Player(make, len(levels))
        check_declaration(player.game)
        plans: list[list[int]] = [[] for _ in range(len(levels))]
        if has_plans(player.game):
            plans = [family.solve(family.unpack(levels, i)) for i in range(len(levels))]
        actions = actions_to_play(player.game, plans, steps)
        try:
            actions = legal_actions(player, levels, actions)
            tape = record(player, levels, actions)
        except SpecError as error:
            raise broken(
                player.game,
                f"it refused an action of its spec: {error}"[:-1],
                "Play every code of a head, and every number from its low to its high, both included.",
            ) from error
        return cls(make, levels, plans, actions, player.game, tape)

    @property
    def n(self) -> int:
        """How many levels are played side by side."""
        return len(self.levels)

    @property
    def middle(self) -> int:
        """A step in which most episodes are under way."""
        plan = sorted(map(len, self.plans))[self.n // 2] or len(self.actions)
        limit = int(self.game.step_limit(self.levels).min())
        return max(1, min(plan, limit, len(self.actions)) // 2)

    def compare(self, tape: Tape, what: str, advice: str, wanted: Tape | None = None) -> None:
        """Raise unless the tape holds the same bytes as the first play (or as `wanted`)."""
        found = first_difference(self.tape if wanted is None else wanted, tape)
        if found is not None:
            t, i, name = found
            raise broken(self.game, f"{what}: {name} of level {i} differs in step {t}", advice)


def _chance(n: int, first: int) -> NDArray[np.uint64]:
    """uint64 [n]: numbers first .. first + n - 1 of a fixed stream."""
    return np.array([combine(np.uint64(0), np.uint64(first + i)) for i in range(n)], np.uint64)


def check_declaration(game: Game) -> None:
    """The game says what it is in full, and without contradiction."""
    if game.seats < 1 or not game.spec.obs:
        raise broken(
            game,
            "it needs a seat and an observation",
            "Look at `seats` and `spec`.",
        )
    names = [b.name for b in game.spec.inputs()]
    if len(set(names)) < len(names):
        raise broken(
            game,
            f"two buffers have the same name: {', '.join(names)}",
            "Give each a name of its own.",
        )
    for name, classes in game.labels.items():
        if not 1 <= classes <= 8:
            raise broken(
                game,
                f"label {name!r} has {classes} classes",
                "A label is a bit mask in a uint8: give 1 to 8 classes.",
            )


def check_spec(case: Case) -> None:
    """Observations, rewards and labels hold what the spec says, in every frame."""
    game, tape = case.game, case.tape
    frames = len(tape["reward"])
    for t in range(frames):
        obs = {
            b.name: tape[obs_name(b.name)][t].reshape(case.n * game.seats, *b.shape) for b in game.spec.obs
        }
        try:
            game.spec.checked_obs(obs, case.n * game.seats)
        except SpecError as error:
            raise broken(
                game, f"step {t}: {error}"[:-1], "Correct `spec` or what the game writes."
            ) from error
    _raise_where(
        case,
        ~np.isfinite(tape["reward"]),
        "the reward is not finite",
        "Look where the game computes it.",
    )
    for name, classes in game.labels.items():
        _raise_where(
            case,
            tape[label_name(name)] >= 1 << classes,
            f"label {name!r} has a bit set beyond its {classes} classes",
            "Set bit k when class k is right.",
        )


def check_legal_labels(case: Case) -> None:
    """No label calls a choice right that the action mask forbids."""
    spec = case.game.spec
    if not spec.masked or MOVES_LABEL not in case.game.labels:
        return
    first = case.tape[obs_name(ACTION_MASK)][..., : spec.action.heads[0]].astype(np.int64)
    bits = (first << np.arange(first.shape[-1])).sum(-1)
    _raise_where(
        case,
        (case.tape[label_name(MOVES_LABEL)] & ~bits != 0) & case.tape["alive"],
        f"label {MOVES_LABEL!r} calls an action right that {ACTION_MASK!r} forbids",
        "Clear the bits of actions that are not legal.",
    )


def check_results(case: Case) -> None:
    """Termination and truncation exclude each other; a finished game stands still."""
    tape = case.tape
    terminated, truncated = tape["terminated"], tape["truncated"]
    done = terminated | truncated
    finished = np.zeros_like(done)
    finished[1:] = done[:-1]
    _raise_where(
        case,
        terminated & truncated,
        "terminated and truncated at once",
        "An episode that the rules end in its last step is terminated only.",
    )
    _raise_where(
        case,
        finished & (tape["reward"] != 0),
        "a finished game pays a reward",
        "Write reward 0 until the next reset.",
    )
    _raise_where(
        case,
        (tape["success"] & ~done) | (tape["alive"] & done),
        "success before the end, or alive after it",
        "Set `success` only with terminated or truncated, and clear `alive` with them.",
    )
    for name, array in tape.items():
        if name in ("reward", "alive"):
            continue
        moved = np.zeros_like(done)
        moved[1:] = (array[1:] != array[:-1]).reshape(*done[1:].shape, -1).any(-1)
        _raise_where(
            case,
            finished & moved,
            f"{name} of a finished game changes",
            "A finished game stands still and keeps its flags until `reset`.",
        )


def check_step_limit(case: Case) -> None:
    """An episode is truncated in exactly the step that its level's limit names."""
    limit = case.game.step_limit(case.levels)
    if limit.shape != (case.n,) or limit.min() < 1:
        raise broken(
            case.game,
            f"step_limit gave {limit.tolist()}",
            "Give one number of steps, at least 1, for each level.",
        )
    terminated, truncated = case.tape["terminated"], case.tape["truncated"]
    step = np.arange(len(truncated))[:, None, None]
    due = (step >= limit[:, None]) & ~terminated
    if getattr(case.game, "early_cuts", False):
        due = due | truncated
    _raise_where(
        case,
        truncated != due,
        "truncated does not agree with `step_limit`",
        "Truncate in the step whose number, from 1, is the limit, unless the episode terminated.",
    )


def check_determinism(case: Case) -> None:
    """The same levels and actions give the same results again."""
    case.compare(
        record(Player(case.make, case.n), case.levels, case.actions),
        "the same levels and actions gave other results in a second play",
        "Draw chance from `levels.chance`, or from the level or the seed where that is all that is given, "
        "never from a global generator or the clock.",
    )


def check_chance(case: Case) -> None:
    """Other chance changes something in a stochastic game, and nothing in any other."""
    other = case.levels.take(np.arange(case.n))
    other.chance = _chance(case.n, case.n)
    player = Player(case.make, case.n)
    tape = record(player, other, legal_actions(player, other, case.actions))
    if not is_stochastic(case.game):
        case.compare(
            tape,
            "`levels.chance` changes a game that is not `stochastic`",
            "Set `stochastic = True` on the class, or leave `levels.chance` unread.",
        )
    elif first_difference(case.tape, tape) is None:
        raise broken(
            case.game,
            "it is `stochastic`, but other chance gives the same play",
            "Draw chance from `levels.chance`, or set `stochastic = False`.",
        )


def check_all_is_written(case: Case) -> None:
    """Nothing that stood in a buffer before shows through."""
    case.compare(
        record(Player(case.make, case.n, stale=STALE), case.levels, case.actions),
        "what stood in a buffer before shows through",
        "Write every element in every step, zeros and False too; `reset` writes obs, labels and alive.",
    )


def check_alone(case: Case) -> None:
    """A level played alone goes as it does among others."""
    for i in range(min(case.n, ALONE)):
        row = slice(i, i + 1)
        case.compare(
            record(Player(case.make, 1), case.levels.take(row), case.actions[:, row]),
            f"level {i} played alone goes otherwise than among {case.n}",
            "Let game i depend on level i and its own actions alone.",
            wanted={name: array[:, row] for name, array in case.tape.items()},
        )


def check_order(case: Case) -> None:
    """Levels in another order go as before."""
    order = np.random.default_rng(1).permutation(case.n)
    case.compare(
        record(Player(case.make, case.n), case.levels.take(order), case.actions[:, order]),
        "the same levels in another order go otherwise",
        "Let game i depend on level i and its own actions alone.",
        wanted={name: array[:, order] for name, array in case.tape.items()},
    )


def check_partial_reset(case: Case) -> None:
    """Half of the games start again in mid-episode; the other half must not notice."""
    start = case.middle
    again = np.arange(case.n) % 2 == 0
    rows = np.where(again, np.arange(case.n), np.roll(np.arange(case.n), 1))
    player = Player(case.make, case.n)
    record(player, case.levels, case.actions[:start])
    before, after = player.seen(), player.reset(case.levels.take(rows), again)
    first = {name: array[0] for name, array in case.tape.items()}
    never = np.zeros(case.n, np.bool_)
    frames = [{k: _either(never if k in LAST_STEP else again, first[k], before[k]) for k in first}]
    played = [after]
    for t in range(start, len(case.actions)):
        now, then = {k: v[t + 1] for k, v in case.tape.items()}, t - start
        past = {k: v[then + 1] for k, v in case.tape.items()}
        frames.append({k: _either(again, past[k], now[k]) for k in now})
        played.append(player.step(_either(again, case.actions[then], case.actions[t])))
    case.compare(
        stacked(played),
        "after a reset of every second game in mid-episode",
        "Start the games in the mask anew, write their obs, labels and alive, and leave all else.",
        wanted=stacked(frames),
    )


def check_lent(case: Case) -> None:
    """A game that lends its arrays shows the same in them."""
    if not hasattr(case.game, "lend"):
        return
    game = case.make(case.n)
    out = StepBuffers.lent(game)
    game.reset(case.levels, np.ones(case.n, np.bool_), out)
    seen = [{name: array.copy() for name, array in named_arrays(out).items()}]
    for actions in case.actions:
        game.step(actions, out)
        seen.append({name: array.copy() for name, array in named_arrays(out).items()})
    case.compare(
        stacked(seen),
        "in the arrays that it lends",
        "Leave in them what `step` would write into the caller's arrays, after the end of an episode too.",
        wanted={name: case.tape[name] for name in seen[0]},
    )


def check_save_and_load(case: Case) -> None:
    """A saved game goes on identically: in the same place, and in another game at another index."""
    start = case.middle
    player = Player(case.make, case.n)
    record(player, case.levels, case.actions[:start])
    saved = [player.game.save(i) for i in range(case.n)]
    if not all(isinstance(data, bytes) for data in saved):
        raise broken(case.game, "`save` did not give bytes", "Return bytes.")
    wanted = {name: array[start + 1 :] for name, array in case.tape.items()}
    rest = case.actions[start:]
    advice = "Put everything that a game depends on into `save`, its level included."
    case.compare(_play_on(player, rest), "`save` changed the game", advice, wanted)
    for i, data in enumerate(saved):
        player.game.load(i, data)
    case.compare(_play_on(player, rest), "after `load` into the same game", advice, wanted)
    rows = np.concatenate([np.arange(case.n)[::-1], np.arange(case.n)])
    other = Player(case.make, len(rows))
    for i, row in enumerate(rows):
        other.game.load(i, saved[row])
    case.compare(
        _play_on(other, rest[:, rows]),
        f"after `load` into a new game of {len(rows)} levels, at other indices",
        advice,
        wanted={name: array[:, rows] for name, array in wanted.items()},
    )


def check_refused_actions(case: Case) -> None:
    """An action that does not exist is refused."""
    spec = case.game.spec.action
    for k, choices in enumerate(spec.heads):
        for wrong in (-1, choices, *((0.5, np.nan) if spec.numbers else ())):
            _check_refused(case, k, wrong, f"action {wrong} of head {k} was played; it has 0..{choices - 1}")
    for k, (low, high) in enumerate(zip(spec.low, spec.high, strict=True)):
        for wrong in (*_beyond(low, high), np.nan, np.inf):
            what = f"{wrong:.7g} as number {k} was played; it lies in {low:g}..{high:g}"
            _check_refused(case, len(spec.heads) + k, wrong, what)


def _beyond(low: float, high: float) -> tuple[float, float]:
    """A number below the low bound and one above the high bound, told apart from them in float32."""
    step = (high - low) * BEYOND
    below, above = np.nextafter(np.array([low, high], np.float32), np.array([-np.inf, np.inf], np.float32))
    return min(low - step, float(below)), max(high + step, float(above))


def _check_refused(case: Case, k: int, wrong: float, what: str) -> None:
    """Raise unless the game refuses an action whose element k is wrong."""
    player = Player(case.make, case.n)
    player.begin(case.levels)
    actions = case.actions[0].copy()
    actions[-1, -1, k] = wrong
    try:
        player.step(actions)
    except SpecError:
        return
    raise broken(
        case.game,
        what,
        "Raise SpecError for an action outside its head or bounds; `spec.action.checked` does.",
    )


def check_plans(case: Case) -> None:
    """The plan of the family's solver earns par, and its moves are among the labelled ones.

    Where there is chance, a plan cannot answer it: on average it earns at most par.
    """
    game, levels = case.game, case.levels
    par = game.par(levels)
    if par.shape != (case.n,):
        raise broken(game, f"par has shape {par.shape}", f"Give one number for each of {case.n}.")
    if game.seats > 1 or not has_plans(game):
        return
    for i, plan in enumerate(case.plans):
        if is_stochastic(game):
            _check_mean_return(case, i, plan, float(par[i]))
            continue
        total = _play_plan(case, i, plan)
        if abs(total - par[i]) > TOLERANCE * max(1.0, abs(float(par[i]))):
            raise broken(
                game,
                f"the solver's plan for level {i} earns {total:.7g}, and par says {par[i]:.7g}",
                "Let `par` be the return of playing `family().solve(level)`.",
            )


def _check_mean_return(case: Case, i: int, plan: list[Any], par: float) -> None:
    """Raise when a plan earns more than par over many chance seeds."""
    levels = case.levels.take(np.full(LUCKS, i))
    levels.chance = _chance(LUCKS, 0)
    player = Player(case.make, LUCKS)
    player.begin(levels)
    returns = np.zeros(LUCKS + 1)  # one more that earns nothing, for outcomes too rare to be met
    does = case.game.spec.action
    for move in plan:
        actions = np.tile(action_of(case.game, move, does.idle()), (LUCKS, 1, 1))
        returns[:LUCKS] += player.step(actions)["reward"][:, 0]
    error = float(returns.std()) / len(returns) ** 0.5
    if returns.mean() > par + MOST_ERRORS * error + TOLERANCE * max(1.0, abs(par)):
        raise broken(
            case.game,
            f"the solver's plan for level {i} earns {returns.mean():.5g} on average (standard error "
            f"{error:.2g}), and par says {par:.7g}",
            "Let `par` be the expected return of the best play that knows the level.",
        )


def _play_plan(case: Case, i: int, plan: list[Any]) -> float:
    """Return of a plan on level i, played to its end or the episode's."""
    game, player = case.game, Player(case.make, 1)
    seen: Arrays = player.begin(case.levels.take(slice(i, i + 1)))
    total, labels = 0.0, label_name(MOVES_LABEL)
    for t, move in enumerate(plan):
        action = action_of(game, move, game.spec.action.idle())
        if labels in seen and not int(seen[labels][0, 0]) >> int(action[0]) & 1:
            raise broken(
                game,
                f"level {i}, step {t}: the solver plays action {int(action[0])}, which {labels} leaves out",
                "Set the bit of every action that a best plan may start with.",
            )
        seen = player.step(action[None, None])
        total += float(seen["reward"][0, 0])
        if seen["terminated"][0, 0] or seen["truncated"][0, 0]:
            break
    return total


def _play_on(player: Player, actions: NDArray[Any]) -> Tape:
    return stacked([player.step(a) for a in actions])


def _either(
    mask: NDArray[np.bool_], one: NDArray[np.generic], other: NDArray[np.generic]
) -> NDArray[np.generic]:
    """Rows of `one` where the mask holds, else of `other`."""
    return np.where(mask.reshape(-1, *(1,) * (one.ndim - 1)), one, other)


def _raise_where(case: Case, wrong: NDArray[np.bool_], what: str, advice: str) -> None:
    """Raise for the first frame and level where the array [T + 1, N, A] holds."""
    if wrong.any():
        t, i = (int(k) for k in np.argwhere(wrong)[0][:2])
        raise broken(case.game, f"level {i}, step {t}: {what}", advice)
