"""The parts of make_county.py."""
