r"""What stands around result lines, as regular expressions, each beside the grammar that it implements.

EBNF as RFC 959 has it, with the quantifiers of regular expressions. WS is white space, WORD \w, ANY any character, EOL
the line's end; (?i) marks where letters of either case count. Polars runs these (Rust's regex: no look-around, no
back-reference), and reads a column of lines with each. Result lines have their grammar in `formats`.
"""

__all__ = [
    "ACTIVE", "ANNOUNCED", "CHATTER", "COMMAND", "COUNTS_BYTES", "FAILURE", "GET", "GLUED", "LIST", "LISTED", "LISTING",
    "LISTING_PROGRAM", "LISTING_SENT", "NAMED", "PREFIX", "PROMPT", "PUT", "REPLY", "RETR", "STOR", "UNREACHED",
]  # fmt: skip

# --- In front of a line ---

# date ::= year "-" month "-" day [T _]             /* 2026-11-23T, 2026-11-30_: ISO 8601 and its relatives */
#        | n [/.] n [/.] year [T ]                  /* 07/20/2010, 20.7.2010: nobody knows which is the day */
#        | (weekday " ")? month " " day " "         /* Jul 20, Mon Nov 30: syslog, `date`; a short day has a blank */
#        | day "/" month "/" year [: ]              /* 30/Nov/2026: web servers */
#        | day "-" month "-" year " "               /* 30-NOV-2026: OpenVMS */
#        | DIGIT{8} [ T-] (DIGIT{6} WS)?            /* 20261130-032314: names of files */
# Shapes, not calendars: a prefix is only taken off, and whether it is a day matters to nobody.
_DATE = (
    r"\d{4}-\d\d-\d\d[T _]|\d{1,4}[/.]\d{1,2}[/.]\d{2,4}[ T]|(?:[A-Z][a-z]{2} )?[A-Z][a-z]{2} [ \d]\d |"
    r"\d{1,2}/[A-Z][a-z]{2}/\d{4}[: ]|\d{1,2}-(?:[A-Z]{3}|[A-Z][a-z]{2})-\d{4} |\d{8}[ T-](?:\d{6}\s)?"
)

# time ::= h ":" mm ":" ss ([.,] DIGIT+)? ("Z" | " "? [+-] hh ":"? mm)? (" "? [AP] "M")?
#          (" " (zone " ")? year)? ([:|;] WS? | WS | EOL)   /* `date` has the year behind: 03:23:14 UTC 2026: */
#        | DIGIT{9,10} ("." DIGIT+)? ":"? WS                /* seconds since 1970: 1279621000.123456 */
# The end is asked for: what goes on without one is no clock.
_TIME = (
    r"\d{1,2}:\d\d:\d\d(?:[.,]\d+)?(?:Z| ?[+-]\d\d:?\d\d)?(?: ?[AP]M)?(?: (?:[A-Z]{3,4} )?\d{4})?(?:[:|;]\s?|\s|$)|"
    r"\d{9,10}(?:\.\d+)?:?\s"
)

# logger ::= host " " program ("[" DIGIT+ "]")? ": "   /* syslog's, only behind its date and time */
_LOGGER = r"[\w.-]+ [\w./-]+(?:\[\d+\])?: "

# prompt ::= (?i) "l"? "ftp" (" " place)? ">" " "?   /* ftp>, OpenVMS's FTP>, lftp's with host and folder */
#          | "[" [~*]? name? "ftp]" " "?             /* Huawei's [R2-ftp] */
PROMPT = r"(?i:l?ftp)(?: [\w.@:/~-]+)?> ?|\[[~*]?[\w.-]*ftp\] ?"

# level ::= ("INFO" | "WARN" | …) (":" name ":" | ":"? WS)   /* Python's logging: INFO:root: */
#         | ("stdout" | "stderr") " " [FP] WS                /* Kubernetes */
#         | "<" DIGIT{1,3} ">" DIGIT? WS?                    /* syslog's priority on the wire */
_LEVEL = r"(?:TRACE|DEBUG|INFO|NOTICE|WARN(?:ING)?|ERROR)(?::[\w.]+:|:?\s)|(?:stdout|stderr) [FP]\s|<\d{1,3}>\d?\s?"

# number ::= DIGIT{1,7} (":" WS | TAB) | file "." name ":" DIGIT+ ":" WS?   /* `cat -n`; `grep -n`: FTP.log:12: */
#          | service (" - " | WS* "| ")                                     /* docker compose: ftp_1  | */
_NUMBER = r"\d{1,7}(?::\s|\t)|[\w./-]+\.\w+:\d+:\s?|[A-Za-z][\w.-]*(?: - |\s*\| )"

# prefix ::= (ANY* CR)? (mark | prompt | level | arrow | message | speaker | bracket | date | time logger? | number)*
# mark    ::= [>#%|*;+"] | WS | ("//" | "-") WS | "." "."+   /* quotes, comments, diffs, `hash` */
# arrow   ::= "<" [-<]* WS | "-"+ ">" WS                     /* <--- a reply, ---> a command, as -d shows them */
# message ::= "EZ" [AY] DIGIT{4} "I" WS                      /* z/OS numbers its messages */
# speaker ::= (?i) ("response" | "status" | "server" | "command") " "? ":" (WS | EOL)   /* graphical clients */
# bracket ::= "[" [^]]{0,40} "]" ":"? WS? | "(" date? time [^)]{0,12} ")" WS
# ANY* CR is what a terminal has drawn over. Any number in any order, for loggers log what loggers wrote; "response" and
# the like stand alone where a server's line was empty. One place that knows no client: a pattern for each logger would
# have to be multiplied by all that may follow it.
PREFIX = (
    rf"^(?:.*\r)?(?:[>#%|*;+\"\s]|//\s|-\s|\.{{2,}}|{PROMPT}|{_LEVEL}|<[-<]*\s|-+>\s|EZ[AY]\d{{4}}I\s|"
    r"(?i:response|status|server|command) ?:(?:\s|$)|"
    rf"\[[^\]]{{0,40}}\]:?\s?|\((?:{_DATE})?(?:\d{{1,2}}:\d\d:\d\d[^)]{{0,12}})\)\s|"
    rf"{_DATE}|(?:{_TIME})(?:{_LOGGER})?|{_NUMBER})*"
)

# --- Replies ---

# reply ::= [1-5] [0-5] DIGIT ("-" | " " | EOL) text   /* RFC 959, section 4.2; the hyphen: more lines follow */
# Not DIGIT{3}: RFC 959 has no second digit above 5, and "573 …" is more likely a number of bytes.
REPLY = r"^(?P<code>[1-5][0-5]\d)(?:(?P<more>-)| |$)(?P<text>.*)$"

# counted ::= (?i) " "* ("byte" | "octet" | …)   /* behind a code that is none: "226 bytes sent in 0.02 secs" */
COUNTS_BYTES = r"(?i)^ *(?:byte|octet|байт|バイト|字节)"

# glued ::= [.!)] ("ftp" " "? ":" " "?)? DIGIT+ " "? ("byte" | "octet")
# A result that lost the line end in front of it: "226 Transfer complete.102400 bytes …". With a blank there it is
# the server's sentence, "226 Transfer complete. 102400 bytes transferred", and no result.
GLUED = r"[.!)](?:(?i:ftp) ?: ?)?[0-9]+ ?(?i:byte|octet)"

# announced ::= (?i) "(" DIGIT [0-9.,]* " " ("byte" "s"? | "octet" "s"?) ")"   /* Serv-U: (204,800 Bytes) */
ANNOUNCED = r"(?i)\((\d[\d.,]*) (?:bytes?|octets?)\)"

# active ::= (?i) ("PORT" | "EPRT" | "LPRT") " " | "Active data connection"   /* a 200 that names what it answers */
ACTIVE = r"(?i)^(?:PORT|EPRT|LPRT) |^Active data connection"

# --- Listings ---

# A 150 that starts one, in the words of servers. A file may be named like a listing; but only of a file is the size
# announced, or of the program that lists: SunOS's "ASCII data connection for /bin/ls (192.0.2.1,32788) (0 bytes)".
LISTING_PROGRAM = r"/bin/ls\b"
# listing ::= (?i) "/bin/ls" | "NLST" | "MLSD"                             /* wu-ftpd: for /bin/ls. */
#           | ^ ("here comes" | "sending") ANY* "director"             /* vsftpd: Here comes the directory listing. */
#           | ("file" | "directory" | "dir" | "name") " "? "list" "ing"? end   /* proftpd: for file list */
#           | ("directory" | "listing" | "LIST") end
#           | "for *" [.,]? EOL                                            /* what Huawei's switches are told: for *. */
# end     ::= WS | [.,]? EOL   /* not a mere word boundary: a file may be "listing.txt" */
LISTING = (
    r"(?i)/bin/ls\b|\b(?:NLST|MLSD)\b|^(?:here comes|sending) .*director|\bdirectory(?:\s|[.,]?$)|"
    r"\b(?:file|directory|dir|name) ?list(?:ing)?(?:\s|[.,]?$)|\blisting(?:\s|[.,]?$)|\bfor \*[.,]?$|"
    r"\bLIST(?:\s|[.,]?$)"
)

# A 226 that ends one.
# sent ::= (?i) ^ "LIST "? "directory " ("send" | "transfer")   /* vsftpd: Directory send OK. */
#        | ^ "options: -" | "matches total"                     /* pure-ftpd: 226-Options: -l */
#        | "listing " ("complete" "d"? | "sent")
LISTING_SENT = r"(?i)^(?:LIST )?directory (?:send|transfer)|matches total|\blisting (?:completed?|sent)|^options: -"

# A line of one.
# listed ::= "total " DIGIT+ EOL | [-dlbcps] [-rwxsStT]{9} [ .+@]   /* `ls -l`, with marks of access lists */
#          | n [-./] n [-./] year WS+ clock WS+ (dir | size) WS     /* DOS: 08-29-99  08:11PM  102400 f */
#          | year "-" n "-" n WS+ clock WS+ "<DIR>"
#          | "Directory " device ":[" | "Total of " DIGIT+ " file"  /* OpenVMS */
#          | (?i) (fact "=" [^;]* ";")+                             /* RFC 3659: MLSD */
# The whole line, not a word of it: such lines stand between a 150 and its 226, where a client's result may stand, too.
LISTED = (
    r"^(?:total \d+$|[-dlbcps][-rwxsStT]{9}[ .+@]|"
    r"\d\d[-./]\d\d[-./]\d\d(?:\d\d)?\s+\d\d:\d\d ?(?:[AP]M)?\s+(?:<DIR>|<JUNCTION>|[\d., ]+)\s|"
    r"\d{4}-\d\d-\d\d\s+\d\d:\d\d\s+<DIR>|Directory \S+:\[|Total of \d+ file|"
    r"(?i:(?:type|modify|size|perm|unique|unix\.\w+)=[^;]*;)+)"
)

# --- What the user and the client ask for ---

# names ::= (" "+ (quoted | [^ ]+)){0,2} (" "+ "("? "replace" ")"?)? EOL   /* z/OS has "(replace" */
# At most a source and a target: a sentence that begins with "get" goes on.
_NAMES = r"""(?: +(?:"[^"]*"|'[^']*'|\S+)){0,2}(?: +\(?replace\)?)?$"""
GET = rf"(?i)^(?:get|recv|reget|newer|pget|fget|bget){_NAMES}"
PUT = rf"(?i)^(?:put|send|append|bput){_NAMES}"
# named ::= "local: " ANY* "remote: "   /* in front of a transfer; Solaris before the result, AIX behind it */
NAMED = r"^local: .*\bremote: "
# What a client sends, as -d or a graphical client shows it: capitals only, for "retr" is no word of a user's.
RETR = r"^RETR(?: |$)"
STOR = r"^(?:STOR|STOU|APPE)(?: |$)"
LIST = r"^(?:(?i:ls|dir|nlist|nls|mls|mdir|mlsd|mlst|rels|mlist)|LIST|NLST|MLSD)(?: |$)"
# command ::= (?i) prompt WS* ("cd" | "lcd" | …) (" " | EOL)
# At a prompt only: elsewhere these are everyday words. Of `mget` and `mput` each file is a transfer of its own.
COMMAND = (
    rf"(?i)(?:{PROMPT})\s*(?:cd|cdup|lcd|pwd|user|open|close|quit|bye|exit|disconnect|bin|binary|ascii|image|type|mode|"
    r"prompt|hash|tick|verbose|debug|passive|epsv4?|delete|mdelete|rm|rename|mkdir|rmdir|size|modtime|status|system|"
    r"rstatus|help|rhelp|quote|site|literal|idle|mget|mput|mreget|mirror|account|trace|bell|glob|case|runique|sunique|"
    r"struct|form|reset|restart|chmod|umask|noop)(?: |$)"
)

# --- Failures ---

# unreached ::= (?i) "can't connect to" | "connect" (": " | " to address ")
# tnftp's "ftp: Can't connect to `192.0.2.7:6311': Connection timed out", after which it may go on with EPRT.
UNREACHED = r"(?i)can't connect to|\bconnect(?:: | to address )"

# A client's own words, and its C library's, for a failure. Some only where they begin a line: a server's sentence may
# hold them.
# crash ::= words " (core dumped)"? EOL | ": line " DIGIT+ ": " DIGIT+ " " words " "
# Of a client that crashed, as the shell writes it; bash names script, line and process before. Case and end count, for
# "Killed by admin" and "Aborted transfers can be resumed." are no crashes.
_CRASH = r"(?:Segmentation fault|Bus error|Illegal instruction|Floating point exception|Aborted|Killed)"
FAILURE = (
    r"(?i)^Not connected\.|^Login (?:failed|incorrect)|^(?:receive|send) aborted|Connection refused|"
    r"no response from host|No control connection for command|"
    r"Connection (?:reset|closed|timed out)|lost connection|Broken pipe|No route to host|unreachable|"
    r"unknown host|Name or service not known|name resolution|^\S*: bind: |Address already in use|"
    r"No such file or directory|Permission denied|No space left on device|File not found|"
    rf"(?-i:^{_CRASH}(?: \(core dumped\))?$|: line \d+: +\d+ {_CRASH} )"
)

# --- All else ---

# chatter ::= (?i) words …   /* how a line begins that a client, its user or the thesis's script writes */
# A list, and no "anything else": what is in none of these is shown by `check` as not understood.
CHATTER = (
    r"(?i)^(?:Connect(?:ed|ing) to:? |Trying |Name \(|Password:|User \(|Remote system type is|Using \S+ mode|"
    r"local: |remote: |Interactive mode|Verbose mode|Hash mark|Tick counter|Passive mode|"
    r"Bytes transferred: |\$ |\[exit status|\?|Ambiguous|WARNING! \d+ bare|"
    r"waiting for remote to finish abort|Requesting |Retrieving |Local directory now |Already connected|"
    r"File may not have transferred|Bye|Goodbye|total \d|\d{1,3} ?%(?: |$)|"
    r"Run test: |Choose: ?|disabling epsv|(?:Please )?log ?in with USER and PASS|"
    r"(?:binary|ascii|get|put|recv|send|mget|mput|user|quote|open|close|quit|bye|cd|lcd|ls|dir|passive|hash|"
    r"tick|prompt|verbose|type|epsv4?|"
    r"PASS|ACCT|PORT|EPRT|PASV|EPSV|SIZE|MDTM|SYST|FEAT|OPTS|RETR|STOR|APPE|STOU|CWD|PWD|NOOP|ABOR|REST|SITE|AUTH|"
    r"PBSZ|PROT|HELP|STAT|LIST|NLST|MLSD)(?: |$))"
)
