"""What each page shows, as a function from an open connection to a record that a template prints."""
