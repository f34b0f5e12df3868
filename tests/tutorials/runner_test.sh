#!/usr/bin/env bash
# run_tutorial.sh itself: what is true passes, and everything that is not fails. Argument: the script.
set -u
runner=$1
work=$(mktemp -d)
trap 'rm -rf -- "$work"' EXIT
mkdir "$work/programs"
printf '#!/bin/sh\necho "cycles $((6 * 7)) in 0.1 s"\necho second\necho >&2 message\n' > "$work/programs/quell"
chmod +x "$work/programs/quell"
checks=0 failures=0

# runs EXPECTED_CODE PATTERN_IN_OUTPUT WHAT < tutorial
runs() {
    checks=$((checks + 1))
    cat > "$work/t.md"
    bash "$runner" "$work/t.md" "$work/programs" /source /build "$work/w" > "$work/log" 2>&1
    local code=$?
    if [[ $code != "$1" ]] || ! grep -q -- "$2" "$work/log"; then
        failures=$((failures + 1))
        echo "FAILED ($code): $3"
        sed 's/^/    /' "$work/log"
    fi
}

runs 0 '3 blocks of commands, 5 lines' 'what is true passes' << 'T'
Save as `two words.txt`:
```ini
content
```
```sh
quell
x=5
mkdir sub; cd sub
```
prints
```
cycles 42 in ... s
...
message
```
<!-- not run -->
```sh
false
```
```sh
echo $x; cat '../two words.txt'; echo "$QUELL_SOURCE $QUELL_BUILD"
```
```text
5
content
/source /build
```
```sh
true
```
T
read -r -d '' true_one << 'T'
```sh
quell
```
```
cycles 42 in ... s
second
message
```
T
runs 0 '3 lines' 'the one that is changed is true' <<< "$true_one"
for change in 's/42/43/' 's/second/second./' 's/message/massage/' 's/in \.\.\. s/in ... m/' 's/cycles/ cycles/'; do
    runs 1 'not printed' "a changed line fails: $change" <<< "$(sed "$change" <<< "$true_one")"
done
runs 1 'not printed' 'the order counts' << 'T'
```sh
quell
```
```
second
cycles 42 in 0.1 s
```
T
runs 1 't.md:4: ended with 3' 'a command that fails is named' << 'T'
```sh
true
```
```sh
(exit 3)
```
```
x
```
T
runs 1 'ended with' 'so is one that reads a variable nobody set' << 'T'
```sh
echo $nobody_set_this
```
```
x
```
T
runs 1 'shows no output' 'a tutorial that shows nothing is none' << 'T'
```sh
quell
```
T
runs 1 'no commands before it' 'an output of nothing' << 'T'
```
cycles
```
T
runs 1 'without end' 'a block that does not end' << 'T'
```sh
quell
T
echo "$checks checks, $failures failed"
((failures == 0))
