# A Verilog simulator reads the memory image and comes to the same output. usage: verilog_test.sh QUELL MODEL.v WORK
set -eu
quell=$1 model=$2 work=$3
if ! command -v iverilog > /dev/null; then
    echo "[skipped] needs iverilog"
    exit 0
fi
rm -rf "$work"
mkdir -p "$work"
"$quell" block --channels 16 --height 9 --width 11 --seed 9 --memory-image "$work/image" > /dev/null
iverilog -g2012 -s memory_image -Pmemory_image.C=16 -Pmemory_image.H=9 -Pmemory_image.W=11 -Pmemory_image.B=4 \
    -o "$work/model" "$model"
vvp "$work/model" "+dir=$work/image" | tee "$work/log"
grep -qx '1584 words, 0 differ' "$work/log"
if grep -qi warning "$work/log"; then exit 1; fi
