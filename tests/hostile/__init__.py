"""Hostile files (恶意或损坏的文件): every way in which a submitted file can lie, made from a real roster."""
