"""The exact Bayes-optimal value of Bernoulli bandits, by dynamic programming over what was seen.

With the prior Beta(1, 1) on each arm, all that matters of the past is how often each arm succeeded and
failed, and arms are alike: a state is the multiset of the (successes, failures) of the arms pulled so far
(Bellman 1956; Duff 2002 on Bayes-adaptive problems). Arms never pulled need not be told apart, so that a
thousand arms and ten pulls are no more work than ten arms and ten pulls.
"""

from collections.abc import Iterator, Sequence

from gamemeta.calibration.players import check_at_least
from gamemeta_levels.errors import ConfigError

MOST_STATES = 1_000_000
MOST_PULLS = 100
"""Beyond it the recursion over pulls would outgrow Python's stack, whatever the number of states."""

Arm = tuple[int, int]
State = tuple[Arm, ...]

UNTRIED: Arm = (0, 0)


def count_states(k: int, n: int, enough: int | None = None) -> int:
    """Number of states that k arms can be in before any of n pulls; counting stops once there are `enough`.

    An arm pulled w times is in one of w + 1 states: the multisets are counted by the product over
    w >= 1 of (1 - x^w y)^-(w+1), x counting pulls and y arms.
    """
    ways = [[0] * n for _ in range(min(k, n) + 1)]  # [arms][pulls]
    ways[0][0] = 1
    for w in range(1, n):
        for _ in range(w + 1):
            for arms in range(1, len(ways)):
                for pulls in range(w, n):
                    ways[arms][pulls] += ways[arms - 1][pulls - w]
        if enough is not None and sum(map(sum, ways)) >= enough:
            break
    return sum(map(sum, ways))


class BayesOptimal:
    """The value of every state of a bandit of k arms and at most n pulls, and the arm to pull there.

    k = 2 and n = 30, k = 5 and n = 10, and any k for n = 10 are tractable; what is too large (more than
    a million states) is refused with ConfigError before any work.
    """

    def __init__(self, k: int, n: int) -> None:
        check_at_least("k", k, 1)
        check_at_least("n", n, 1)
        if n > MOST_PULLS or count_states(k, n, enough=MOST_STATES) >= MOST_STATES:
            raise ConfigError(
                f"the exact optimum of {k} arms and {n} pulls is too large: the limits are "
                f"{MOST_STATES:,} states and {MOST_PULLS} pulls. Compare with the player 'gittins'."
            )
        self.k = k
        self.n = n
        self._values: dict[tuple[State, int], float] = {}

    @property
    def value(self) -> float:
        """The expected total reward over n pulls, before anything is known."""
        return self.value_of((), self.n)

    def value_of(self, tried: State, remaining: int) -> float:
        """The expected reward still to come; `tried` is sorted and leaves out arms never pulled."""
        if remaining == 0:
            return 0.0
        known = self._values.get((tried, remaining))
        if known is None:
            known = max(self._pull(tried, arm, remaining) for arm in self._arms(tried))
            self._values[tried, remaining] = known
        return known

    def best_arm(self, record: Sequence[Arm], remaining: int) -> int:
        """The optimal arm when arm a has record[a] = (successes, failures); the first of equals."""
        tried = tuple(sorted(arm for arm in record if arm != UNTRIED))
        best = max(self._arms(tried), key=lambda arm: self._pull(tried, arm, remaining))
        return list(record).index(best)

    def _arms(self, tried: State) -> Iterator[Arm]:
        yield from dict.fromkeys(tried)
        if len(tried) < self.k:
            yield UNTRIED

    def _pull(self, tried: State, arm: Arm, remaining: int) -> float:
        successes, failures = arm
        others = list(tried)
        if arm != UNTRIED:
            others.remove(arm)
        p = (successes + 1) / (successes + failures + 2)
        won = tuple(sorted([*others, (successes + 1, failures)]))
        lost = tuple(sorted([*others, (successes, failures + 1)]))
        after_win, after_loss = (self.value_of(state, remaining - 1) for state in (won, lost))
        return p * (1.0 + after_win) + (1.0 - p) * after_loss


def bayes_optimal_value(k: int, n: int) -> float:
    """The largest expected total reward that any player can have: k arms, n pulls, p uniform.

    Raises: ConfigError when the problem is too large to solve exactly; see `BayesOptimal`.
    """
    return BayesOptimal(k, n).value
