#!/bin/sh
# Installs the programs that tests start and this machine lacks: as root, and where there is apt. Otherwise, or where
# a package cannot be had, the tests that need it are skipped by name, and fail in CI.

missing=$(python tests/programs.py) || exit
[ -n "$missing" ] || exit 0
if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
    echo "Missing: apt-get install" $missing
    exit 0
fi

export DEBIAN_FRONTEND=noninteractive
apt-get -qq update
for package in $missing; do    # one by one, so that one which a release lacks does not keep out the others
    apt-get -qq install --no-install-recommends "$package" >/dev/null || echo "Could not install $package" >&2
done
