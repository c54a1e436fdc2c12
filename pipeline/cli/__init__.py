"""The command line: each command parses its arguments and hands them to a function that does the work."""
