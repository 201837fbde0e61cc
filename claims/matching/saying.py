"""Numbers as an editor reads them: "more than 3%", "$2.5 million", "two thirds"."""

from decimal import Decimal

from .numbers import Quantity

LARGE = ((10**12, "trillion"), (10**9, "billion"), (10**6, "million"))
SHARES = {
    (1, 2): "half", (1, 3): "a third", (2, 3): "two thirds", (1, 4): "a quarter",
    (3, 4): "three quarters",
}  # fmt: skip


def said(quantity: Quantity) -> str:
    """`quantity` with its bound and its unit."""
    value = _valued(quantity)
    return f"{quantity.bound} {value}".strip()


def _valued(quantity: Quantity) -> str:
    figures = _figures(quantity.value)
    if quantity.high is not None and quantity.kind != "share":
        figures = f"{figures}–{_figures(quantity.high)}"
    match quantity.kind:
        case "percent":
            return f"{figures}%"
        case "money" if len(quantity.unit) < 4:
            return f"{quantity.unit}{figures}"
        case "share":
            return _share(quantity.value, quantity.high)
        case "ordinal":
            return f"number {figures}"
        case "multiple":
            return f"{figures} times"
        case "vague":
            return f"{figures}s"
        case "time":
            return figures.replace(".", ":")
    return f"{figures} {quantity.unit}".strip()


def _share(value: Decimal, whole: Decimal | None) -> str:
    if whole is not None:
        return f"{_figures(round(value * whole, 0))} in {_figures(whole)}"
    for (top, parts), words in SHARES.items():
        if round(value, 6) == round(Decimal(top) / parts, 6):
            return words
    return f"{_figures(round(value * 100, 1))} in 100"


def _figures(value: Decimal) -> str:
    for size, name in LARGE:
        if abs(value) >= size and value % (size // 1000) == 0:
            return f"{(value / size).normalize():f} {name}"
    return f"{value.normalize():,f}"
