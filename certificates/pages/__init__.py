"""Certificates as pages: the holder's wallet and data, the officer's desk, and verifying for everybody."""
