#!/usr/bin/env bash
# `quell sweep` in several processes of mpirun. Arguments: quell and quell-mpi.
QUELL=$1
if ! command -v mpirun > /dev/null || [[ ! -x ${2:-} ]]; then
    echo '[skipped] no mpirun, or no quell-mpi'
    exit 0
fi
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 OMPI_MCA_rmaps_base_oversubscribe=1
export OMPI_MCA_btl_vader_single_copy_mechanism=none

mpi() {  # mpi RANKS WORDS...
    local ranks=$1
    shift
    timeout 120 mpirun --oversubscribe -n "$ranks" "$QUELL" sweep "$@" > out 2> err < /dev/null
    code=$?
}
# What the program says; mpirun adds its own view of a job that fails.
own_lines() { [[ $(grep -c '^quell: ' err) == "$1" ]]; }

study=(--axis denoiser.cores=1..16 --axis denoiser.lanes=1,2,3 --axis denoiser.lfsr_width=17,32 --fidelity analytic --format csv)
sweep "${study[@]}" --jobs 1
cp out whole.csv
for ranks in 2 4; do
    mpi "$ranks" "${study[@]}" --db "ranks$ranks.sqlite"
    check "$ranks ranks: done" code_is 0
    check "$ranks ranks: the same table" same out whole.csv
done
mpi 3 "${study[@]}" --jobs 2
check 'two workers a rank: the same table' same out whole.csv
mpi 3 "${study[@]}" --db ranks2.sqlite
check 'many ranks go on where two were' said '96 points were there, 0 computed'
sweep "${study[@]}" --db ranks4.sqlite
check 'and one machine where many were' said '96 points were there, 0 computed'

transaction=(--axis denoiser.cores=1..12 --format csv)
sweep "${transaction[@]}" --jobs 2
cp out transaction.csv
mpi 3 "${transaction[@]}"
check 'points with a process of their own: the same table' same out transaction.csv

# Errors: one line, from rank 0.
for words in '--axis denoiser.core=1,2' '--axis denoiser.cores=4..1' '--axis denoiser.cores=1,2 --db none/x.sqlite' \
    '--axis denoiser.lfsr_width=16,17 --fidelity analytic'; do
    # shellcheck disable=SC2086
    mpi 3 $words
    check "mpirun quell sweep $words: a failure" not code_is 0
    check "mpirun quell sweep $words: one line" own_lines 1
done

# A worker process that is killed costs its point, for this time. A rank's worker is its child; its children are points.
long=(--axis denoiser.cores=1..12 --axis denoiser.lanes=1..6 --format csv)
sweep "${long[@]}" --jobs 2 --db long.sqlite
cp out long.csv
timeout 120 mpirun --oversubscribe -n 3 "$QUELL" sweep "${long[@]}" --db "$work/killed.sqlite" > out 2> err < /dev/null &
job=$!
killed=0
for _ in $(seq 600); do
    kill -0 "$job" 2> /dev/null || break
    for agent in $(pgrep -f "quell-mpi sweep .*--db $work/killed.sqlite"); do
        # Workers have the agent's command line; so do points.
        parent=$(ps -o ppid= -p "$agent" 2> /dev/null | tr -d ' ')
        if [[ -n $parent ]] && tr '\0' ' ' < "/proc/$parent/cmdline" 2> /dev/null | grep -q 'quell-mpi sweep'; then
            ((killed < 3)) && [[ -s killed.sqlite ]] && kill -KILL "$agent" 2> /dev/null && killed=$((killed + 1)) && sleep 0.3
            break
        fi
    done
    ((killed >= 3)) && break
    sleep 0.05
done
wait "$job"
code=$?
check 'killed workers: the sweep ends' code_is 0
check 'killed workers: some were' test "$killed" -gt 0
check 'killed workers: no point but theirs is lost' test "$(grep -c '^[0-9]*,done,' out)" -ge $((72 - killed))
check 'killed workers: all points are there' test "$(wc -l < out)" == 73
mpi 3 "${long[@]}" --db "$work/killed.sqlite"
check 'killed workers: the next start computes what was lost' same out long.csv

# The whole job killed, and started again.
for _ in 1 2 3; do
    setsid mpirun --oversubscribe -n 3 "$QUELL" sweep "${long[@]}" --db "$work/job.sqlite" > /dev/null 2>&1 < /dev/null &
    job=$!
    sleep "$((RANDOM % 2 + 1)).$((RANDOM % 10))"
    kill -KILL -- "-$job" 2> /dev/null
    for process in $(pgrep -f "quell-mpi sweep .*--db $work/job.sqlite"); do kill -KILL "$process" 2> /dev/null; done
    wait "$job" 2> /dev/null
done
mpi 3 "${long[@]}" --db "$work/job.sqlite"
check 'the job killed: it goes on to the same table' same out long.csv

finish
