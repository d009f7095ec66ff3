"""Chapters and labs as pages that need neither kernel nor network: ``python -m tools.site site notebooks/*.ipynb``."""
