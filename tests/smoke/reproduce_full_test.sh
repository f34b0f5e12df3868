#!/usr/bin/env bash
# quell reproduce --full from end to end on a few images of its own making: killed on the way, between trainings and in the midst of
# one, it goes on and finds the same, and every table has its rows.
set -euo pipefail
quell=$1 work=$2
rm -rf "$work" && mkdir -p "$work/data" && cd "$work"
fail() { echo "FAILED: $*"; exit 1; }

# CIFAR-10's form: a label, then 3072 bytes; here every class one shade of grey.
for file in data_batch_{1..5} test_batch; do
    for class in {0..9} {0..9} {0..9}; do
        printf "\\x$(printf %02x "$class")"
        head -c 3072 /dev/zero | tr '\0' "\\$(printf %03o $((class * 25 + 5)))"
    done > "data/$file.bin"
done
"$quell" model export resnet20_cifar10@0.25 --to network.onnx > /dev/null

reproduce() {  # folder
    "$quell" reproduce --full --network network.onnx --data data --images 4 --training-images 20 --epochs 1 --width 0.0625 --to "$1"
}
reproduce whole > whole.md 2> whole.err || fail "$(tail -n 3 whole.err)"
cmp whole.md whole/findings.md
for sweep in replication cores sigma drift chips noise pcm placements scratch; do
    [[ $(grep -c ",done," "whole/$sweep.csv") -gt 0 ]] || fail "$sweep has no points"
    ! grep -q ",failed," "whole/$sweep.csv" || fail "$sweep: $(grep -m1 ,failed, "whole/$sweep.csv")"
done
rows() { [[ $(grep -c -- "$1" whole.md) == "$2" ]] || fail "$1: $(grep -c -- "$1" whole.md) rows, expected $2"; }
rows "of noise, \`" 5
rows "accuracy on PCM after 25 s" 2
rows "| placement: " 11
rows "clean / noisy / denoised" 4
rows "midpoint noise" 40
# A budget holds no more than it says, and more than half of it.
for percent in 2 6 8; do
    grep "| placement: $percent % of the parameters |" whole.md | grep -qE " ([0-9.]+) % more parameters" || fail "budget $percent"
    share=$(grep "| placement: $percent % of the parameters |" whole.md | sed -E 's/.* ([0-9.]+) % more parameters.*/\1/')
    awk -v share="$share" -v budget="$percent" 'BEGIN { exit !(share <= budget && share > budget / 4) }' || fail "$share of $percent %"
done

# What the network cannot be is found before anything else is done, and is mended in the same folder.
"$quell" model export resnet18 --to large.onnx > /dev/null
if "$quell" reproduce --full --network large.onnx --data data --images 4 --training-images 20 --to mended > /dev/null 2> err.txt; then fail "224x224 on CIFAR-10"; fi
grep -q "3x224x224" err.txt && [[ ! -e mended/layers.json ]] || fail "$(cat err.txt)"
"$quell" reproduce --full --network network.onnx --data data --images 40 --training-images 20 --to mended > /dev/null 2> err.txt && fail "40 of 30 images"
grep -q "40 images expected, 30 came" err.txt || fail "$(cat err.txt)"

refused=0
"$quell" reproduce --full --network network.onnx --data data --images 4 --training-images 30 --epochs 1 --width 0.0625 --to whole \
    > /dev/null 2> err.txt || refused=$?
[[ $refused == 2 && $(wc -l < err.txt) == 1 ]] && grep -q -- "--training-images 20" err.txt || fail "other trainings in a folder: $(cat err.txt)"

for seconds in 3 8 15 30; do
    timeout -s KILL "$seconds" "$quell" reproduce --full --network network.onnx --data data --images 4 --training-images 20 --epochs 1 \
        --width 0.0625 --to parts > /dev/null 2>&1 || true
done
reproduce parts > parts.md 2> parts.err || fail "$(tail -n 3 parts.err)"
sed 's#parts/#whole/#g' parts.md | cmp whole.md -
echo "as expected"
