"""Telling subscribers by webhook: who they are, what they are told, and the sending.

The outbox is the table of Events; docs/webhooks.md is the subscriber's page.
"""
