#!/usr/bin/env bash
# ./quell in a world of stand-ins: its own copy of the script, and a PATH whose cmake, apt-get, dpkg-query, sudo and
# ctest only write down how they were called. Argument: the script.
set -u
script=$1
work=$(mktemp -d)
trap 'rm -rf -- "$work"' EXIT
checks=0 failures=0

check() {  # check WHAT COMMAND...
    checks=$((checks + 1))
    local what=$1
    shift
    if ! "$@"; then
        failures=$((failures + 1))
        echo "FAILED: $what"
        sed 's/^/    log: /' "$work/log"
        sed 's/^/    err: /' "$work/err"
    fi
}
logged() { grep -qE -- "$1" "$work/log"; }
said() { grep -qE -- "$1" "$work/err"; }
not() { ! "$@"; }

# A machine: `installed` is what dpkg-query knows, `tools` what PATH has beside the basic ones.
new_machine() {
    rm -rf -- "${work:?}"/*
    mkdir -p "$work/bin" "$work/the checkout/sw/cli"
    : > "$work/installed"
    : > "$work/log"
    for tool in bash env dirname readlink pwd find sed grep awk nproc flock mkdir touch mv cat rm mktemp cp sleep id chmod; do
        ln -s "$(command -v "$tool")" "$work/bin/$tool"
    done
    tool dpkg-query 'while read -r p; do for a in "$@"; do [ "$a" = "$p" ] && echo "ii $p"; done; done < "$WORK/installed"; exit 0'
    tool apt-get '
        case " $* " in *" install "*)
            for a in "$@"; do case $a in -*|install|*=*) ;; *) echo "$a" >> "$WORK/installed" ;; esac; done
            for t in g++ cmake ninja pkg-config; do cp "$WORK/pool/$t" "$WORK/bin/$t"; done ;;
        esac
        echo "noise of apt"'
    mkdir -p "$work/pool"
    for t in g++ ninja pkg-config; do echo '#!/bin/sh' > "$work/pool/$t"; done
    cat > "$work/pool/cmake" << 'CMAKE'
#!/usr/bin/env bash
echo "cmake $*" >> "$WORK/log"
[[ -e $WORK/break ]] && { echo "it broke"; exit 1; }
if [[ $1 == --build ]]; then
    sleep "${SLOW:-0}"
    mkdir -p "$2/bin"
    printf '#!/bin/sh\necho "program $*"\n' > "$2/bin/quell"
    chmod +x "$2/bin/quell"
fi
echo "noise of cmake"
CMAKE
    chmod +x "$work"/pool/*
    tool ctest 'echo "program ctest $*"'
    local checkout="$work/the checkout"
    cp -- "$script" "$checkout/quell"
    mkdir -p "$checkout"/{cmake,models,hw,tlm,sw,testbench,tests}
    touch "$checkout"/{CMakeLists.txt,CMakePresets.json} "$checkout/models/a.cpp"
    find "$checkout" -exec touch -d '1 minute ago' {} +
}
tool() {
    printf '#!/usr/bin/env bash\necho "%s $*" >> "$WORK/log"\n%s\n' "$1" "$2" > "$work/bin/$1"
    chmod +x "$work/bin/$1"
}
have_everything() {
    cp "$work"/pool/* "$work/bin/"
    tool dpkg-query 'for a in "$@"; do case $a in -*) ;; *) echo "ii $a" ;; esac; done'
}
quell() {
    : > "$work/log"
    (cd / && env -i WORK="$work" PATH="$work/bin" HOME=/ "${environment[@]}" bash "$work/the checkout/quell" "$@") \
        > "$work/out" 2> "$work/err" < /dev/null
    code=$?
}
environment=()
output_is() { [[ $(< "$work/out") == "$1" ]]; }
code_is() { [[ $code == "$1" ]]; }

if [[ $(id -u) == 0 ]]; then
    new_machine
    quell run --seed 1
    check "a bare machine: root installs" logged 'apt-get .*install -y --no-install-recommends g\+\+ cmake ninja-build pkg-config libsystemc-dev'
    check "and says what" said 'installing g\+\+ cmake'
    check "no LibTorch, no Catch2 for a run" not logged 'apt-get .*(libtorch|catch2)'
    check "standard output is the program's alone" output_is 'program run --seed 1'
    check "and it ran" code_is 0

    quell run
    check "nothing changed: nothing but the program runs" not logged .
    check "and nothing is said" not said .

    new_machine
    quell test
    check "the tests need Catch2 and LibTorch" logged 'apt-get .*install .*catch2 .*libtorch-dev'

    new_machine
    quell train --epochs 1
    check "training needs LibTorch" logged 'apt-get .*install .*libtorch-dev'
    check "but not Catch2" not logged 'apt-get .*catch2'
    check "and the program that has it" logged 'cmake --build .* --target quell quell-train '
    check "which is switched on" logged 'QUELL_BUILD_TESTS=OFF -DQUELL_BUILD_TRAINER=ON'
fi

new_machine
have_everything
quell block --format json
check "everything there: no installation" not logged apt-get
check "configured for release" logged 'cmake --preset release .*-DQUELL_BUILD_TESTS=OFF'
check "the program is built" logged 'cmake --build .* --target quell '
check "only the program's output" output_is 'program block --format json'
quell block
check "the second time it starts at once" not logged cmake

touch "$work/the checkout/models/a.cpp"
quell block
check "a changed file is built" logged 'cmake --build'
rm "$work/the checkout/models/a.cpp"
quell block
check "a deleted file is noticed" logged 'cmake --build'
quell block
check "and then no longer" not logged cmake

quell test --all -R config
check "everything is built for the tests" logged 'cmake --build .* --target all '
check "with them switched on" logged 'QUELL_BUILD_TESTS=ON'
check "--all leaves no label out, the rest goes to ctest" output_is "program ctest --test-dir $work/the checkout/build --output-on-failure --parallel $(nproc) -R config"
quell test
check "without --all the long ones stay out" output_is "program ctest --test-dir $work/the checkout/build --output-on-failure --parallel $(nproc) --label-exclude ^long\$"
touch "$work/the checkout/sw/x.cpp"
quell block
check "the tests stay switched on" logged 'QUELL_BUILD_TESTS=ON'

environment=(CI=true)
quell test
check "in CI warnings are errors" logged 'cmake --preset ci '
environment=()
quell test
check "and stay so in that folder: nothing is built again" not logged cmake

touch "$work/break"
touch "$work/the checkout/sw/y.cpp"
quell block
check "a broken build is a failure" code_is 1
check "that shows why" said 'it broke'
check "on standard error" output_is ''
rm "$work/break"
quell block
check "and is tried again" code_is 0

new_machine
have_everything
environment=(SLOW=1)
quell block & first=$!
quell_two() { (cd / && env -i WORK="$work" PATH="$work/bin" bash "$work/the checkout/quell" block) > "$work/out2" 2>&1; }
sleep 0.3
quell_two
wait $first
check "two at once: one waits" grep -q 'waiting' "$work/out2"
check "and both run" grep -q 'program block' "$work/out2"
environment=()

new_machine
rm "$work/bin/apt-get"
quell run
check "another system: the packages are named" said 'missing: g\+\+'
check "and it stops" code_is 1

# Without the right to install: the script asks EUID, so another user is needed to try it.
if [[ $(id -u) == 0 ]] && command -v setpriv > /dev/null; then
    new_machine
    chmod -R a+rwX "$work"
    chmod a+x "$work"
    : > "$work/log"; chmod a+w "$work/log"
    (cd / && env -i WORK="$work" PATH="$work/bin" "$(command -v setpriv)" --reuid 65534 --regid 65534 --clear-groups \
        bash "$work/the checkout/quell" run) > "$work/out" 2> "$work/err" < /dev/null
    code=$?
    check "no right to install: the line to type" said 'as root: apt-get install --no-install-recommends g\+\+ cmake'
    check "and it stops with 1" code_is 1
    check "without trying" not logged 'apt-get'
fi

echo "$checks checks, $failures failed"
((failures == 0))
