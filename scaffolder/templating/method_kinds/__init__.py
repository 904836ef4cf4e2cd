"""The methods of each kind of value. Each function takes the value, the arguments and the budget."""
