"""The staff workspace in the browser, and the JSON API."""
