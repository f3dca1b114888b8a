"""The rule studio: a rule set as sentences, tried, changed in a draft, replayed and published for one world."""
