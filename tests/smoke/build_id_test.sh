#!/usr/bin/env bash
# What a build says of its sources: cmake/QuellBuildId.cmake in repositories made for it. Arguments: cmake, the script.
set -u
cmake=$1 script=$2
command -v git > /dev/null || { echo '[skipped] there is no git'; exit 0; }
work=$(mktemp -d)
trap 'rm -rf -- "$work"' EXIT
export HOME=$work GIT_CONFIG_NOSYSTEM=1 GIT_CEILING_DIRECTORIES=$work
checks=0 failures=0

project=$work/project
mkdir -p "$project/models" "$project/docs"
echo 'int x = 1;' > "$project/models/x.cpp"
echo 'x is one' > "$project/docs/x.md"
in_git() { git -C "$project" -c user.name=nobody -c user.email=nobody@example.org -c commit.gpgsign=false "$@"; }
build_id() {
    "$cmake" "-DSOURCE=$project" "-DOUTPUT=$work/id.cpp" -P "$script" || echo failed
    sed -n 's/^ *return "\(.*\)";$/\1/p' "$work/id.cpp"
}
is() {  # WHAT EXPECTED GOT
    checks=$((checks + 1))
    [[ $2 == "$3" ]] || { failures=$((failures + 1)); printf 'FAILED: %s\nexpected: %s\ngot: %s\n' "$1" "$2" "$3"; }
}

is 'without git' unknown "$(build_id)"
in_git init -q
is 'in git, but no file of it is there' unknown "$(build_id)"
in_git add .
in_git commit -qm 'first'
first=$(in_git rev-parse HEAD)
is 'the commit' "${first:0:12}" "$(build_id)"
touch -d '2001-01-01' "$work/id.cpp"
before=$(stat -c %Y "$work/id.cpp")
is 'once more' "${first:0:12}" "$(build_id)"
is 'once more: the file is left alone' "$before" "$(stat -c %Y "$work/id.cpp")"

echo 'x may be two' > "$project/docs/x.md"
is 'documentation that differs is no other build' "${first:0:12}" "$(build_id)"
in_git commit -qam 'documentation'
is 'nor is a commit of documentation' "${first:0:12}" "$(build_id)"

echo 'int x = 2;' > "$project/models/x.cpp"
two=$(build_id)
is 'sources that differ' "${first:0:12}-modified-" "${two%???????}"
echo 'int x = 3;' > "$project/models/x.cpp"
three=$(build_id)
is 'and differ otherwise: another build' different "$([[ $two == "$three" ]] && echo same || echo different)"
echo 'int x = 2;' > "$project/models/x.cpp"
is 'the same differences: the same build' "$two" "$(build_id)"
in_git commit -qam 'second'
second=$(in_git rev-parse HEAD)
is 'committed' "${second:0:12}" "$(build_id)"
echo "$checks checks, $failures failed"
((failures == 0))
