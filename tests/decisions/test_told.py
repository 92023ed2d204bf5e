"""How differences are told: what is real, with a sign, in a table that fits."""

from __future__ import annotations

from math import nan

from sim.decisions.told import fitting, is_real, negated, paragraphs, parts, short_names, signed, valued
from sim.statistics.intervals import Estimate


def test_a_difference_is_real_if_its_interval_leaves_nothing_out_but_zero() -> None:
    assert is_real(Estimate(2, 0.5, 3.5, 1, 9, 8))
    assert is_real(Estimate(-2, -3.5, -0.5, 1, 9, 8))
    assert not is_real(Estimate(2, 0.0, 4.0, 1, 9, 8))  # it reaches 0
    assert not is_real(Estimate(-2, -4.0, 0.0, 1, 9, 8))
    assert is_real(Estimate(2, nan, nan, 0, 6, 0))  # the same in all, and not 0
    assert is_real(Estimate(-2, nan, nan, 0, 9, 0))
    assert not is_real(Estimate(2, nan, nan, 0, 5, 0))  # that of one sign comes by chance in 2 of 32
    assert not is_real(Estimate(2, nan, nan, 0, 2, 0))
    assert not is_real(Estimate(0, nan, nan, 0, 9, 0))
    assert not is_real(Estimate(2, nan, nan, 1, 9, 2))  # too few differ
    assert not is_real(Estimate(2, nan, nan, nan, 1, 0))  # one replication
    turned = negated(Estimate(2, 0.5, 3.5, 1, 9, 8))
    assert (turned.mean, turned.low, turned.high) == (-2, -3.5, -0.5)


def test_differences_have_a_sign_and_shares_differ_by_points() -> None:
    assert parts(Estimate(0.05, 0.03, 0.07, 0.1, 9, 8), "share") == ("+5.0", "± 2.0", "points")
    assert signed(Estimate(-38, -47, -29, 9, 9, 8), "meetings") == "−38 ± 9 meetings"
    assert signed(Estimate(2, nan, nan, 1, 9, 2), "meetings") == "+2 (2 of 9 differ) meetings"
    assert signed(Estimate(10, 3, 33, 9, 9, 8), "meetings") == "+10 (3 to 33) meetings"
    assert valued(Estimate(0.3, 0.25, 0.4, 0.1, 9, 8), "share") == ("30", "(25 to 40)", "%")


def test_paths_are_called_by_their_last_keys_unless_two_end_alike() -> None:
    assert short_names(["a.tables", "b.policy"]) == ("tables", "policy")
    assert short_names(["a.tables", "b.tables", "c.staff"]) == ("a.tables", "b.tables", "staff")


def test_a_table_that_is_too_wide_folds_its_names_and_then_becomes_lines_with_its_heads() -> None:
    rows = [("booth", "staff", ""), ("x" * 30, "4", ""), ("y", "5", "real")]
    assert fitting(rows, "<>>", 60, heads=1)[0].split() == ["booth", "staff"]
    assert fitting([(f"{'long ' * 9}name", "1"), ("y", "2")], "<>", 39) == [
        "  long long long long long long long  1",
        "    long long name",
        "  y                                   2",
    ]
    assert fitting(rows, "<>>", 24, heads=1) == [
        "  " + "x" * 20,
        "    " + "x" * 10,
        "      staff 4",
        "  y",
        "      staff 5 real",
    ]
    assert fitting([], "<>", 40) == []
    assert paragraphs(["one two", "three"], 7) == ["one two", "three"]
    assert paragraphs(["once twice"], 8) == ["once", "  twice"]
