"""Letters by e-mail: sent once, tried again, and what comes back of them."""
