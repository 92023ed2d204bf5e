"""Elementary functions that give the same bits on every processor.

Sums, products, quotients and roots of doubles are rounded alike everywhere (IEEE 754), and so is whatever
is made of them in a fixed order. Logarithms and exponentials are not: NumPy, SciPy and the C library
choose code by the processor's instructions (AVX-512, FMA), and the results differ in the last place, which
is enough to turn a tie. What decides who meets whom is therefore taken from here: each function is a few
array operations in an order of its own, accurate to a few units in the last place.

Arguments are arrays or numbers; the result is a new array of doubles of the same shape.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Final

import numpy as np
import numpy.typing as npt

from sim.loops import have

__all__ = ["exp", "log", "normal_cdf", "normal_quantile", "power"]

FloatArray = npt.NDArray[np.float64]

_CHUNK: Final = 1 << 14  # numbers at a time: all intermediate arrays stay in the processor's cache

# The logarithm of 2 in two parts: the first has 32 bits, so that its product with an exponent is exact.
_LN2: Final = Decimal("0.693147180559945309417232121458176568")
_LN2_HIGH: Final = round(_LN2 * 2**32) / 2**32
_LN2_LOW: Final = float(_LN2 - Decimal(_LN2_HIGH))
_PER_LN2: Final = float(1 / _LN2)

_ROOT_HALF: Final = math.sqrt(0.5)
_ATANH: Final = [2 / (2 * k + 1) for k in range(9, 0, -1)]  # artanh's series, in s² for |s| < 0.172
_EXP: Final = [1 / math.factorial(k) for k in range(13, -1, -1)]  # its own series, for |x| < 0.347
_LEAST_EXPONENT: Final = -708.0  # less would underflow
_GREATEST_EXPONENT: Final = 709.0

_END: Final = 8.5  # standard deviations beyond which no double tells the distribution from 0 or 1
_SMALLEST: Final = 2.0**-1022


def _numbers(text: str) -> list[float]:
    return [float(word) for word in text.split()]


# Wichura, "Algorithm AS 241: The percentage points of the normal distribution" (1988), PPND16: numerator
# and denominator, highest power first, of the middle, of the tails, and of the far tails.
_CENTRE: Final = (
    _numbers("""2509.0809287301226727 33430.575583588128105 67265.770927008700853 45921.953931549871457
                13731.693765509461125 1971.5909503065514427 133.14166789178437745 3.3871328727963666080"""),
    _numbers("""5226.4952788528545610 28729.085735721942674 39307.895800092710610 21213.794301586595867
                5394.1960214247511077 687.18700749205790830 42.313330701600911252 1"""),
)
_TAIL: Final = (
    _numbers("""7.74545014278341407640e-4 2.27238449892691845833e-2 2.41780725177450611770e-1
                1.27045825245236838258 3.64784832476320460504 5.76949722146069140550
                4.63033784615654529590 1.42343711074968357734"""),
    _numbers("""1.05075007164441684324e-9 5.47593808499534494600e-4 1.51986665636164571966e-2
                1.48103976427480074590e-1 6.89767334985100004550e-1 1.67638483018380384940
                2.05319162663775882187 1"""),
)
_FAR: Final = (
    _numbers("""2.01033439929228813265e-7 2.71155556874348757815e-5 1.24266094738807843860e-3
                2.65321895265761230930e-2 2.96560571828504891230e-1 1.78482653991729133580
                5.46378491116411436990 6.65790464350110377720"""),
    _numbers("""2.04426310338993978564e-15 1.42151175831644588870e-7 1.84631831751005468180e-5
                7.86869131145613259100e-4 1.48753612908506148525e-2 1.36929880922735805310e-1
                5.99832206555887937690e-1 1"""),
)


def log(x: npt.ArrayLike) -> FloatArray:
    """The natural logarithm of finite numbers ≥ 0; -inf of 0."""
    return _each("log", _log, x)


def exp(x: npt.ArrayLike) -> FloatArray:
    """The exponential of finite numbers, which are taken as from -708 to 709: it is finite and above 0."""
    return _each("exp", _exp, x)


def power(base: FloatArray, exponent: float) -> FloatArray:
    """`base` > 0 to a power."""
    return exp(exponent * log(base))


def normal_quantile(u: npt.ArrayLike) -> FloatArray:
    """The standard normal deviate at each probability in [0, 1]; at the ends -inf and inf."""
    return _each("normal_quantile", _normal_quantile, u)


def normal_cdf(z: npt.ArrayLike) -> FloatArray:
    """The standard normal distribution function of finite numbers, to an absolute 1e-15.

    By the series of all odd powers, whose terms are all of one sign (Marsaglia, 2004).
    """
    return _in_chunks(_normal_cdf, z)


def _each(name: str, function: Callable[[FloatArray], FloatArray], x: npt.ArrayLike) -> FloatArray:
    """By the loop of this name, or else by array operations: the bits are the same."""
    code = have()
    if code is None:
        return _in_chunks(function, x)
    values = np.ascontiguousarray(x, dtype=np.float64)
    result = np.empty(np.shape(x))
    getattr(code, name)(values, values.size, result)
    return result


def _in_chunks(function: Callable[[FloatArray], FloatArray], x: npt.ArrayLike) -> FloatArray:
    values = np.asarray(x, dtype=np.float64)
    flat = values.ravel()
    result = np.empty(len(flat))
    for low in range(0, len(flat), _CHUNK):
        result[low : low + _CHUNK] = function(flat[low : low + _CHUNK])
    return result.reshape(values.shape)


def _polynomial(coefficients: Sequence[float], x: FloatArray) -> FloatArray:
    """The polynomial of these coefficients, highest power first, by Horner's rule."""
    value = x * coefficients[0]
    value += coefficients[1]
    for coefficient in coefficients[2:]:
        value *= x
        value += coefficient
    return value


def _log(x: FloatArray) -> FloatArray:
    # x = m 2^e with m about 1, and log m = 2 artanh s with s = (m - 1) / (m + 1)
    m, exponent = np.frexp(x)
    low = m < _ROOT_HALF
    m = np.where(low, 2 * m, m)
    e = (exponent - low).astype(np.float64)
    s = (m - 1) / (m + 1)
    square = s * s
    rest = _polynomial(_ATANH, square)
    rest *= square
    rest *= s
    rest += e * _LN2_LOW
    rest += 2 * s
    rest += e * _LN2_HIGH
    if not x.all():
        rest[x == 0] = -np.inf
    return rest


def _exp(x: FloatArray) -> FloatArray:
    # x = k log 2 + r
    x = np.clip(x, _LEAST_EXPONENT, _GREATEST_EXPONENT)
    k = np.rint(x * _PER_LN2)
    r = x - k * _LN2_HIGH
    r -= k * _LN2_LOW
    value: FloatArray = np.ldexp(_polynomial(_EXP, r), k.astype(np.int32))
    return value


def _normal_quantile(u: FloatArray) -> FloatArray:
    q = u - 0.5
    r = 0.180625 - q * q
    value = q * _polynomial(_CENTRE[0], r)
    value /= _polynomial(_CENTRE[1], r)
    tail = np.flatnonzero(r < 0)
    if len(tail):
        beyond = np.minimum(u[tail], 1 - u[tail])
        r = np.sqrt(-_log(np.maximum(beyond, _SMALLEST)))
        distance = _polynomial(_TAIL[0], r - 1.6) / _polynomial(_TAIL[1], r - 1.6)
        far = np.flatnonzero(r > 5)
        if len(far):
            r = r[far] - 5
            distance[far] = _polynomial(_FAR[0], r) / _polynomial(_FAR[1], r)
            distance[beyond <= 0] = np.inf
        value[tail] = np.copysign(distance, q[tail])
    return value


def _last(a: float) -> int:
    """The odd power up to which the series of `normal_cdf` still grows, of the greatest of its numbers.

    Of smaller ones it grows no longer than of that.
    """
    square = a * a
    term, total, odd = a, a, 1
    while term > 1e-18 * total:
        odd += 2
        term = term * square / odd
        total += term
    return odd


def _normal_cdf(z: FloatArray) -> FloatArray:
    a = np.minimum(np.abs(z), _END)
    with np.errstate(under="ignore"):  # of small deviates, whose later terms are nothing
        square = a * a
        density = _exp(-square / 2) / math.sqrt(2 * math.pi)
        term, total = a.copy(), a.copy()
        for odd in range(3, _last(float(a.max(initial=0.0))) + 2, 2):
            term *= square
            term /= odd
            total += term
        half = np.where(np.abs(z) >= _END, 0.5, np.minimum(density * total, 0.5))
    return 0.5 + np.copysign(half, z)
