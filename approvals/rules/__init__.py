"""The rule engine: facts in, findings out. Everything here is pure: no Django, no clock, no database."""
