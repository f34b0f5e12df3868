#!/usr/bin/env bash
# `quell sweep` of what it cannot do: one clear line each. Argument: the program.
QUELL=$1
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
analytic=(--fidelity analytic)

# Axes.
refused 2 'there is nothing to sweep, expected --axis KEY=VALUES'
refused 2 '--axis denoiser.core: there is no such option; the nearest is denoiser.cores' --axis denoiser.core=1,2
refused 2 '--axis denoiser.cores=4..1: 4..1 runs backwards and is empty' --axis denoiser.cores=4..1
refused 2 'there are no values' --axis denoiser.cores=
refused 2 'expected KEY=VALUES' --axis denoiser.cores
refused 2 'has 2 twice' --axis denoiser.cores=1,2,2
refused 2 'a step is missing, expected FROM:TO:STEP, or --latin N' --axis denoiser.cores=1:4
refused 2 'denoiser.cores: given twice' --axis denoiser.cores=1,2 --axis denoiser.cores=3
refused 2 'denoiser.cores.*(expected|whole number)' --axis denoiser.cores=1,two
refused 2 'denoiser.cores.*1 to 64' --axis denoiser.cores=1,65
refused 2 'denoiser.schedule.*sequential' --axis denoiser.schedule=sequential,parallel
refused 2 'is an axis as well, expected one of both' --axis denoiser.cores=1,2 --denoiser.cores 4

# Axes that change nothing.
refused 2 '--axis noise.sigma_percent: only values depend on it' --axis noise.sigma_percent=0,6
refused 2 '--axis device.time_s: only values depend on it|--axis device.*: only values' --axis device.chip_seed=1,2
refused 2 '--axis seed: only values depend on it' --axis seed=1..20
refused 2 '--axis arithmetic: only values depend on it' --axis arithmetic=fixed16,float32
refused 2 '--axis format: never changes a result' --axis format=csv,json
refused 2 '--axis threads: never changes a result' --axis threads=1,2
refused 2 '--axis denoiser.cores: no network has a block' resnet18 --axis denoiser.cores=1,2
refused 2 '--axis jobs: is an argument of the command, one for all points' --axis jobs=1,2
refused 2 '--axis axis: is an argument of the command' --axis axis=1,2
refused 2 '--axis denoiser.cores: no point has a block with denoiser.after = none' --axis denoiser.after=none --axis denoiser.cores=1,2
refused 2 '--axis denoiser.lanes: no point has a block with denoiser.after = none' --denoiser.after none --axis denoiser.lanes=1,2
refused 2 '--axis denoiser.lanes: no point has a block with denoiser.after = auto' resnet18 --denoiser.after auto --axis denoiser.lanes=1,2
sweep --axis 'denoiser.after=1,20;none' --axis denoiser.cores=1,2 "${analytic[@]}" --format csv
check 'points without blocks, to compare with: allowed' code_is 0
check 'points without blocks: all four' points_done 4
sweep --axis denoiser.after=none --axis platform.grid_rows=16,32 "${analytic[@]}" --format csv
check 'no blocks, and no axis of theirs: allowed' points_done 2
refused 2 '--axis input.resize: all points see the same images' resnet20_synthetic --dataset synthetic --axis input.resize=pad,stretch

# Too many points, counted without being made.
refused 2 '1000000000 points, more than --limit 1000000; expected fewer, --latin N of them, or a larger --limit' \
    --axis clock_mhz=1..1000 --axis platform.alu_lanes=1..1000 --axis platform.grid_rows=1..1000
refused 2 'more than --limit 3' --axis denoiser.cores=1..4 --limit 3
refused 2 'at most 10000000 are expected' --axis clock_mhz=1..1000000000
many=()
for option in platform.alu_lanes platform.grid_rows platform.grid_columns denoiser.cores denoiser.lanes clock_mhz tile.rows; do
    many+=(--axis "$option=1..1024")
done
refused 2 '[0-9]+ points, more than --limit' "${many[@]}"

# Networks.
refused 2 'resnet19' resnet19 --denoiser.after 1 --axis denoiser.cores=1,2
refused 1 'nothing.onnx' nothing.onnx --denoiser.after 1 --axis denoiser.cores=1,2
refused 2 'resnet18: given twice' resnet18 resnet18 --axis platform.grid_rows=8,16
refused 2 'the network is an axis as well' resnet18 --axis model=resnet18,vgg16
echo 'no network' > text.onnx
refused 1 'text.onnx' text.onnx --axis platform.grid_rows=8,16

# Files that options name: found before the first point, so that nothing is printed and no database begun.
mkdir files
printf 'event,picojoules,source\nconversion,1.0,ours\n' > files/good.csv
printf 'event,picojoules,source\nconversion,nan,ours\n' > files/bad.csv
refused 1 '--axis energy.table: none.csv: is not there, expected a file' --axis energy.table=files/good.csv,none.csv "${analytic[@]}" --db files.sqlite
check 'a file that is not there: no database is begun' test ! -e files.sqlite
refused 1 '--axis energy.table: files: is no file' --axis energy.table=files/good.csv,files "${analytic[@]}"
refused 1 "--axis energy.table: files/bad.csv:2: conversion = 'nan' pJ" --axis energy.table=files/good.csv,files/bad.csv "${analytic[@]}"
refused 1 'energy.table: none.csv: is not there' --axis denoiser.cores=1,2 --energy.table none.csv "${analytic[@]}"
synthetic=(resnet20_synthetic --dataset synthetic --images 4)
refused 1 '--axis denoiser.weights: nowhere: is not there, expected a folder' "${synthetic[@]}" --axis denoiser.weights=nowhere,files
refused 1 '--axis denoiser.weights: files/good.csv: is no folder' "${synthetic[@]}" --axis denoiser.weights=files,files/good.csv
refused 1 '--axis device.programming_table: none.csv: is not there' "${synthetic[@]}" --noise.model device --axis device.programming_table=none.csv

# Designs, lists, objectives.
refused 2 '--latin-seed 3: without effect, expected --latin N' --axis denoiser.cores=1,2 --latin-seed 3
printf 'denoiser.cores\n1\n2\n' > points.csv
refused 2 '--latin-seed 3: without effect' --points points.csv --latin-seed 3
refused 2 'expected no --axis with it' --points points.csv --axis denoiser.lanes=1,2
refused 2 'expected no --latin with it' --points points.csv --latin 4
refused 1 'none.csv: cannot be opened' --points none.csv
printf 'denoiser.cores,denoiser.lanes\n1,2\n3\n' > short.csv
refused 1 'short.csv:3: has 1 values, expected 2' --points short.csv
printf 'denoiser.cores\n1\n99\n' > value.csv
refused 2 'value.csv:3: denoiser.cores: 99: out of range, expected a whole number \(cores\), 1 to 64' --points value.csv
printf 'denoiser.schedule,denoiser.cores\nsequential,1\n\nparallel,2\n' > word.csv
refused 2 'word.csv:4: denoiser.schedule: parallel: expected one of sequential, overlapped' --points word.csv
printf 'platform.grid_rows,energy.table\n8,files/good.csv\n9,none.csv\n' > table.csv
refused 1 'table.csv:3: energy.table: none.csv: is not there' --points table.csv "${analytic[@]}"
printf 'model\nresnet18\nresnet19\n' > model.csv
refused 2 "model.csv:3: model: .*resnet19" --points model.csv "${analytic[@]}"
printf 'model\nresnet18\nnothing.onnx\n' > model.csv
refused 1 "model.csv:3: model: nothing.onnx" --points model.csv "${analytic[@]}"
printf 'clock_mhz,jobs\n400,1\n' > jobs.csv
refused 2 'jobs.csv:1: jobs: is an argument of the command' --points jobs.csv
printf 'threads\n1\n' > threads.csv
refused 2 'threads.csv:1: threads: never changes a result' --points threads.csv
printf 'denoiser.cores,pixels\n1,2\n' > key.csv
refused 2 'key.csv:1: pixels: there is no such option' --points key.csv
refused 2 "no objective 'latency'; the nearest is latency_us" --axis denoiser.cores=1,2 --objectives latency
refused 2 'accuracy_percent: there are no images' --axis denoiser.cores=1,2 --objectives accuracy_percent
refused 2 'denoiser.cores: 04 is 4 once more' --axis denoiser.cores=4,04
refused 2 'latency_us is there twice' --axis denoiser.cores=1,2 --objectives latency_us,latency_us
refused 2 'expected the name of a file' --axis denoiser.cores=1,2 --db ''
refused 2 "objective 'baseline_compute_cycles': neither less nor more" --axis denoiser.cores=1,2 --objectives baseline_compute_cycles
refused 2 '--images: there are no images' --axis denoiser.cores=1,2 --images 10
refused 2 '--show-configuration 2: expected a point, 0 to 1' --axis denoiser.cores=1,2 --show-configuration 2

# Points that fail do not stop the rest: 16 bits are too few for the noise of a large block.
sweep --axis denoiser.lfsr_width=16,32,17 --axis denoiser.cores=1,2 "${analytic[@]}" --format csv --jobs 2
check 'failing points: the others are done' code_is 0
check 'failing points: nothing else is said' silent
check 'failing points: two of six are done' points_done 2
check 'failing points: with their message' printed '^4,failed,17,1,.*denoiser.lfsr_width = 17: too narrow'
check 'failing points: in their place' printed '^2,done,32,1,'
sweep --axis denoiser.lfsr_width=32,16 --axis clock_mhz=400,500 "${analytic[@]}"
check 'failing points: the table says how many and why' printed '2 points failed, point 2 first: .*denoiser.lfsr_width = 16'
sweep --axis denoiser.lfsr_width=16,17 "${analytic[@]}" --format csv
check 'nothing could be computed: a failure' code_is 1
check 'nothing could be computed: one line with the first reason' one_line
check 'nothing could be computed: the first reason' said 'no point could be computed; the first: .*denoiser.lfsr_width = 16'
check 'nothing could be computed: the table is there' printed '^1,failed,17,'
sweep --axis denoiser.lfsr_width=16,32 --show-configuration 0
check 'the configuration of a point is written whether it runs or not' code_is 0

finish
