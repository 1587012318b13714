"""Reports on letters and e-mail: what follows them, and what does not arrive."""
