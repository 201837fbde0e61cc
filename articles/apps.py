from django.apps import AppConfig
from django.db.models.signals import post_migrate


class ArticlesConfig(AppConfig):
    name = "articles"
    verbose_name = "Intake"

    def ready(self) -> None:
        from articles.events import renumber

        post_migrate.connect(renumber, sender=self, dispatch_uid="articles.renumber")
