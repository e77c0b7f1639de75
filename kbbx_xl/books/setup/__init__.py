"""Setting up a county (开县): the settings workbook, the policy workbook, and what follows from them."""
