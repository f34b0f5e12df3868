#!/usr/bin/env bash
# The completion for bash, as bash calls it and as a person meets it. Arguments: quell, and quell-train or nothing.
set -u
programs=$(cd -- "$(dirname -- "$1")" && pwd)
PATH=$programs:$PATH
work=$(mktemp -d)
trap 'rm -rf -- "$work"' EXIT
"$1" help --as bash > "$work/quell.bash"
# shellcheck disable=SC1091
source "$work/quell.bash"
mkdir "$work/here"
cd -- "$work/here" || exit 1
touch one.ini 'two words.onnx'
mkdir folder
checks=0 failures=0

# completes WHAT WORD... : what the last word becomes, sorted, is compared with the lines of standard input.
completes() {
    local what=$1 code got
    shift
    COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMPREPLY=()
    _quell 2> ../err
    code=$?
    got=$(printf '%s\n' "${COMPREPLY[@]}" | sort)
    report "$what" "$(sort)" "$got" "$code"
}
report() {
    checks=$((checks + 1))
    if [[ $2 != "$3" || $4 != 0 || -s ../err ]]; then
        failures=$((failures + 1))
        printf 'FAILED: %s (%s)\nexpected: %s\ngot: %s\n%s\n' "$1" "$4" "$2" "$3" "$(< ../err)"
    fi
}
: > ../err

completes 'commands' quell co <<< $'compile\nconfig'
completes 'commands of quell-train' quell har <<< harden
completes 'a section of options' quell run --denoiser.s <<< $'--denoiser.sampling=\n--denoiser.schedule='
completes 'options of the command' quell block --vcd- <<< $'--vcd-from=\n--vcd-scope=\n--vcd-to='
completes 'which another command has not' quell config --vcd- <<< ''
completes 'what takes no value has no =' quell block --compare <<< --compare-schedules
completes 'choices behind a blank' quell run --denoiser.schedule '' <<< $'overlapped\nsequential'
completes 'choices behind =, three words of bash' quell run --denoiser.schedule = <<< $'overlapped\nsequential'
completes 'the beginning of a choice behind =' quell run --denoiser.schedule = ov <<< overlapped
completes 'choices behind =, one word' quell run --denoiser.schedule=o <<< --denoiser.schedule=overlapped
completes 'true and false' quell run --denoiser.bias = <<< $'false\ntrue'
completes 'a number is not guessed' quell run --denoiser.cores '' <<< ''
completes 'files behind --config' quell run --config '' <<< $'folder\none.ini\ntwo words.onnx'
completes 'files behind =' quell run --config = o <<< one.ini
completes 'files with blanks' quell run tw <<< 'two words.onnx'
completes 'networks, as operands' quell run resnet20 <<< $'resnet20_cifar10\nresnet20_synthetic'
completes 'behind options too' quell run --seed 3 --format = json resnet20_s <<< resnet20_synthetic
completes 'the choices of a command: its first operand' quell model s <<< show
completes 'and its second' quell model show resnet20_s <<< resnet20_synthetic
completes 'axes of a sweep: names of options' quell sweep --axis denoiser.la <<< denoiser.lanes=
completes 'the same behind =' quell sweep --axis = denoiser.la <<< denoiser.lanes=
completes 'the networks are an axis' quell sweep --axis mod <<< model=
completes "the command's own options are no axes" quell sweep --axis j <<< ''
completes 'nor is what never changes a result' quell sweep --axis threa <<< ''
completes 'values of an axis: words, three words of bash' quell sweep --axis denoiser.schedule = '' <<< $'overlapped\nsequential'
completes 'the second value of an axis' quell sweep --axis denoiser.schedule = overlapped,se <<< overlapped,sequential
completes 'values of an axis, five words of bash' quell sweep --axis = denoiser.schedule = se <<< sequential
completes 'values of an axis, one word' quell sweep --axis denoiser.schedule=ov <<< denoiser.schedule=overlapped
completes 'and all of it one word' quell sweep --axis=denoiser.schedule=ov <<< --axis=denoiser.schedule=overlapped
completes 'a number as axis is not guessed' quell sweep --axis denoiser.cores = '' <<< ''
completes 'files as values of an axis' quell sweep --axis energy.table = o <<< one.ini
completes 'networks as values of an axis' quell sweep --axis model = vgg16,resnet20_s <<< vgg16,resnet20_synthetic
completes 'objectives: metrics' quell sweep --objectives lat <<< latency_us
completes 'objectives behind =' quell sweep --objectives = over <<< overhead_percent
completes 'a list of objectives' quell sweep --objectives latency_us,energy_u <<< latency_us,energy_uj
completes 'where cycles went is no objective' quell sweep --objectives baseline <<< baseline_cycles
completes 'but is drawn' quell report --metrics baseline_comp <<< baseline_compute_cycles
completes 'networks of a sweep, as many as there are' quell sweep resnet20_cifar10 vgg16 resnet20_s <<< resnet20_synthetic
completes 'topics of help' quell help den <<< denoiser
completes 'forms of help' quell help --as '' <<< $'bash\nman\nmarkdown\ntext\nzsh'

if [[ -n ${2-} ]]; then
    completes 'options of a command of quell-train' quell train --learning <<< --learning-rate=
    completes 'and their choices' quell train --method = q <<< qat
    completes 'and the common ones' quell train --noise.mod <<< --noise.model=
else
    unset -f _quell_train
    PATH=/usr/bin:/bin completes 'without quell-train: files' quell train o <<< one.ini
fi

# As it is typed: what a shell makes of the tabulators. A machine that is busy may need a second try.
block_keys=$'quell bl\t--denoiser.sched\tov\t --config on\t --see\t3'
block_typed='typed: <block --denoiser.schedule=overlapped --config one.ini --seed=3>'
sweep_keys=$'quell sw\t--axis denoiser.sched\tov\t --objectives lat\t'
sweep_typed='typed: <sweep --axis denoiser.schedule=overlapped --objectives latency_us>'
as_it_is_typed() {  # WHAT KEYS EXPECTED SHELL...
    local what=$1 keys=$2 typed=$3 wait got
    shift 3
    for wait in 1 4 8; do
        (sleep "$wait"; printf '%s\n' "$keys"; sleep "$wait"; echo exit; sleep 1) |
            script -qec "$*" /dev/null > ../screen 2>&1
        got=$(tr -d '\r' < ../screen | sed -n 's/^.*\(typed: <[a-z]* .*>\).*$/\1/p' | head -1)
        [[ $got != "$typed" ]] || break
    done
    report "$what" "$typed" "$(tr -s ' ' <<< "$got")" 0
}
if script -qec true /dev/null > /dev/null 2>&1; then  # there is one, and it finds a terminal to give
    cat > ../bash.rc << 'RC'
PS1= PS2=
bind 'set enable-bracketed-paste off'
source ../quell.bash
quell() { printf 'typed: <%s>\n' "$*"; }
RC
    as_it_is_typed 'typed in bash' "$block_keys" "$block_typed" bash --rcfile ../bash.rc -i
    as_it_is_typed 'a sweep, typed in bash' "$sweep_keys" "$sweep_typed" bash --rcfile ../bash.rc -i
    if command -v zsh > /dev/null; then
        mkdir ../zsh
        "$1" help --as zsh > ../quell.zsh
        cat > ../zsh/.zshrc << 'RC'
PS1=
unsetopt zle_bracketed_paste 2> /dev/null
source ../quell.zsh
quell() { print -r -- "typed: <$*>"; }
RC
        ZDOTDIR=$work/zsh as_it_is_typed 'typed in zsh' "$block_keys" "$block_typed" zsh -i
        ZDOTDIR=$work/zsh as_it_is_typed 'a sweep, typed in zsh' "$sweep_keys" "$sweep_typed" zsh -i
    fi
fi
echo "$checks checks, $failures failed"
((failures == 0))
