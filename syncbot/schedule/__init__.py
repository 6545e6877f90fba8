"""What is due at a moment, and what a late run is still worth: decided from calendars, the clock and what was done."""
