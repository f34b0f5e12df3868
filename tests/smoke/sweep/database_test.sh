#!/usr/bin/env bash
# What `quell sweep --db` keeps, and what it makes of files that are none of its own. Argument: the program.
QUELL=$1
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
study=(--axis denoiser.cores=1..7 --axis denoiser.lanes=1,2,3 --axis denoiser.lfsr_width=17,32 --fidelity analytic --format csv)

sweep "${study[@]}" --jobs 1
cp out whole.csv
check 'a sweep without a file' code_is 0
for jobs in 2 7; do
    sweep "${study[@]}" --jobs "$jobs" --db "jobs$jobs.sqlite"
    check "$jobs workers come to the same bytes" same out whole.csv
done

sweep "${study[@]}" --db jobs2.sqlite
check 'what is there is not computed again' said '42 points were there, 0 computed'
check 'and is the same' same out whole.csv
sweep "${study[@]}" --db jobs2.sqlite --retry-failed
check 'points that failed are tried once more where asked' said '21 points were there, 21 computed'
check 'and fail alike' same out whole.csv
sweep "${study[@]}" --db jobs2.sqlite --jobs 3 --limit 42 --threads 2
check 'how it is computed is no part of the study' said '42 points were there'
sweep "${study[@]}" --db jobs2.sqlite --any-build
check 'another build may go on, this one anyway' same out whole.csv
sweep "${study[@]}" --db jobs2.sqlite --objectives total_cycles
check 'nor are the objectives' said '42 points were there'
sweep "${study[@]/csv/json}" --db jobs2.sqlite
check 'JSON says what was reused' printed '"reused": 42'
check 'JSON names the build' printed "\"program_build\": \"$("$QUELL" --version | sed 's/.*(build \(.*\))$/\1/')\""
check 'JSON alone is on standard output' printed '"schema": "quell.sweep/1"'
"$QUELL" sweep "${study[@]}" --db jobs2.sqlite > /dev/full 2> err
code=$?
check 'a full disk behind standard output' code_is 1
check 'a full disk behind standard output: said' said 'the output could not be written'

# Another study on the same file.
cp jobs7.sqlite before.sqlite
refused 1 'was begun with 42 points of .*, now there are 14' --axis denoiser.cores=1..7 --axis denoiser.lanes=1,2 --fidelity analytic --db jobs7.sqlite
refused 1 'was begun with fidelity analytic, now it is transaction' "${study[@]:0:6}" --format csv --db jobs7.sqlite
refused 1 'was begun with clock_mhz 500, now it is 400' "${study[@]}" --clock_mhz 400 --db jobs7.sqlite
refused 1 'was begun with denoiser.after 1,20, now it is 1;' --denoiser.after 1 "${study[@]}" --db jobs7.sqlite
refused 1 'was begun with model resnet18, now it is vgg16;' vgg16 --denoiser.after 1,20 "${study[@]}" --db jobs7.sqlite
grid=(--axis platform.grid_rows=8,16 --fidelity analytic --db grid.sqlite)
sweep "${grid[@]}"
check 'the network of a bare command' code_is 0
refused 1 'was begun with denoiser.after 1,20, now it is auto' resnet18 "${grid[@]}"
check 'a refused study changes nothing' same jobs7.sqlite before.sqlite
"$QUELL" model export resnet20_cifar10 --output net.onnx > /dev/null 2>&1 || "$QUELL" model export resnet20_cifar10 net.onnx > /dev/null 2>&1
if [[ -e net.onnx ]]; then
    mine=(net.onnx --axis platform.grid_rows=8,16 --fidelity analytic --db net.sqlite)
    sweep "${mine[@]}"
    check 'a network of my own' code_is 0
    cp net.onnx first.onnx
    "$QUELL" model export resnet20_cifar10 --seed 2 --output net.onnx > /dev/null 2>&1 ||
        "$QUELL" model export resnet20_cifar10 net.onnx --seed 2 > /dev/null 2>&1
    if ! cmp -s net.onnx first.onnx; then
        refused 1 'was begun with another network net.onnx' "${mine[@]}"
        cp first.onnx net.onnx
        sweep "${mine[@]}"
        check 'the first network goes on' said '2 points were there'
    fi
fi

printf 'event,picojoules,source\nconversion,1.0,ours\n' > table.csv
sweep --axis denoiser.cores=1,2 --fidelity analytic --energy.table table.csv --format csv --db table.sqlite
check 'an energy table of my own' code_is 0
printf 'event,picojoules,source\nconversion,2.0,ours\n' > table.csv
refused 1 'table.sqlite: was begun with another energy.table table.csv' \
    --axis denoiser.cores=1,2 --fidelity analytic --energy.table table.csv --db table.sqlite

# Files that are no databases of a sweep.
echo 'point,status' > text.sqlite
refused 1 'text.sqlite: is no SQLite database' "${study[@]}" --db text.sqlite
check 'a text stays as it is' grep -qx 'point,status' text.sqlite
mkdir folder
refused 1 'folder' "${study[@]}" --db folder
refused 1 'none/x.sqlite: cannot be opened for writing: No such file or directory' "${study[@]}" --db none/x.sqlite
refused 1 '/dev/null' "${study[@]}" --db /dev/null
refused 1 '/dev/full' "${study[@]}" --db /dev/full
for size in 20 99 100 1000 5000 20000; do
    head -c "$size" before.sqlite > cut.sqlite
    refused 1 'cut.sqlite: ' "${study[@]}" --db cut.sqlite
done
: > empty.sqlite
sweep "${study[@]}" --db empty.sqlite
check 'an empty file is an empty database' same out whole.csv

# Where nothing may be written. Root may, so another user is needed to try it.
if [[ $(id -u) == 0 ]]; then
    as_nobody=(setpriv --reuid 65534 --regid 65534 --clear-groups)
    command -v setpriv > /dev/null || as_nobody=()
else
    as_nobody=(env)
fi
if ((${#as_nobody[@]} > 0)); then
    mkdir closed
    cp jobs7.sqlite closed/there.sqlite
    chmod a+rx . closed
    chmod a-w closed closed/there.sqlite
    for name in new there; do
        "${as_nobody[@]}" "$QUELL" sweep "${study[@]}" --db "$PWD/closed/$name.sqlite" > out 2> err
        code=$?
        if grep -q 'cannot execute\|failed to execute\|Permission denied$' err && ! grep -q '^quell: ' err; then continue; fi
        check "a read-only folder, $name: a failure" code_is 1
        check "a read-only folder, $name: one line" one_line
        check "a read-only folder, $name: why" said 'cannot be opened for writing: Permission denied'
    done
    chmod u+w closed
fi

# A second sweep while the first one runs.
long=(--axis denoiser.cores=1..64 --axis denoiser.lanes=1..64 --jobs 1)
"$QUELL" sweep "${long[@]}" --db busy.sqlite > /dev/null 2> busy.err &
first=$!
for _ in $(seq 400); do [[ -s busy.sqlite ]] && break; sleep 0.05; done
refused 1 'busy.sqlite: another sweep is writing it; expected one at a time, or another --db' "${long[@]}" --db busy.sqlite
check 'the first one still runs' kill -0 "$first"

# Ctrl-C: what is computed stays, and the line says how to go on.
kill -INT "$first"
wait "$first"
code=$?
cp busy.err err
check 'interrupted: a failure' code_is 1
check 'interrupted: one line' one_line
check 'interrupted: how to go on' said 'interrupted: [0-9]+ of 4096 points are recorded in busy.sqlite; the same command goes on'
recorded=$(grep -oE 'interrupted: [0-9]+' err | grep -oE '[0-9]+')
"$QUELL" sweep "${long[@]}" --db busy.sqlite > /dev/null 2> busy.err &
first=$!
sleep 0.7
kill -TERM "$first"
wait "$first"
code=$?
cp busy.err err
again=$(grep -oE 'interrupted: [0-9]+' err | grep -oE '[0-9]+')
check 'terminated: a failure' code_is 1
check 'terminated: nothing that was recorded is lost' test "${again:-0}" -ge "${recorded:-0}"
"$QUELL" sweep "${long[@]}" > /dev/null 2> err &
first=$!
sleep 0.7
kill -INT "$first"
wait "$first"
code=$?
check 'interrupted without a file: it says so' said 'interrupted: [0-9]+ of 4096 points are recorded; with --db FILE the same command would go on'

# A disk that fills up: what was committed stays, and the sweep goes on when there is room.
big=(--axis denoiser.cores=1..64 --axis denoiser.lanes=1..40 --fidelity analytic --format csv --jobs 1)
sweep "${big[@]}"
cp out big.csv
for blocks in 8 48 150; do  # of 1024 bytes
    (
        trap '' XFSZ
        ulimit -f "$blocks"
        exec "$QUELL" sweep "${big[@]}" --db full.sqlite > /dev/null 2> full.err
    )
    code=$?
    cp full.err err
    check "$blocks KiB of room: a failure" code_is 1
    check "$blocks KiB of room: one line" one_line
    check "$blocks KiB of room: which file" said 'full.sqlite: '
done
sweep "${big[@]}" --db full.sqlite
check 'room again: it goes on' code_is 0
check 'room again: the same table' same out big.csv

finish
