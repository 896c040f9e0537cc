"""Which modules are changed, and which tests must notice."""

from pathlib import Path

ROOT = Path(__file__).parents[2]
FOLDERS = ("gamemeta/learners", "gamemeta/rollout", "gamemeta/evaluation")
WITHOUT = ("__init__.py", "config.py", "gamemeta/evaluation/page/", "gamemeta/evaluation/metaworld.py")
"""Not changed: settings, whose ranges are a matter of taste, pages, and what needs another library."""
TESTS: dict[str, tuple[str, ...]] = {
    "gamemeta/learners/rl2/advantages.py": ("learners/rl2/test_advantages.py", "games/test_seats.py"),
    "gamemeta/learners/rl2/device_replica.py": ("learners/rl2/test_device.py",),
    "gamemeta/learners/rl2/estimates.py": (
        "learners/rl2/test_common_by_step.py",
        "learners/rl2/test_estimates.py",
        "rollout/test_seat_credit.py",
        "rollout/test_rollout.py",
        "games/test_seats.py",
        "learners/rl2/test_ppo.py",
    ),
    "gamemeta/learners/rl2/fine_tuner.py": ("evaluation/test_fine_tuning.py", "evaluation/test_baselines.py"),
    "gamemeta/learners/flat_adam.py": ("learners/test_flat_adam.py",),
    "gamemeta/learners/rl2/objective": ("learners/rl2/test_objective.py",),
    "gamemeta/learners/rl2/plain_objective.py": (
        "learners/rl2/test_objective.py",
        "learners/rl2/test_device.py",
    ),
    "gamemeta/learners/return_scale.py": ("learners/test_return_scale.py",),
    "gamemeta/learners/rl2/": (
        "learners/rl2",
        "agent/shape/test_normalising.py",
        "training/test_training.py",
    ),
    "gamemeta/learners/": ("learners", "training/test_training.py"),
    "gamemeta/rollout/": (
        "rollout",
        "games/test_seats.py",
        "learners/test_other_learners.py",
        "selfplay/test_selfplay.py",
        "training/test_training.py",
    ),
    "gamemeta/evaluation/statistics/": ("evaluation/statistics", "evaluation"),
    "gamemeta/evaluation/statistics/student.py": ("evaluation/statistics/test_intervals.py",),
    "gamemeta/evaluation/crossplay.py": ("evaluation/test_crossplay.py",),
    "gamemeta/evaluation/rating.py": ("evaluation/test_rating.py",),
    "gamemeta/evaluation/": ("evaluation", "games/test_seats.py"),
}
"""The tests of a module, quick and near ones first: those of the longest beginning of its name."""


def modules(root: Path) -> list[str]:
    """The files that may be changed, in order."""
    files = [p.relative_to(root).as_posix() for folder in FOLDERS for p in (root / folder).rglob("*.py")]
    return sorted(f for f in files if not any(part in f for part in WITHOUT))


def tests_of(module: str) -> list[str]:
    """Paths of the tests of a module: first the file called after it, then those that `TESTS` names."""
    name = max((name for name in TESTS if module.startswith(name)), key=len)
    _, room, *_, file = module.split("/")
    own = sorted((ROOT / "tests" / "gamemeta" / room).rglob(f"test_{file}"))
    tests = [path.relative_to(ROOT).as_posix() for path in own]
    return [*tests, *(test for one in TESTS[name] if (test := f"tests/gamemeta/{one}") not in tests)]
