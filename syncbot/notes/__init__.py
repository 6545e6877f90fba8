"""Meeting notes in, action points and decisions out: pure, explainable, without a network."""
