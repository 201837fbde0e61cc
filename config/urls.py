from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("admin/", admin.site.urls),
    path("api/", include("config.api")),
]

handler404 = "config.api.page_not_found"
handler500 = "config.api.server_error"
