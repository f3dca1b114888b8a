"""Certificates as pages: the holder's wallet and data, the officer's desk, and verifying for everybody."""

from certificates.pages import consents, desk, my_data, presenting, verify, wallet

__all__ = ["consents", "desk", "my_data", "presenting", "verify", "wallet"]
