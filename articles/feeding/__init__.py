"""The feeds of outlets: asked by the clock, and what is new in them given to `articles.linking`."""
