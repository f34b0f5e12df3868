#!/usr/bin/env bash
# A man page is one: groff and mandoc, those that are there, have nothing to say against it. Argument: the program.
set -u
work=$(mktemp -d)
trap 'rm -rf -- "$work"' EXIT
name=$(basename -- "$1")
"$1" help --as man > "$work/$name.1" || exit 1
failed=0 tried=0
if command -v groff > /dev/null; then
    tried=1
    groff -ww -t -man -Tutf8 -K utf8 "$work/$name.1" > "$work/text" 2> "$work/messages" || failed=1
    if [[ -s $work/messages ]]; then
        failed=1
        echo 'groff:'
        head -20 "$work/messages"
    fi
    # A request that was meant as text would be missing from it.
    for word in NAME SYNOPSIS COMMANDS 'EXIT STATUS' "$name help"; do
        sed 's/.\x08//g; s/\x1b\[[0-9;]*m//g' "$work/text" | grep -q -- "$word" || { failed=1; echo "no '$word' in the page"; }
    done
fi
if command -v mandoc > /dev/null; then
    tried=1
    # It has no date: built twice, it is the same.
    mandoc -T lint -W warning "$work/$name.1" | grep -v 'missing date' && failed=1
fi
((tried)) || { echo '[skipped] neither groff nor mandoc is there'; exit 0; }
exit $failed
