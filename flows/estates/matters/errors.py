"""What is wrong with something asked of a matter."""
