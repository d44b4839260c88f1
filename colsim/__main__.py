"""`python -m colsim`: the command line, where `colsim` itself is not on the path."""

from colsim.cli import main

if __name__ == "__main__":
    main()
