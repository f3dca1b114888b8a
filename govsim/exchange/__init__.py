"""What other departments know: registers, shared data, consent, and the log of who looked at what (domain.md B.18)."""
