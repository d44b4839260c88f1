"""Questions of those who decide, answered from many lives: which to take, what if, how surely."""
