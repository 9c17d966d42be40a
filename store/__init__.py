"""What is true and what it costs. Never draws."""
