"""Choices that are not legal are never made, and nothing is learned from them."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from gamemeta import check_game
from gamemeta.action_mask import ACTION_MASK, NEVER, legal, made_legal, only_legal, stuck
from gamemeta.actions import ActionSpec
from gamemeta.agent.draws import choose, lanes
from gamemeta.agent.runtime import Agent
from gamemeta.bench.act import random_obs
from gamemeta.errors import GameCheckError, SpecError
from gamemeta.evaluation.episodes import RandomActor
from gamemeta.games.game import StepBuffers
from gamemeta.games.outside.python_class.game import plain_game
from gamemeta.games.registry import game_class, use_game
from gamemeta.learners.rl2.config import PPOConfig
from gamemeta.learners.rl2.memory_learner import MemoryLearner
from gamemeta.learners.rl2.objective import objective
from gamemeta.learners.rl2.ppo import PPO
from gamemeta.networks.functions.in_torch import plain_torch
from gamemeta.networks.layout import Layout
from gamemeta.networks.policy import PolicyOutput
from gamemeta.networks.restore import policy_of
from gamemeta.spec import Spec, quantities, symbols
from gamemeta.trials.sampling import Drawn, draw
from gamemeta_levels.family import generate_arrays
from tests.gamemeta.learners.rl2 import test_objective as plain
from tests.gamemeta.networks.test_compiled_acting import some_inputs
from tests.helpers.agents import tiny_agent, tiny_policy
from tests.helpers.traps import HEADS, LIMIT, Stuck, Traps, Wide, legal_now

ACTION = ActionSpec(heads=HEADS, low=(-1.0,), high=(2.0,))
MASK = symbols(ACTION_MASK, (sum(HEADS),), 2)
VIEW = symbols("view", (3,), 4)
SPEC = Spec(obs=(VIEW, MASK), action=ACTION)
CHOICES = Spec(obs=(VIEW, MASK), action=ActionSpec(heads=HEADS))
FOR_TWO = "pettingzoo/tests.helpers.traps:parallel_env"
SIDES = np.split(np.arange(sum(HEADS)), [HEADS[0]])


def some_masks(rng, *lead):
    """Masks [*lead, 7] with a legal choice in each head."""
    seeds = rng.integers(0, 2**31, lead)
    return np.array([legal_now(0, 1, int(s)) for s in seeds.reshape(-1)], np.uint8).reshape(*lead, -1)


def are_legal(actions, mask):
    codes = np.asarray(actions)[..., :2].astype(int)
    return np.stack(
        [np.take_along_axis(mask[..., own], codes[..., k : k + 1], -1)[..., 0] for k, own in enumerate(SIDES)]
    ).astype(bool)


@pytest.mark.parametrize(
    "buffer",
    [
        replace(MASK, shape=(6,)),
        replace(MASK, codes=3),
        replace(MASK, dtype="uint16"),
        quantities(ACTION_MASK, (7,)),
    ],
)
def test_a_mask_that_does_not_fit_the_heads_is_refused(buffer):
    with pytest.raises(SpecError, match=r"'action_mask'.* shape \(7,\) with codes = 2"):
        Spec(obs=(buffer,), action=ACTION)


def test_actions_that_are_numbers_alone_have_no_mask():
    with pytest.raises(SpecError, match="only numbers"):
        Spec(obs=(replace(MASK, shape=(1,)),), action=ActionSpec(low=(0.0,), high=(1.0,)))


def test_a_spec_knows_whether_it_is_masked_and_keeps_it_in_json():
    assert Spec.from_json(SPEC.to_json()).masked
    assert not Spec(obs=(VIEW,), action=ACTION).masked


def test_a_head_without_a_legal_choice_counts_as_one_where_all_are():
    mask = np.array([[0, 0, 0, 0, 0, 1, 0], [1, 0, 0, 1, 0, 0, 0]], np.uint8)
    np.testing.assert_array_equal(legal(mask, ACTION), [[1, 1, 1, 1, 0, 1, 0], [1, 0, 0, 1, 1, 1, 1]])
    np.testing.assert_array_equal(stuck(mask, ACTION), [[True, False], [False, True]])


def test_logits_of_illegal_choices_become_impossible_and_all_else_stays():
    said = np.arange(16, dtype=np.float32).reshape(2, 8)
    mask = np.array([[0, 1, 1, 0, 0, 1, 0], [1, 0, 0, 1, 1, 1, 1]], np.uint8)
    found = only_legal(said, mask, ACTION)
    keep = np.c_[mask, [1, 1]] != 0
    np.testing.assert_array_equal(found, np.where(keep, said, NEVER))


@given(st.integers(0, 2**32), st.floats(0.01, 80.0))
@settings(max_examples=50, deadline=None)
def test_no_draw_is_illegal_whatever_the_logits_are(seed, scale):
    rng, n = np.random.default_rng(seed), 200
    mask = some_masks(rng, n)
    said = only_legal((rng.normal(size=(n, 8)) * scale).astype(np.float32), mask, ACTION)
    seeds, codes = lanes(seed, n), np.zeros((n, 2), np.int64)
    choose(said, HEADS, seeds, np.zeros(n, np.int64), codes)
    assert are_legal(codes, mask).all()
    agent, drawn = agents()["numba"], Drawn.empty(ActionSpec(heads=HEADS), n)
    agent.compiled.choose(said, HEADS, seeds, np.zeros(n, np.int64), codes)
    assert are_legal(codes, mask).all()
    logits = tuple(np.ascontiguousarray(said[:, own]) for own in SIDES)
    decision = type("Decision", (), {"logits": logits, "numbers": None})
    draw(decision, seeds, np.zeros(n, np.int64), drawn)
    assert are_legal(drawn.codes, mask).all()
    assert np.isfinite(drawn.log_prob).all()


_AGENTS: dict[str, Agent] = {}


def agents():
    """One agent under each backend."""
    if not _AGENTS:
        file = tiny_agent(spec=CHOICES)
        _AGENTS.update({backend: Agent(file, backend=backend) for backend in ("numpy", "numba")})
    return _AGENTS


@pytest.mark.parametrize(
    "layout", [Layout((4,), 0, {"good": 4}, False), Layout((4, 3), 2, plain.LABELS, True)]
)
def test_the_compiled_loss_takes_impossible_choices_as_plain_torch_does(layout):
    rng, batch = np.random.default_rng(0), plain.make_batch(layout)
    allowed = np.ones((plain.T, plain.N, layout.of_rewards.stop), bool)
    for k, own in enumerate(layout.of_heads):
        allowed[..., own] = rng.random((plain.T, plain.N, own.stop - own.start)) < 0.5
        np.put_along_axis(allowed[..., own], batch.action[..., k : k + 1], True, -1)
    first = allowed[..., layout.of_heads[0]]
    right = (first.astype(np.int64) << np.arange(first.shape[-1])).sum(-1).astype(np.uint8)
    batch = replace(batch, labels=batch.labels | {"good": right})
    before = plain.make_output(layout, 3.0)
    output = PolicyOutput(
        before.head_outputs.masked_fill(torch.from_numpy(~allowed), float(NEVER)), layout, before.log_std
    )
    leaves = plain.parameters(before)
    found, terms = objective(output, batch, plain.WEIGHTS, clip=plain.CLIP, guide="good")
    with plain_torch():
        wanted, wanted_terms = objective(output, batch, plain.WEIGHTS, clip=plain.CLIP, guide="good")
    torch.testing.assert_close(found, wanted, rtol=1e-5, atol=1e-5)
    assert terms == {name: pytest.approx(term, rel=1e-4, abs=1e-5) for name, term in wanted_terms.items()}
    grads = torch.autograd.grad(found, leaves, retain_graph=True)
    for mine, theirs in zip(grads, torch.autograd.grad(wanted, leaves), strict=True):
        torch.testing.assert_close(mine, theirs, rtol=1e-4, atol=1e-6)
    assert not grads[0].numpy()[~allowed].any()
    assert grads[0].numpy()[..., : layout.actions][allowed[..., : layout.actions]].any()


@pytest.mark.parametrize("cell", ["mingru", "gru", "mingru+table"])
def test_steps_say_what_the_scan_says_of_legal_choices_and_never_of_others(cell):
    spec = CHOICES if "table" in cell else SPEC
    learner = MemoryLearner(tiny_policy(spec, cell))
    inputs, reset = some_inputs(spec, 4, 9)
    inputs[ACTION_MASK] = some_masks(np.random.default_rng(0), 4, 9)
    given = {k: torch.from_numpy(x) for k, x in inputs.items()}
    output, _ = learner.scan(given, learner.init(9), torch.from_numpy(reset))
    for step in (learner.step, learner.stepping()):
        state = learner.init(9)
        for t in range(4):
            state, decision = step(state, {k: x[t] for k, x in inputs.items()}, reset[t])
            for own, logits, wanted in zip(SIDES, decision.logits, output.logits, strict=True):
                np.testing.assert_allclose(logits, wanted[t].detach().numpy(), rtol=1e-5, atol=1e-5)
                np.testing.assert_array_equal(logits == NEVER, inputs[ACTION_MASK][t][:, own] == 0)


def test_weights_of_choices_that_were_never_legal_get_no_gradient():
    policy = tiny_policy(SPEC)
    learner = PPO(policy, PPOConfig())
    inputs, reset = some_inputs(SPEC, plain.T, plain.N)
    inputs[ACTION_MASK] = some_masks(np.random.default_rng(1), plain.T, plain.N)
    inputs[ACTION_MASK][..., [0, 4]], inputs[ACTION_MASK][..., [1, 5]] = 1, 0
    layout = Layout(HEADS, 1, {}, False)
    batch = replace(
        plain.make_batch(layout), inputs=inputs, reset=reset, state=learner.task_learner.init(plain.N)
    )
    played = made_legal(batch.action, inputs[ACTION_MASK], ACTION, np.random.default_rng(2))
    grads, terms = learner.loss_and_grads(replace(batch, action=played))
    of_actor = grads[[id(p) for p in policy.parameters()].index(id(policy.actor.weight))].numpy()
    np.testing.assert_array_equal(of_actor.any(axis=1)[:7], ~np.isin(np.arange(7), [1, 5]))
    assert all(np.isfinite(grad.numpy()).all() for grad in grads)
    assert all(np.isfinite(term) for term in terms.values())


def test_a_row_of_zeros_leaves_the_loss_finite():
    policy = tiny_policy(SPEC)
    learner = PPO(policy, PPOConfig())
    inputs, reset = some_inputs(SPEC, plain.T, plain.N)
    inputs[ACTION_MASK][:] = 0
    batch = replace(
        plain.make_batch(Layout(HEADS, 1, {}, False)),
        inputs=inputs,
        reset=reset,
        state=learner.task_learner.init(plain.N),
    )
    grads, _ = learner.loss_and_grads(batch)
    assert all(np.isfinite(grad.numpy()).all() for grad in grads)


@pytest.mark.parametrize("backend", ["numpy", "numba"])
@pytest.mark.parametrize("n", [1, 3, 9])
def test_minds_do_what_is_legal_however_they_choose(n, backend):
    strong = Agent(tiny_agent(spec=SPEC), backend=backend)
    for agent in (strong, strong.with_skill(0.0), strong.with_skill(0.4)):
        mind, rng = agent.begin(n, seed=3), np.random.default_rng(0)
        for t in range(150):
            obs = random_obs(SPEC, n, rng) | {ACTION_MASK: some_masks(rng, n)}
            action = mind.act(obs, np.zeros(n, np.float32), t % 7 == 0, greedy=t % 3 == 0)
            assert are_legal(np.reshape(action, (n, -1)), obs[ACTION_MASK]).all()


@pytest.mark.parametrize("n", [1, 9])
def test_both_backends_and_torch_do_the_same(n):
    file, rng = tiny_agent(spec=CHOICES), np.random.default_rng(1)
    minds = {backend: agent.begin(n, seed=4) for backend, agent in agents().items()}
    learner = MemoryLearner(policy_of(file))
    state, before = learner.init(n), file.spec.action.nothing_before(n)
    drawn = Drawn.empty(file.spec.action, n)
    for t in range(60):
        obs = random_obs(file.spec, n, rng) | {ACTION_MASK: some_masks(rng, n)}
        acts = {backend: np.reshape(mind.act(obs), (n, -1)) for backend, mind in minds.items()}
        told = {"previous_reward": np.zeros((n, 1), np.float32), "previous_done": np.zeros((n, 1), np.uint8)}
        state, decision = learner.step(state, obs | before | told, np.zeros(n, np.uint8))
        draw(decision, lanes(4, n), np.full(n, t), drawn)
        np.testing.assert_array_equal(acts["numpy"], acts["numba"])
        np.testing.assert_array_equal(acts["numpy"], drawn.codes)
        before = file.spec.action.before(drawn.codes)


@pytest.mark.parametrize("backend", ["numpy", "numba"])
def test_a_mind_without_a_legal_choice_says_so_and_stays_as_it_was(backend):
    mind, rng = agents()[backend].begin(2, seed=1), np.random.default_rng(0)
    mind.act(random_obs(CHOICES, 2, rng))
    before = mind.memory
    obs = random_obs(CHOICES, 2, rng)
    obs[ACTION_MASK][1, HEADS[0] :] = 0
    with pytest.raises(SpecError, match=r"mind 1 .*head 1"):
        mind.act(obs)
    assert mind.memory == before


def test_random_play_is_even_over_what_is_legal():
    n, mask = 30_000, np.array([0, 1, 1, 0, 0, 0, 1], np.uint8)
    inputs = {ACTION_MASK: np.tile(mask, (n, 1))}
    _, decision = RandomActor(CHOICES).step({}, inputs, np.zeros(n, np.uint8))
    drawn = Drawn.empty(CHOICES.action, n)
    draw(decision, lanes(0, n), np.zeros(n, np.int64), drawn)
    np.testing.assert_allclose(np.bincount(drawn.codes[:, 0], minlength=4) / n, [0, 0.5, 0.5, 0], atol=0.01)
    assert (drawn.codes[:, 1] == 2).all()
    np.testing.assert_allclose(drawn.log_prob, np.log(0.5), rtol=1e-6)


def test_actions_are_made_legal_evenly_and_legal_ones_are_kept():
    rng, mask = np.random.default_rng(0), some_masks(np.random.default_rng(1), 50, 2)
    actions = np.stack([rng.integers(0, k, (50, 2)) for k in HEADS], -1)
    made = made_legal(actions, mask, CHOICES.action, rng)
    assert are_legal(made, mask).all()
    kept = np.moveaxis(are_legal(actions, mask), 0, -1)
    np.testing.assert_array_equal(made[kept], actions[kept])
    mask = np.tile(np.array([0, 1, 1, 1, 1, 0, 0]), (30_000, 1))
    many = made_legal(np.zeros((30_000, 2), np.int64), mask, CHOICES.action, rng)
    np.testing.assert_allclose(np.bincount(many[:, 0]) / 30_000, [0, 1 / 3, 1 / 3, 1 / 3], atol=0.01)


def test_a_plain_game_with_a_mask_is_checked_by_legal_play():
    check_game(plain_game(Traps, "traps"), seeds=6, steps=LIMIT + 4)


def test_a_game_that_leaves_nothing_to_do_is_found():
    with pytest.raises(GameCheckError, match=r"'stuck'.*step 2, seat 0.*head 1"):
        check_game(plain_game(Stuck, "stuck"), seeds=4, steps=6)


def test_a_mask_of_another_size_is_refused_where_the_game_is_made():
    with pytest.raises(SpecError, match=r"\(7,\)"):
        plain_game(Wide, "wide")(1)


def begun(game, n):
    levels, out = generate_arrays(game.family(), range(n), "any"), StepBuffers.empty(game)
    game.reset(levels, np.ones(n, np.bool_), out)
    return out


@pytest.mark.parametrize("told", ["observation", "info"])
@pytest.mark.parametrize("maker", ["parallel_env", "env"])
def test_a_pettingzoo_environment_with_masks_keeps_the_contract_of_a_game(told, maker):
    cls = game_class(use_game(f"pettingzoo/tests.helpers.traps:{maker}"))
    config = cls.Config(arguments=f"told={told}", info_mask=told == "info")
    check_game(lambda n: cls(n, config), seeds=4, steps=LIMIT + 2)
    game = cls(3, config)
    out = begun(game, 3)
    wanted = [[legal_now(level, seat, 0) for seat in range(2)] for level in range(3)]
    np.testing.assert_array_equal(out.obs[ACTION_MASK], wanted)


def test_a_mask_that_is_to_be_in_info_and_is_not_there_is_missed():
    cls = game_class(use_game(FOR_TWO))
    game = cls(1, cls.Config(arguments="told=nowhere", info_mask=True))
    with pytest.raises(GameCheckError, match=r"no 'action_mask'.*game\.info_mask"):
        begun(game, 1)


@pytest.mark.parametrize("vary", ["", "action=remap"])
def test_legal_actions_of_taxi_are_those_that_change_something_also_where_they_are_permuted(vary):
    cls = game_class(use_game("gymnasium/Taxi-v4"))
    game = cls(8, cls.Config(info_mask=True, vary=vary, step_limit=40))
    out = begun(game, 8)
    moved, rng = [], np.random.default_rng(0)
    for _ in range(39):
        before = {name: array.copy() for name, array in out.obs.items()}
        mask, actions = before[ACTION_MASK][:, 0], rng.integers(0, 6, (8, 1, 1))
        running = ~(out.terminated | out.truncated)[:, 0]
        game.step(actions, out)
        changed = (out.obs["obs"] != before["obs"]).any(axis=(1, 2))
        allowed = mask[np.arange(8), actions[:, 0, 0]] != 0
        moved.append((changed == allowed)[running])
    assert np.concatenate(moved).all()
