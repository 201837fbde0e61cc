from rest_framework.routers import SimpleRouter

from articles.api.imports import ImportViewSet
from articles.api.links import LinkViewSet
from articles.api.views import ArticleViewSet, OutletViewSet

router = SimpleRouter()
router.register("articles", ArticleViewSet, "article")
router.register("imports", ImportViewSet, "import")
router.register("links", LinkViewSet, "link")
router.register("outlets", OutletViewSet, "outlet")
