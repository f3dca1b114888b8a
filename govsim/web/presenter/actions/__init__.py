"""What a presenter does with a show."""
