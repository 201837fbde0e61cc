from rest_framework.routers import SimpleRouter

from articles.api.views import ArticleViewSet, OutletViewSet

router = SimpleRouter()
router.register("articles", ArticleViewSet, "article")
router.register("outlets", OutletViewSet, "outlet")
