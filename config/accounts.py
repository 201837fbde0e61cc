"""Settings of accounts: passwords, lockout, second factor, sessions."""

from datetime import timedelta

from django.urls import reverse_lazy

from config.environment import PRODUCTION, env

AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = reverse_lazy("admin:login")
LOGIN_REDIRECT_URL = reverse_lazy("admin:index")

BEHIND_PROXY = env.bool("BEHIND_PROXY", False)
# How many of our own proxies append to X-Forwarded-For; what stands left of theirs is hearsay.
PROXY_COUNT = env.int("PROXY_COUNT", 1 if BEHIND_PROXY else 0)

AXES_FAILURE_LIMIT = env.int("LOCKOUT_TRIES", 5)
AXES_COOLOFF_TIME = timedelta(minutes=env.float("LOCKOUT_MINUTES", 15))
# By the name alone, anybody could keep an editor out of everywhere.
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
# The page says until when; tries in the meantime do not move that.
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_RESET_ON_SUCCESS = True
AXES_CLIENT_IP_CALLABLE = "articles.callers.client_address"
AXES_LOCKOUT_CALLABLE = "claims.admin.signing_in.locked_out"
AXES_DISABLE_ACCESS_LOG = True
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False

# Who must have a second factor; anybody may.
TOTP_ROLES = env.list("TOTP_ROLES", ["editor", "admin"] if PRODUCTION else [])
# Phones know the time; a code typed late would move the window away from the ones to come.
OTP_TOTP_SYNC = False
OTP_TOTP_ISSUER = env.str("PUBLISHER_NAME", "Plumbline")
