#!/bin/sh
# Downloads FILE from SERVER, TIMES times, and logs what the FTP client prints: its result line is the measurement.
# Each variable may be set in the environment. README.md says what the script of 2008 did otherwise.

: "${TIMES:=100}"
: "${SERVER:=192.168.1.3}"
: "${PORT:=}"                     # empty: the client's own choice, 21
: "${FTP:=ftp}"                   # options may follow: FTP='ftp-ssl -z nossl'
: "${FTP_USER:=anonymous}"
: "${FTP_PASS:=ftp-test@}"
: "${FILE:=ftp-test1.img}"
: "${FIRST:=1}"                   # number of the first download; 0 and below are warm-up
: "${LABEL:=}"                    # empty: ask
: "${LOG:=/tmp/FTP.log}"          # appended to, so that one log holds every platform
: "${RESULT:=/tmp/RESULT.log}"    # written from the whole of LOG

export LC_ALL=C                   # decimal points from the clients; awk reads bytes, whatever their encoding
trap 'exit 130' INT               # clients catch Ctrl-C for themselves, and bash would go on with the next download

die() {  # STATUS MESSAGE
    echo "ftp-test.sh: $2" >&2
    exit "$1"
}

whole_number() {  # NAME VALUE
    case ${2#-} in
        '' | *[!0-9]* | 0?*) die 2 "$1 is a whole number, not '$2'" ;;
    esac
}

check() {
    whole_number TIMES "$TIMES"
    whole_number FIRST "$FIRST"
    command -v "${FTP%% *}" >/dev/null || die 1 "there is no program '${FTP%% *}'; FTP names the client"
    [ ! -e "$FILE" ] || die 1 "$FILE is here already, and a download would overwrite it; start in another folder"
    [ "$LOG" != "$RESULT" ] || die 2 "LOG and RESULT are one file, $LOG"
    for file in "$LOG" "$RESULT"; do
        (: >>"$file") 2>/dev/null || die 1 "cannot write $file"
    done
}

ask_label() {
    while [ -z "$LABEL" ]; do
        echo 'Run test: 1 = Baseline, 2 = Xen, 3 = VMware'
        printf 'Choose: '
        read -r choice || [ -n "$choice" ] || die 2 'no answer; answer 1, 2 or 3, or set LABEL'
        case $choice in
            1) LABEL=Baseline ;;
            2) LABEL=Xen ;;
            3) LABEL=VMware ;;
            *) echo "ftp-test.sh: '$choice' is not 1, 2 or 3" >&2 ;;
        esac
    done
}

# The password goes through standard input: every user of the machine can read a program's arguments.
# FTP and PORT are unquoted, because options are words of their own and an empty port is no word.
download() {
    $FTP -n -i -v "$SERVER" $PORT <<EOF
quote USER $FTP_USER
quote PASS $FTP_PASS
binary
get $FILE
quit
EOF
}

number_file() {  # i: ftp-test1.img becomes ftp-test1-i.img
    case $FILE in
        *.*) mv "$FILE" "${FILE%.*}-$1.${FILE##*.}" ;;
        *) mv "$FILE" "$FILE-$1" ;;
    esac
}

# Headers, and any client's result line. All are anchored, which keeps out replies: they begin with their code.
results() {
    awk '
    /^FTP-TEST -?[0-9]+ /
    # BSD and its many children: "secs", "seconds", "00:00"; the rate is in brackets
    /^[0-9]+ bytes? (received|sent) in .*[(].*\/s(ec)?[)]/
    # lftp, which names no time under a second. "secs" would be dd
    /^[0-9]+ bytes transferred( in [0-9]+ seconds? [(]|\r?$)/
    # z/OS
    /^EZA1617I [0-9]+ bytes transferred in /
    # Windows, in any language
    /^[Ff][Tt][Pp] ?: [0-9]+ .*[0-9].*\//
    ' "$LOG"
}

check
ask_label

i=$FIRST
while [ "$i" -lt $((FIRST + TIMES)) ]; do
    printf "FTP-TEST %s %s\n" "$i" "$LABEL" >>"$LOG"    # echo would obey a backslash in a label
    download >>"$LOG" 2>&1
    [ ! -f "$FILE" ] || number_file "$i"    # none where the download failed
    i=$((i + 1))
done

results >"$RESULT"
cat "$RESULT"
