"""The admin's look: its name, its menu and its files."""

from django.templatetags.static import static
from django.urls import reverse_lazy

UNFOLD = {
    "SITE_TITLE": "Plumbline",
    "SITE_HEADER": "Plumbline",
    "SITE_SUBHEADER": "Claims and verdicts",
    "SITE_SYMBOL": "straighten",
    "SITE_URL": "/",
    "SITE_FAVICONS": [
        {
            "rel": "icon",
            "type": "image/svg+xml",
            "href": lambda request: static("plumbline.svg"),
        }
    ],
    "SHOW_HISTORY": False,
    "SHOW_VIEW_ON_SITE": True,
    "DASHBOARD_CALLBACK": "claims.admin.home.dashboard",
    "STYLES": [lambda request: static("desk.css"), lambda request: static("desk-bench.css")],
    "SCRIPTS": [
        lambda request: static("desk.js"),
        lambda request: static("desk-reach.js"),
        lambda request: static("desk-keys.js"),
        lambda request: static("desk-draft.js"),
        lambda request: static("desk-passage.js"),
        lambda request: static("desk-presence.js"),
        lambda request: static("desk-notes.js"),
        lambda request: static("desk-import.js"),
    ],
    "ACCOUNT": {
        "navigation": [
            {"title": "My account", "link": reverse_lazy("account:page")},
            {"title": "Change password", "link": reverse_lazy("admin:password_change")},
        ],
    },
    "SIDEBAR": {
        "show_search": False,
        "show_all_applications": False,
        "navigation": [
            {
                "title": "Desk",
                "items": [
                    {
                        "title": "Today",
                        "icon": "today",
                        "link": reverse_lazy("admin:index"),
                    },
                    {
                        "title": "My notifications",
                        "icon": "notifications",
                        "link": reverse_lazy("admin:claims_notification_changelist"),
                        "badge": "claims.admin.notifications.unread_size",
                        "permission": lambda request: request.user.has_perm("claims.view_claim"),
                    },
                    {
                        "title": "Queue",
                        "icon": "checklist",
                        "link": reverse_lazy("admin:claims_claim_changelist"),
                        "permission": lambda request: request.user.has_perm("claims.view_claim"),
                    },
                    {
                        "title": "Matches",
                        "icon": "join_inner",
                        "link": reverse_lazy("admin:claims_match_changelist"),
                        "permission": lambda request: request.user.has_perm("claims.view_match"),
                    },
                    {
                        "title": "Verdicts",
                        "icon": "gavel",
                        "link": reverse_lazy("admin:claims_verdict_changelist"),
                        "permission": lambda request: request.user.has_perm("claims.view_verdict"),
                    },
                    {
                        "title": "Verdicts elsewhere",
                        "icon": "travel_explore",
                        "link": reverse_lazy("admin:claims_externalverdict_changelist"),
                        "permission": lambda request: request.user.has_perm(
                            "claims.view_externalverdict"
                        ),
                    },
                    {
                        "title": "Their sources",
                        "icon": "rss_feed",
                        "link": reverse_lazy("admin:claims_reviewsource_changelist"),
                        "permission": lambda request: request.user.has_perm(
                            "claims.view_reviewsource"
                        ),
                    },
                    {
                        "title": "Whom we believe",
                        "icon": "verified",
                        "link": reverse_lazy("admin:claims_reviewpublisher_changelist"),
                        "permission": lambda request: request.user.has_perm(
                            "claims.view_reviewpublisher"
                        ),
                    },
                    {
                        "title": "Claimants",
                        "icon": "record_voice_over",
                        "link": reverse_lazy("admin:claims_claimant_changelist"),
                        "permission": lambda request: request.user.has_perm("claims.view_claimant"),
                    },
                ],
            },
            {
                "title": "Intake",
                "items": [
                    {
                        "title": "Articles",
                        "icon": "newspaper",
                        "link": reverse_lazy("admin:articles_article_changelist"),
                        "permission": lambda request: request.user.has_perm(
                            "articles.view_article"
                        ),
                    },
                    {
                        "title": "Imports",
                        "icon": "upload_file",
                        "link": reverse_lazy("admin:articles_import_changelist"),
                        "permission": lambda request: request.user.has_perm("articles.view_import"),
                    },
                    {
                        "title": "Links",
                        "icon": "link",
                        "link": reverse_lazy("admin:articles_link_changelist"),
                        "permission": lambda request: request.user.has_perm("articles.view_link"),
                    },
                    {
                        "title": "Feeds",
                        "icon": "dynamic_feed",
                        "link": reverse_lazy("admin:articles_feed_changelist"),
                        "permission": lambda request: request.user.has_perm("articles.view_feed"),
                    },
                    {
                        "title": "Outlets",
                        "icon": "apartment",
                        "link": reverse_lazy("admin:articles_outlet_changelist"),
                        "permission": lambda request: request.user.has_perm("articles.view_outlet"),
                    },
                ],
            },
            {
                "title": "Settings",
                "separator": True,
                "items": [
                    {
                        "title": "Rating scales",
                        "icon": "linear_scale",
                        "link": reverse_lazy("admin:claims_ratingscale_changelist"),
                        "permission": lambda request: request.user.has_perm(
                            "claims.change_ratingscale"
                        ),
                    },
                    {
                        "title": "Matching",
                        "icon": "tune",
                        "link": reverse_lazy("admin:claims_matchingsettings_changelist"),
                        "permission": lambda request: request.user.has_perm("claims.tune_matching"),
                    },
                    {
                        "title": "Users",
                        "icon": "group",
                        "link": reverse_lazy("admin:auth_user_changelist"),
                        "permission": lambda request: request.user.has_perm("auth.view_user"),
                    },
                    {
                        "title": "API keys",
                        "icon": "key",
                        "link": reverse_lazy("admin:claims_apikey_changelist"),
                        "permission": lambda request: request.user.has_perm("claims.view_apikey"),
                    },
                    {
                        "title": "Webhooks",
                        "icon": "webhook",
                        "link": reverse_lazy("admin:claims_webhookendpoint_changelist"),
                        "permission": lambda request: request.user.has_perm(
                            "claims.view_webhookendpoint"
                        ),
                    },
                    {
                        "title": "Events",
                        "icon": "history",
                        "link": reverse_lazy("admin:articles_event_changelist"),
                        "permission": lambda request: request.user.has_perm("articles.view_event"),
                    },
                ],
            },
        ],
    },
}
