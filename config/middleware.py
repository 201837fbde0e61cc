"""The Content-Security-Policy: strict for the public, what Unfold needs in the admin."""

from csp.middleware import CSPMiddleware
from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase


class ContentSecurityPolicyMiddleware(CSPMiddleware):
    """django-csp, with `ADMIN_CSP_UPDATE` in force below `/admin/` and `/api/docs/`."""

    LOOSER = ("/admin/", "/api/docs/")

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        if request.path.startswith(self.LOOSER):
            response._csp_replace = settings.ADMIN_CSP_UPDATE  # type: ignore[attr-defined]
        return super().process_response(request, response)
