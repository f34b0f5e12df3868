# What the tests of `quell sweep` share: to be sourced, QUELL being the program. Checks count themselves; `finish` ends.
set -u
work=$(mktemp -d)
trap 'rm -rf -- "$work"' EXIT
cd "$work" || exit 1
checks=0 failures=0

check() {  # check WHAT COMMAND...
    checks=$((checks + 1))
    local what=$1
    shift
    if ! "$@"; then
        failures=$((failures + 1))
        echo "FAILED: $what (exit code $code)"
        head -c 600 "$work/out" | sed 's/^/    out: /'
        sed 's/^/    err: /' "$work/err"
    fi
}
not() { ! "$@"; }

# sweep WORDS...: output in out, messages in err, the exit code in $code.
sweep() {
    "$QUELL" sweep "$@" > "$work/out" 2> "$work/err" < /dev/null
    code=$?
}
code_is() { [[ $code == "$1" ]]; }
said() { grep -qE -- "$1" "$work/err"; }
printed() { grep -qE -- "$1" "$work/out"; }
silent() { [[ ! -s $work/err ]]; }
one_line() { [[ $(wc -l < "$work/err") == 1 ]] && grep -q '^quell: ' "$work/err"; }
same() { cmp -s -- "$1" "$2"; }
points_done() { [[ $(grep -c '^[0-9]*,done,' "$work/out") == "$1" ]]; }

# refused CODE PATTERN WORDS...: one line and nothing else.
refused() {
    local expected=$1 pattern=$2
    shift 2
    sweep "$@"
    check "sweep $*: exit code $expected" code_is "$expected"
    check "sweep $*: one line" one_line
    check "sweep $*: saying $pattern" said "$pattern"
    check "sweep $*: nothing on standard output" not printed .
}

finish() {
    echo "$checks checks, $failures failed"
    ((failures == 0))
    exit
}
