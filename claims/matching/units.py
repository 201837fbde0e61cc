"""Units, currencies and periods: how they are written and which are the same."""

from .tables import words

MONEY = {
    "$": "$", "us$": "US$", "a$": "A$", "au$": "A$", "c$": "C$", "ca$": "C$", "hk$": "HK$",
    "nz$": "NZ$", "s$": "S$", "r$": "R$", "€": "€", "£": "£", "¥": "¥", "₹": "₹", "₽": "₽",
    "₩": "₩", "₺": "₺", "₴": "₴", "₪": "₪", "₦": "₦",
}  # fmt: skip

# From how much on these are money: nobody has a million pounds of weight.
CURRENCY_WORDS = {"£": 10**6, "₩": 1000}
_MONEY_WORDS = {
    "dollars dollar": "$", "euros euro": "€", "pounds pound": "£", "yen": "¥",
    "rupees rupee": "₹", "roubles rouble rubles ruble": "₽", "won": "₩", "lira liras": "₺",
    "hryvnia hryvnias": "₴", "shekels shekel": "₪", "naira": "₦", "yuan renminbi": "yuan",
    "francs franc": "francs", "pesos peso": "pesos", "kronor kroner krona krone": "kronor",
    "reais": "R$", "rand": "rand", "cents cent": "cents", "pence": "pence", "usd": "US$",
    "eur": "€", "gbp": "£",
}  # fmt: skip
_PERCENT = {
    ("%",): ("percent", "%"),
    ("percent",): ("percent", "%"),
    ("pct",): ("percent", "%"),
    ("per", "cent"): ("percent", "%"),
    ("%", "points"): ("points", "percentage points"),
    ("percentage", "points"): ("points", "percentage points"),
    ("percentage", "point"): ("points", "percentage points"),
    ("a", "percentage", "point"): ("points", "percentage points"),
    ("pp",): ("points", "percentage points"),
    ("basis", "points"): ("points", "basis points"),
    ("bps",): ("points", "basis points"),
    ("times",): ("multiple", "times"),
}
_MEASURES = {
    "km": "km kilometres kilometers kilometre kilometer",
    "m": "m metres meters metre meter",
    "cm": "cm centimetres centimeters centimetre centimeter",
    "mm": "mm millimetres millimeters millimetre millimeter",
    "miles": "miles mile", "feet": "feet foot ft", "inches": "inches inch", "yards": "yards yard",
    "acres": "acres acre", "hectares": "hectares hectare ha",
    "kg": "kg kilograms kilogram kilogrammes kilos kilo", "g": "grams gram grammes g",
    "mg": "mg milligrams", "tonnes": "tonnes tonne", "tons": "tons ton",
    "pounds": "lb lbs", "ounces": "ounces ounce oz", "stone": "stone",
    "litres": "litres liters litre liter", "gallons": "gallons gallon",
    "barrels": "barrels barrel bpd", "seconds": "seconds second", "minutes": "minutes minute",
    "hours": "hours hour", "days": "days day", "weeks": "weeks week", "months": "months month",
    "years": "years year", "decades": "decades decade", "centuries": "centuries",
    "nights": "nights night", "mph": "mph", "kph": "kph kmh",
    "kW": "kw kilowatts", "MW": "mw megawatts", "GW": "gw gigawatts", "watts": "watts",
    "degrees": "degrees degree °",
}  # fmt: skip
_COMPOUND = {
    ("°", "c"): "°C", ("degrees", "celsius"): "°C", ("degrees", "c"): "°C", ("c",): "°C",
    ("celsius",): "°C", ("°", "f"): "°F", ("degrees", "fahrenheit"): "°F", ("f",): "°F",
    ("degrees", "f"): "°F", ("fahrenheit",): "°F", ("km", "/", "h"): "kph",
    ("miles", "per", "hour"): "mph", ("square", "miles"): "square miles",
    ("square", "kilometres"): "km^2", ("square", "kilometers"): "km^2", ("km", "^", "2"): "km^2",
    ("square", "metres"): "m^2", ("square", "meters"): "m^2", ("m", "^", "2"): "m^2",
    ("square", "feet"): "square feet",
}  # fmt: skip

#: How a unit is written, as tokens -> its kind and its name.
UNITS: dict[tuple[str, ...], tuple[str, str]] = {
    **{(w,): ("money", name) for words, name in _MONEY_WORDS.items() for w in words.split()},
    **{(w,): ("measure", name) for name, words in _MEASURES.items() for w in words.split()},
    **{words: ("measure", name) for words, name in _COMPOUND.items()},
    **_PERCENT,
}
TIME_UNITS = words("seconds minutes hours days weeks months years decades centuries")
#: Of these "3m" counts millions and measures no metres.
MAGNITUDE_NOUNS = words(
    """people voters jobs homes households children adults workers users customers doses vehicles
    cars tonnes tons barrels litres euros pounds dollars"""
)
PERIODS = {
    "daily": "day", "hourly": "hour", "weekly": "week", "monthly": "month", "annually": "year",
    "annual": "year", "yearly": "year", "nightly": "night", "quarterly": "quarter",
}  # fmt: skip
