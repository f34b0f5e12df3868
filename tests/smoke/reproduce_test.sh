#!/usr/bin/env bash
# quell reproduce --quick on few images: what it finds agrees with what other commands say, it goes on where it was killed, and what
# it cannot do it says in one line.
set -euo pipefail
quell=$1 work=$2
rm -rf "$work" && mkdir -p "$work" && cd "$work"
fail() { echo "FAILED: $*"; exit 1; }

refused() {  # expected exit code, expected words, then the command
    local code=$1 words=$2 got=0
    shift 2
    "$quell" "$@" > out.txt 2> err.txt || got=$?
    [[ $got == "$code" ]] || fail "$*: exit code $got, expected $code"
    [[ $(wc -l < err.txt) == 1 ]] || fail "$*: more than one line: $(cat err.txt)"
    grep -qF -- "$words" err.txt || fail "$*: said $(cat err.txt)"
    [[ ! -s out.txt ]] || fail "$*: printed results"
}
refused 2 "--quick and --full" reproduce
refused 2 "--quick and --full" reproduce --quick --full
refused 2 "--network" reproduce --full
refused 2 "--data" reproduce --quick --data .
refused 2 "--width" reproduce --quick --width 0.5
refused 2 "--epochs" reproduce --full --network n.onnx --data . --epochs 0
refused 1 "nothing.onnx: is not there" reproduce --full --network nothing.onnx --data .
touch a_file
refused 1 "a_file" reproduce --quick --to a_file
refused 2 "denoiser.cores" reproduce --quick --denoiser.cores 4

"$quell" reproduce --quick --images 16 --to whole > whole.md 2> whole.err
cmp whole.md whole/findings.md
row() { grep -F "| $1 |" whole.md || fail "no row: $1"; }
row "layers of ResNet-18 that take more cycles" | grep -q "| 1 and 20 | 1 and 20 |" || fail "other layers"
overhead=$("$quell" run --fidelity analytic --format json | sed -n 's/.*"overhead_percent": \([0-9.]*\),/\1/p')
row "cycles the blocks add" | grep -qF "$(printf '%.2f %%' "$overhead")" || fail "overhead: $overhead"
cycles=$("$quell" run --denoiser.cores 4 --fidelity analytic --format json | sed -n 's/^  "denoiser_cycles": \([0-9]*\),/\1/p')
row "cycles of the blocks, 4 / 10 cores, 4 lanes, sequential" | grep -qF "$cycles /" || fail "4 cores: $cycles"
for sweep in replication cores sigma drift chips; do
    [[ $(grep -c ",done," "whole/$sweep.csv") -gt 0 ]] || fail "$sweep has no points"
    ! grep -q ",failed," "whole/$sweep.csv" || fail "$sweep: $(grep -m1 ,failed, "whole/$sweep.csv")"
done

refused 2 "--images 16" reproduce --quick --images 17 --to whole

# Again: everything is there.
"$quell" reproduce --quick --images 16 --to whole > again.md 2> again.err
cmp whole.md again.md

# Another build's folder is gone on with when that is wanted.
sqlite3=$(command -v sqlite3 || true)
if [[ -n $sqlite3 ]]; then
    cp -r whole other
    "$sqlite3" other/cores.sqlite "UPDATE study SET value = 'of-another-day' WHERE key = 'program_build'"
    "$quell" reproduce --quick --images 16 --to other > other.md 2> other.err && fail "another build's results taken as its own"
    grep -q -- "--any-build" other.err || fail "another build: $(cat other.err)"
    "$quell" reproduce --quick --images 16 --to other --any-build > other.md 2> other.err
    cmp whole.md other.md
fi

# One process at a time; results that no plan belongs to are not taken for its own.
mkdir strange && cp whole/layers.json strange/
refused 2 "results of something else" reproduce --quick --images 16 --to strange
mkdir busy
"$quell" reproduce --quick --images 16 --to busy > /dev/null 2>&1 & other=$!
for _ in $(seq 100); do [[ -e busy/plan.txt ]] && break; sleep 0.1; done
refused 1 "busy: another process is at work" reproduce --quick --images 16 --to busy
kill "$other" && wait "$other" || true

# Killed three times on the way.
for seconds in 0.3 1 2; do
    timeout -s KILL "$seconds" "$quell" reproduce --quick --images 16 --to parts > /dev/null 2>&1 || true
done
"$quell" reproduce --quick --images 16 --to parts > parts.md 2> parts.err
cmp whole.md parts.md
for file in whole/*.csv; do cmp "$file" "parts/${file#whole/}"; done
echo "as expected"
