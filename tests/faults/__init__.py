"""What a fault may do to results: nothing but leave the old ones or the new ones, whole."""
