from rest_framework.routers import SimpleRouter

from articles.api.links import LinkViewSet
from articles.api.views import ArticleViewSet

router = SimpleRouter()
router.register("articles", ArticleViewSet, "article")
router.register("links", LinkViewSet, "link")
