"""As every page of the desk writes them."""

DATE_FORMAT = "j F Y"
DATETIME_FORMAT = SHORT_DATETIME_FORMAT = "Y-m-d H:i"
