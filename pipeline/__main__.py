"""``python -m pipeline`` is ``countyfacts``."""

from pipeline.cli.main import main

if __name__ == "__main__":
    main()
