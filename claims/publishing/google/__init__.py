"""Google's Fact Check Tools API over the desk's own verdicts, so that its clients work here.

The specification is Google's discovery document, `factchecktools.v1alpha1.json`, as
google-api-python-client 2 (Apache-2.0) ships it: parameters and field masks are read from it.
"""
