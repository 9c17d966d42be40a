"""Measuring in engines: the same answers, to the digit, as a plain reading of the definitions."""
