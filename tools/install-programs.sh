#!/bin/sh
# Brings the programs that tests start and this machine lacks. Clients, and the browser that opens reports, are
# installed: as root, and where there is apt. Servers are unpacked into .cache/servers, where nothing starts them and
# none is in the other's way; that needs no root, only a list of packages. Where a program cannot be had, the tests that
# need it are skipped by name, and fail in CI.

todo=$(python tests/programs.py) || exit
[ -n "$todo" ] || exit 0
packages() { echo "$todo" | sed -n "s/^$1 //p"; }    # install, unpack
root=$([ "$(id -u)" -ne 0 ] || echo yes)

# The server and those of its libraries that are not installed here.
unpack() {  # PACKAGE
    wanted=$(apt-get -s --no-install-recommends install "$1" |
        awk -v server="$1" '$1 == "Inst" && ($2 == server || $2 ~ /^lib/) { print $2 }')
    [ -n "$wanted" ] || return
    folder=$PWD/.cache/servers/$1
    rm -rf "$folder".part && mkdir -p "$folder".part/debs || return
    (
        cd "$folder".part/debs &&
        apt-get -qq -o APT::Sandbox::User="$(id -un)" download $wanted &&
        for deb in *.deb; do dpkg -x "$deb" .. || exit; done
    ) && rm -rf "$folder".part/debs "$folder" && mv "$folder".part "$folder"
}

if ! command -v apt-get >/dev/null; then
    echo "Missing:" $(packages install) $(packages unpack)
    exit 0
fi
export DEBIAN_FRONTEND=noninteractive
[ -z "$root" ] || apt-get -qq update
if [ -n "$root" ]; then
    for package in $(packages install); do    # one by one, so that one which a release lacks does not keep out the others
        apt-get -qq install --no-install-recommends "$package" >/dev/null || echo "Could not install $package" >&2
    done
elif [ -n "$(packages install)" ]; then
    echo "Missing: apt-get install" $(packages install)
fi
for package in $(packages unpack); do
    unpack "$package" || echo "Could not unpack $package" >&2
done
