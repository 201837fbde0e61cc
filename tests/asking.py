"""What the tests of the API share: who asks, and what an answer says."""

from rest_framework.test import APIClient


def client_of(user):
    client = APIClient()
    client.force_login(user)
    return client


def client_with(secret):
    """A program with an API key."""
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Token {secret}")
    return client


def errors(response):
    """Of a problem document: its status, and its (field, code) pairs."""
    assert response["Content-Type"] == "application/problem+json"
    return response.status_code, [(e["field"], e["code"]) for e in response.json()["errors"]]


def refusal(response):
    """Of a problem document: its status and code."""
    assert response["Content-Type"] == "application/problem+json"
    return response.status_code, response.json()["code"]


def ids(response):
    """Of a list: the ids of its rows, in its order."""
    assert response.status_code == 200, response.content
    return [row["id"] for row in response.json()["results"]]
