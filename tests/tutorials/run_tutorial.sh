#!/usr/bin/env bash
# Types a tutorial from top to bottom and compares what comes out with what it shows (docs/tutorials/README.md).
#
#     run_tutorial.sh TUTORIAL.md PROGRAMS SOURCE BUILD WORK
#
# PROGRAMS, the folder of quell, comes first on PATH; WORK is emptied, and the commands run in it, in one shell.
#
#     ```sh             is typed, unless the line before says <!-- not run -->
#     ``` or ```text    is what the commands before it print: every line, in this order, other lines may lie between.
#                       ... stands for anything in a line; a line of ... alone is for the reader.
#     ```cpp and others become a file where the line before ends with its name: "`main.cpp`:"
set -euo pipefail

tutorial=$1 programs=$2 work=$5
export QUELL_SOURCE=$3 QUELL_BUILD=$4 PATH=$programs:$PATH
rm -rf -- "$work"
mkdir -p "$work/parts" "$work/here"

# Cuts it in numbered parts: N.sh, N.expected (with the number of its line in front), N.file beside N.name. A part is
# called after the last commands before it.
awk -v parts="$work/parts" '
    function fail(what) { printf "%s:%d: %s\n", FILENAME, FNR, what > "/dev/stderr"; failed = 1; exit 1 }
    BEGIN { number = 0; commands = 0 }
    !inside && /^```/ {
        inside = 1; language = substr($0, 4); target = ""
        if (language == "sh" && before !~ /<!-- not run -->/) {
            target = parts "/" ++number ".sh"; commands = number
            print FNR > (parts "/" number ".line")
        } else if (language == "" || language == "text") {
            if (!commands) fail("an output, but no commands before it")
            target = parts "/" commands ".expected"
        } else if (language != "sh" && match(before, /`[^`]+`:$/)) {
            target = parts "/" ++number ".file"
            print substr(before, RSTART + 1, RLENGTH - 3) > (parts "/" number ".name")
        }
        if (target != "") printf "" > target
        next
    }
    inside && /^```/ { inside = 0; before = ""; next }
    inside {
        if (target ~ /expected$/) { if ($0 !~ /^ *(\.\.\.)? *$/) print FNR ":" $0 > target }
        else if (target != "") print > target
        next
    }
    /[^ ]/ { before = $0 }
    END { if (!failed && inside) { print FILENAME ": a block without end" > "/dev/stderr"; exit 1 } }
' "$tutorial"

# One script, so that a variable or a folder changed in one block is so in the next.
script=$work/script.sh
{
    echo 'set -euo pipefail'
    for ((i = 1; ; ++i)); do
        if [[ -e $work/parts/$i.sh ]]; then
            printf 'echo %d > "%s"\nexec > "%s" 2>&1\n' "$i" "$work/reached" "$work/parts/$i.out"
            cat -- "$work/parts/$i.sh"
        elif [[ -e $work/parts/$i.file ]]; then
            printf 'cp -- "%s" "%s"\n' "$work/parts/$i.file" "$(< "$work/parts/$i.name")"
        else
            break
        fi
    done
} > "$script"
ls "$work"/parts/*.expected > /dev/null 2>&1 || { echo "$tutorial: shows no output, so nothing is compared" >&2; exit 1; }

code=0
(cd -- "$work/here" && bash "$script") < /dev/null || code=$?
if ((code != 0)); then
    i=$(< "$work/reached")
    echo "$tutorial:$(< "$work/parts/$i.line"): ended with $code:" >&2
    sed 's/^/    $ /' "$work/parts/$i.sh" >&2
    sed 's/^/    /' "$work/parts/$i.out" >&2
    exit 1
fi

compared=0 missing=0
for expected in "$work"/parts/*.expected; do
    compared=$((compared + $(wc -l < "$expected")))
    awk -v name="$tutorial" '
        # Whether `text` is `shown`, in which ... stands for anything.
        function same(text, shown,    count, pieces, i, at) {
            sub(/ +$/, "", text); sub(/ +$/, "", shown)
            count = split(shown, pieces, /\.\.\./)
            if (count == 1) return text == shown
            if (substr(text, 1, length(pieces[1])) != pieces[1]) return 0
            text = substr(text, length(pieces[1]) + 1)
            for (i = 2; i < count; ++i) {
                at = index(text, pieces[i])
                if (!at) return 0
                text = substr(text, at + length(pieces[i]))
            }
            return length(text) >= length(pieces[count]) && \
                substr(text, length(text) - length(pieces[count]) + 1) == pieces[count]
        }
        FNR == 1 { ++file }
        file == 1 { wanted[++count] = $0; next }
        { real[++lines] = $0 }
        END {
            at = 0
            for (i = 1; i <= count; ++i) {
                line = wanted[i]; sub(/:.*/, "", line)
                shown = wanted[i]; sub(/^[0-9]+:/, "", shown)
                for (next_one = at + 1; next_one <= lines && !same(real[next_one], shown); ++next_one) {}
                if (next_one > lines) {
                    printf "%s:%s: not printed, or not in this place:\n    %s\n", name, line, shown
                    for (j = at + 1; j <= lines; ++j) print "    really: " real[j]
                    exit 1
                }
                at = next_one
            }
        }' "$expected" "${expected%.expected}.out" >&2 || missing=1
done
((missing == 0)) || exit 1
echo "$(ls "$work"/parts/*.sh | wc -l) blocks of commands, $compared lines of their output compared"
