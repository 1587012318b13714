"""Reports on what is collected: from whom, after what, how soon, at which cost."""
