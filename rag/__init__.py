"""Question to answer: understand, retrieve, pick, compose, verify."""
