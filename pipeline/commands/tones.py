"""HDR brought down to SDR: the curve of ITU-R BT.2390 as an expression for ffmpeg's `lutrgb`.

ffmpeg's own `tonemap` needs whole pictures in 32-bit float: 100 MB for each 4K picture, 790 MB for the process
(measured), where this needs 12-bit integers.
"""

WHITE = 203.0
"""HDR reference white in cd/m² (ITU-R BT.2408 §2.1): it becomes nearly the white of SDR."""

PEAK = 1000.0
"""The brightest that is told apart, in cd/m²: what HLG means (ITU-R BT.2100) and HDR10 is commonly mastered to."""

LEVELS = 4095
"""The white of the 12-bit picture that the curve is for. `lutrgb`'s own `maxval` is 4080, and it gives no more than
that: white becomes 234 of 235."""

_M1, _M2 = 2610 / 16384, 2523 / 4096 * 128
_C1, _C2, _C3 = 3424 / 4096, 2413 / 4096 * 32, 2392 / 4096 * 32


def pq(nits: float) -> float:
    """The PQ code, 0 to 1, of a luminance in cd/m² (SMPTE ST 2084 equation 5.2).

    >>> round(pq(203), 4)
    0.5807
    """
    power = (nits / 10000) ** _M1
    return ((_C1 + _C2 * power) / (1 + _C3 * power)) ** _M2


def sdr_expression() -> str:
    """From a full-range PQ code of `LEVELS` to a full-range SDR code, for each of red, green, blue.

    ITU-R BT.2390-10 §5.4.1: straight up to a knee (92 cd/m², above skin), then a Hermite spline that brings `PEAK` to
    white; shown by the display of ITU-R BT.1886 (gamma 2.4).
    """
    top = pq(PEAK)
    white = pq(WHITE) / top
    knee = 1.5 * white - 0.5
    code = f"st(0,min(val/{LEVELS}/{top:.9f},1))"
    along = f"st(1,max((ld(0)-{knee:.9f})/{1 - knee:.9f},0))"
    t1, t2, t3 = "ld(1)", "ld(1)*ld(1)", "ld(1)*ld(1)*ld(1)"
    spline = f"(2*{t3}-3*{t2}+1)*{knee:.9f}+({t3}-2*{t2}+{t1})*{1 - knee:.9f}+(3*{t2}-2*{t3})*{white:.9f}"
    mapped = f"st(2,pow(if(lt(ld(0),{knee:.9f}),ld(0),{spline})*{top:.9f},{1 / _M2:.12f}))"
    nits = f"10000*pow(max(ld(2)-{_C1:.12f},0)/({_C2:.12f}-{_C3:.12f}*ld(2)),{1 / _M1:.12f})"
    return f"{code};{along};{mapped};{LEVELS}*pow(min({nits}/{WHITE},1),{1 / 2.4:.12f})"
