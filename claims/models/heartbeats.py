"""Signs of life, kept in the database: the broker may be away."""

from django.db import models


class Heartbeat(models.Model):
    """When a part of the desk that runs by itself last did something."""

    name = models.CharField(max_length=20, unique=True)
    at = models.DateTimeField()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.name}, {self.at:%Y-%m-%d %H:%M:%S}"
