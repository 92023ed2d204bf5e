from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.matchmaking import Profiles, Reference, Scores, affinity, pair_keys
from sim.streams import Streams, subkeys
from tests.matchmaking.cases import crowd

STREAMS = Streams(5, 0)


def all_pairs(n: int) -> tuple[np.ndarray, np.ndarray]:
    a, b = np.triu_indices(n, 1)
    return a, b


def scored(quality: float, n: int = 160) -> tuple[np.ndarray, np.ndarray]:
    """Affinities and scores of all pairs of a crowd, the reference being another crowd's."""
    others, _ = crowd([f"reference {i}" for i in range(120)])
    reference = Reference.of(affinity(others, *all_pairs(120)))
    profiles, key = crowd([f"p{i}" for i in range(n)])
    pairs = all_pairs(n)
    scores = Scores(profiles, key, quality, STREAMS, reference)
    return affinity(profiles, *pairs), scores.pairs(*pairs)


@pytest.mark.parametrize("quality", [0.0, 0.3, 0.7, 0.95])
def test_scores_correlate_with_affinity_by_the_profile_quality(quality: float) -> None:
    true, seen = scored(quality)
    assert np.corrcoef(true, seen)[0, 1] == pytest.approx(quality, abs=0.03)


def test_scores_are_distributed_as_affinity_is() -> None:
    true, seen = scored(0.5)
    shares = [0.1, 0.25, 0.5, 0.75, 0.9]
    assert np.allclose(np.quantile(seen, shares), np.quantile(true, shares), atol=0.03)


def test_scores_of_perfect_profiles_are_affinities() -> None:
    true, seen = scored(1.0)
    assert np.array_equal(true, seen)


def test_scores_nearly_are_affinities_when_profiles_are_nearly_perfect() -> None:
    true, seen = scored(0.99999)
    assert np.abs(true - seen).max() < 0.03


@given(st.floats(0, 1), st.floats(0, 1), st.floats(-40, 40))
def test_scores_lie_in_0_to_1_and_never_fall_with_affinity(low: float, high: float, noise: float) -> None:
    reference = Reference.logit_normal()
    low, high = min(low, high), max(low, high)
    seen = reference.blur(np.array([low, high]), np.array([noise, noise]), 0.8)
    assert 0 <= seen[0] <= seen[1] + 1e-12
    assert seen[1] <= 1


def test_one_participant_more_leaves_all_other_scores_bit_for_bit() -> None:
    reference = Reference.logit_normal()
    names = [f"p{i}" for i in range(20)]
    few, key = crowd(names)
    before = Scores(few, key, 0.6, STREAMS, reference).pairs(*all_pairs(20))
    more, longer = crowd(["newcomer", *names])
    a, b = all_pairs(20)
    after = Scores(more, longer, 0.6, STREAMS, reference).pairs(a + 1, b + 1)
    assert np.array_equal(before, after)


def test_a_pair_has_one_score_whichever_way_it_is_named() -> None:
    profiles, key = crowd([f"p{i}" for i in range(12)])
    scores = Scores(profiles, key, 0.6, STREAMS, Reference.logit_normal())
    a, b = all_pairs(12)
    assert np.allclose(scores.pairs(a, b), scores.pairs(b, a), atol=1e-14)
    rows, columns = np.array([3, 1]), np.array([0, 7, 9])
    block = scores.matrix(rows, columns)
    assert np.allclose(block.ravel(), scores.pairs(np.repeat(rows, 3), np.tile(columns, 2)), atol=1e-12)


def test_pairs_have_different_keys() -> None:
    key = subkeys(1, np.arange(200))
    a, b = all_pairs(200)
    assert len(np.unique(pair_keys(key[a], key[b]))) == len(a)
    assert np.array_equal(pair_keys(key[a], key[b]), pair_keys(key[b], key[a]))


def test_the_reference_keeps_the_moments_of_its_sample() -> None:
    sample = np.random.default_rng(1).beta(0.6, 3.0, 4000)
    reference = Reference.of(sample)
    assert reference.mean == pytest.approx(sample.mean(), abs=0.003)
    assert reference.sd == pytest.approx(sample.std(), abs=0.005)


@pytest.mark.parametrize("quality", [0.25, 0.6, 0.9])
def test_the_quality_is_met_to_a_hundredth_however_skewed_affinity_is(quality: float) -> None:
    random = np.random.default_rng(4)
    sample = random.beta(0.2, 3.0, 200_000)  # a latent correlation of 0.6 would give 0.53
    reference = Reference.of(sample)
    seen = reference.blur(sample, random.normal(size=len(sample)), reference.latent(quality))
    assert np.corrcoef(seen, sample)[0, 1] == pytest.approx(quality, abs=0.01)


def test_a_share_of_pairs_without_affinity_does_not_break_the_blur() -> None:
    sample = np.maximum(np.random.default_rng(1).normal(0.1, 0.2, 4000), 0).clip(0, 1)
    reference = Reference.of(sample)
    noise = np.random.default_rng(2).normal(size=4000)
    seen = reference.blur(sample, noise, reference.latent(0.7))
    assert np.corrcoef(seen, sample)[0, 1] == pytest.approx(0.7, abs=0.05)


def test_a_reference_of_equal_values_is_refused() -> None:
    with pytest.raises(ValueError, match="two different"):
        Reference.of(np.full(9, 0.3))


def test_a_quality_out_of_range_is_refused() -> None:
    profiles, key = crowd(["a", "b"])
    with pytest.raises(ValueError, match="quality"):
        Scores(profiles, key, 1.2, STREAMS, Reference.logit_normal())


def test_scores_need_a_key_for_each_profile() -> None:
    profiles: Profiles
    profiles, key = crowd(["a", "b"])
    with pytest.raises(ValueError, match="key"):
        Scores(profiles, key[:1], 0.5, STREAMS, Reference.logit_normal())
