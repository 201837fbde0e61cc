from django.apps import AppConfig
from django.db.backends.signals import connection_created
from django.db.models.signals import post_migrate


class ClaimsConfig(AppConfig):
    name = "claims"
    verbose_name = "Desk"

    def ready(self) -> None:
        from articles.signals import article_stored
        from claims.desk.roles import sync_roles
        from claims.matching.connection import widen_search
        from claims.waking import wake_worker

        article_stored.connect(wake_worker, dispatch_uid="claims.wake_worker")
        connection_created.connect(widen_search, dispatch_uid="claims.widen_search")
        post_migrate.connect(sync_roles, dispatch_uid="claims.sync_roles")
