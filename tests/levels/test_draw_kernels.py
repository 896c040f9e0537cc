import numpy as np
import pytest

from gamemeta_levels import draw_kernels as draws

N = 20_000


def sample(draw, *parameters):
    stream = np.array([7], np.uint64)
    return np.array([draw(stream, *parameters) for _ in range(N)])


@pytest.mark.parametrize(
    ("draw", "parameters", "mean", "variance"),
    [
        (draws.unit, (), 0.5, 1 / 12),
        (draws.exponential, (), 1.0, 1.0),
        (draws.normal, (), 0.0, 1.0),
        (draws.gamma, (1.0,), 1.0, 1.0),
        (draws.gamma, (7.0,), 7.0, 7.0),
        (draws.beta, (1.0, 1.0), 0.5, 1 / 12),
        (draws.beta, (3.0, 5.0), 3 / 8, 15 / (64 * 9)),
        (draws.beta, (40.0, 2.0), 40 / 42, 80 / (42**2 * 43)),
    ],
)
def test_draws_have_the_mean_and_variance_of_their_distribution(draw, parameters, mean, variance):
    values = sample(draw, *parameters)
    assert abs(values.mean() - mean) < 4 * np.sqrt(variance / N)
    squares = (values - mean) ** 2
    assert abs(squares.mean() - variance) < 4 * squares.std() / np.sqrt(N)


def test_a_beta_draw_with_whole_parameters_is_an_order_statistic_of_uniform_numbers():
    drawn = np.sort(sample(draws.beta, 2.0, 3.0))
    ordered = np.sort(np.sort(np.random.default_rng(0).random((N, 4)), axis=1)[:, 1])
    levels = np.linspace(0.0, 1.0, 101)
    gap = np.abs(np.searchsorted(drawn, levels) - np.searchsorted(ordered, levels)).max() / N
    assert gap < 1.95 * np.sqrt(2 / N)  # Kolmogorov-Smirnov for two samples, 0.1%
