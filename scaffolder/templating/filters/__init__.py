"""The language's own filters by what they work on. Each takes the value, the arguments and the budget."""
