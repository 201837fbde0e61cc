from django.contrib import admin
from django.urls import include, path

from config import health

urlpatterns = [
    path("api/", include("config.api")),
    path("admin/", include("claims.admin.account_urls")),
    path("admin/", admin.site.urls),
    path("", include("claims.publishing.urls")),
    path("healthz", health.healthz),
    path("readyz", health.readyz),
    path("metrics", health.metrics),
]

handler404 = "config.errors.page_not_found"
handler500 = "config.errors.server_error"
