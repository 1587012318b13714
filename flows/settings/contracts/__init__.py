"""What was agreed with agencies, and the pools that choose among them."""
