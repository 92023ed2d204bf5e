from __future__ import annotations

import numpy as np
import pytest

from sim.arithmetic import normal_cdf
from sim.matchmaking import accept
from sim.matchmaking.wishes.acceptance import _threshold, latent_share
from sim.streams import Streams, subkeys


def answers(
    replication: int,
    *,
    n: int = 60,
    selectivity: float = 0.21,
    popularity: float = 0.17,
    score_share: float = 0.1,
) -> np.ndarray:
    """Who said yes to whom when everybody asked everybody, scores at random: (askers, asked)."""
    key = subkeys(3, np.arange(2 * n))
    asker, asked = np.repeat(np.arange(n), n), np.tile(np.arange(n, 2 * n), n)
    score = Streams(0, replication).uniform("score", subkeys(1, np.arange(n * n)))
    said = accept(
        key,
        asker,
        asked,
        score,
        Streams(1, replication),
        acceptance=0.42,
        selectivity=selectivity,
        popularity=popularity,
        score_share=score_share,
    )
    return said.reshape(n, n).astype(np.float64)


def between(table: np.ndarray) -> float:
    """Share of the variance of answers that lies between rows (analysis of variance)."""
    columns = table.shape[1]
    within = table.var(axis=1, ddof=1).mean()
    spread = max(table.mean(axis=1).var(ddof=1) - within / columns, 0)
    return float(spread / (spread + within))


@pytest.mark.elsewhere
def test_the_share_accepted_is_the_acceptance_on_average() -> None:
    level = np.mean([answers(r).mean() for r in range(60)])
    assert level == pytest.approx(0.42, abs=0.02)


def test_answers_vary_between_those_who_answer_and_those_who_ask_as_measured() -> None:
    tables = [answers(r, score_share=0.0) for r in range(30)]
    assert np.mean([between(t.T) for t in tables]) == pytest.approx(0.21, abs=0.03)
    assert np.mean([between(t) for t in tables]) == pytest.approx(0.17, abs=0.03)


def test_without_differences_between_people_answers_vary_as_independent_ones_do() -> None:
    tables = [answers(r, selectivity=0.0, popularity=0.0) for r in range(10)]
    assert np.mean([between(t) for t in tables]) < 0.01


def test_a_better_score_is_accepted_more_often() -> None:
    n = 20_000
    key = subkeys(4, np.arange(2 * n))
    score = np.linspace(0, 1, n)
    said = accept(key, np.arange(n), np.arange(n, 2 * n), score, Streams(2, 0), acceptance=0.45)
    assert said[n // 2 :].mean() > said[: n // 2].mean() + 0.05
    assert said.mean() == pytest.approx(0.45, abs=0.015)


def test_nobody_or_everybody_accepts_at_the_ends() -> None:
    key, who = subkeys(4, np.arange(6)), np.arange(3)
    for level in (0.0, 1.0):
        said = accept(key, who, who + 3, np.ones(3), Streams(2, 0), acceptance=level)
        assert said.tolist() == [bool(level)] * 3


def test_another_request_leaves_the_draws_of_the_others() -> None:
    key, who = subkeys(4, np.arange(200)), np.arange(99)
    equal = np.ones(99)  # equal scores: the threshold does not move
    few = accept(key, who[:-1], who[:-1] + 100, equal[:-1], Streams(2, 0), acceptance=0.4)
    more = accept(key, who, who + 100, equal, Streams(2, 0), acceptance=0.4)
    assert np.array_equal(few, more[:-1])


@pytest.mark.parametrize("acceptance", [0.1, 0.42, 0.5, 0.9])
@pytest.mark.parametrize("latent", [0.05, 0.3, 0.7])
def test_the_latent_share_gives_back_the_share_of_answers(acceptance: float, latent: float) -> None:
    from scipy.special import ndtri
    from scipy.stats import multivariate_normal

    cut = float(ndtri(acceptance))
    joint = float(multivariate_normal([0, 0], [[1, latent], [latent, 1]]).cdf([cut, cut]))
    share = (joint - acceptance**2) / (acceptance * (1 - acceptance))
    assert latent_share(share, acceptance) == pytest.approx(latent, abs=2e-4)


def test_the_cut_is_that_of_halving_alone_to_the_last_bit() -> None:
    rng = np.random.default_rng(3)
    for acceptance in (1e-12, 1e-3, *rng.uniform(0.05, 0.95, 20), 0.999):
        pull, rest = rng.normal(0, rng.uniform(0, 0.5), rng.integers(1, 200)), rng.uniform(0.05, 1)
        low, high = -10.0, 10.0
        for _ in range(50):
            middle = (low + high) / 2
            share = float(normal_cdf((pull - middle) / np.sqrt(rest)).mean())
            low, high = (low, middle) if share < acceptance else (middle, high)
        assert _threshold(pull, rest, acceptance) == (low + high) / 2


def test_shares_that_leave_nothing_to_chance_are_refused() -> None:
    key, who = subkeys(4, np.arange(6)), np.arange(3)
    with pytest.raises(ValueError, match="nothing to chance"):
        accept(key, who, who + 3, np.ones(3), Streams(2, 0), acceptance=0.5, selectivity=0.6, popularity=0.6)
    with pytest.raises(ValueError, match="acceptance must lie"):
        accept(key, who, who + 3, np.ones(3), Streams(2, 0), acceptance=1.5)
