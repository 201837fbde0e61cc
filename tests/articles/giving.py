"""Links as the tests give them to the desk, and what the worker makes of them."""

from django.utils import timezone

from articles.linking.models import Host, Link
from articles.linking.tasks import fetch_links
from tests.asking import client_of
from tests.serving import Server


def give(by, *urls: str) -> list[dict]:
    answer = client_of(by).post("/api/v1/links/", {"urls": list(urls)})
    assert answer.status_code == 202, answer.content
    return answer.json()


def given(by, url: str) -> Link:
    give(by, url)
    return Link.objects.get(url=url)


def fetched(by, url: str) -> Link:
    """The link, when the worker is done with it."""
    link = given(by, url)
    fetch_links()
    link.refresh_from_db()
    return link


def due(link: Link) -> None:
    """Let the time come at which it is asked again."""
    Link.objects.filter(pk=link.pk).update(next_at=timezone.now())
    Host.objects.update(next_at=timezone.now())


def paths(site: Server) -> list[str]:
    return [one.path for one in site.asked]
