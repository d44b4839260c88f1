"""The commands of `colsim`, one file per subject; imported only as far as `--help` needs."""
