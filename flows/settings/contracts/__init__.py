"""Contracts with agencies, and the pools that choose among them."""
