"""Facts in, findings out: the rules, what they may ask, and the policy over them."""
