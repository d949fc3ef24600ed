#!/bin/sh
# Says in one line what the Python named as the first argument lacks, and the command that brings it.

lacks() {
    echo "make: $1" >&2
    exit 1
}

command -v "$1" >/dev/null ||
    lacks "there is no $1: apt-get install python3 python3-venv"
"$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
    lacks "$("$1" --version 2>&1) is too old, 3.11 is needed: make PYTHON=python3.11, or any newer one"
"$1" -c 'import ensurepip, venv' 2>/dev/null ||
    lacks "$1 cannot make a virtual environment: apt-get install python3-venv"
