"""Google's Fact Check Tools API over the desk's own verdicts, so that its clients work here.

The specification is `factchecktools.v1alpha1.json`: names, types and places as in Google's
discovery document, without its prose. Parameters and field masks are read from it.
"""
