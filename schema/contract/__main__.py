"""`python -m schema.contract [--check]`."""

import argparse
import sys

from schema.contract import write

parser = argparse.ArgumentParser(
    prog="python -m schema.contract", description="Generates frontend-contract/."
)
parser.add_argument("--check", action="store_true", help="write nothing; exit 1 on drift")
sys.exit(write(parser.parse_args().check))
