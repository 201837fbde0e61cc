from django.urls import include, path

from claims.publishing import data_feed, downloads, embedding, feeds, views

urlpatterns = [
    path("", views.home, name="home"),
    path("claims/<slug:slug>/", views.claim_page, name="claim-page"),
    path("claims/<slug:slug>/card/", embedding.card, name="claim-card"),
    path("oembed", embedding.oembed, name="oembed"),
    path("corrections/", views.corrections, name="corrections"),
    path("claimreview.json", data_feed.claimreview_json, name="claimreview-feed"),
    path("dumps/", downloads.dumps, name="dumps"),
    path("dumps/<str:name>", downloads.download, name="dump"),
    path("feeds/verdicts.atom", feeds.verdicts_atom, name="verdict-feed"),
    path("", include("claims.publishing.google.urls")),
]
