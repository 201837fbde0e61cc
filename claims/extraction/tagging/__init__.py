"""Which words are source, cue and content: a small trained network over the parse."""
