"""From runs to plausible parameters: the chance of what was voiced, and the sampler."""
