"""Speed and memory of a whole county, side by side with what people write today."""
