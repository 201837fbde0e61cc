from django.apps import AppConfig
from django.db.backends.signals import connection_created
from django.db.models.signals import post_migrate, post_save


class ClaimsConfig(AppConfig):
    name = "claims"
    verbose_name = "Desk"

    def ready(self) -> None:
        from axes.signals import user_locked_out
        from django.contrib.auth.signals import user_logged_in

        from articles.signals import (
            article_revised,
            article_stored,
            events_recorded,
            import_ended,
        )
        from claims.desk.reanchoring import appearances_reanchor
        from claims.desk.roles import sync_roles
        from claims.desk.searching import name_learn
        from claims.desk.sign_in import lockout_record, sign_in_record
        from claims.desk.webhooks.outbox import deliveries_make
        from claims.matching.connection import widen_search
        from claims.models import Claimant, ClaimantAlias
        from claims.waking import wake_after_import, wake_worker

        article_stored.connect(wake_worker, dispatch_uid="claims.wake_worker")
        article_revised.connect(appearances_reanchor, dispatch_uid="claims.reanchor")
        events_recorded.connect(deliveries_make, dispatch_uid="claims.deliveries_make")
        import_ended.connect(wake_after_import, dispatch_uid="claims.wake_after_import")
        connection_created.connect(widen_search, dispatch_uid="claims.widen_search")
        user_logged_in.connect(sign_in_record, dispatch_uid="claims.sign_in_record")
        user_locked_out.connect(lockout_record, dispatch_uid="claims.lockout_record")
        post_migrate.connect(sync_roles, sender=self, dispatch_uid="claims.sync_roles")
        for named in (Claimant, ClaimantAlias):
            post_save.connect(name_learn, sender=named, dispatch_uid=f"claims.learn.{named}")
