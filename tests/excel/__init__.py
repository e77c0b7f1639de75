"""Tests of the add-in, on an Excel without Excel."""
