from django.urls import include, path

from claims.publishing import feeds, views

urlpatterns = [
    path("", views.home, name="home"),
    path("claims/<slug:slug>/", views.claim_page, name="claim-page"),
    path("corrections/", views.corrections, name="corrections"),
    path("claimreview.json", feeds.claimreview_json, name="claimreview-feed"),
    path("feeds/verdicts.atom", feeds.verdicts_atom, name="verdict-feed"),
    path("", include("claims.publishing.google.urls")),
]
