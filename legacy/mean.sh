#!/bin/sh
# Prints sum and mean of column 5, the seconds, of the result lines in RESULT or in the files named as arguments.

: "${RESULT:=/tmp/RESULT.log}"
[ $# -gt 0 ] || set -- "$RESULT"

die() {
    echo "mean.sh: $1" >&2
    exit 1
}

for file do
    [ -r "$file" ] && [ ! -d "$file" ] || die "cannot read $file"
done

# A client whose column 5 is something else (tnftp 00:00, Windows, z/OS) is refused: awk would add it up as 0.
cat -- "$@" | LC_ALL=C awk '
function complain(text) { print "mean.sh: " text | "cat >&2" }

/^FTP-TEST / { headers++ }
/^[0-9]+ bytes? (received|sent) in / || /^[0-9]+ bytes transferred in .* second/ ||
/^EZA1617I [0-9]/ || /^[Ff][Tt][Pp] ?: [0-9]/ {
    seconds = $5
    sub(/,/, ".", seconds)    # a decimal comma
    if (seconds !~ /^-?[0-9.]+(e[-+]?[0-9]+)?$/ || $6 !~ /^sec/) {
        complain("column 5 is not in seconds: " $0)
        refused = 1
        exit
    }
    sum += seconds
    n++
}
END {
    if (refused) exit 1
    if (n == 0) { complain("no result line"); exit 1 }
    if (n < headers) complain((headers - n) " of " headers " downloads have no result line")
    print "Sum: ", sum, "Average: ", sum / n
}'
