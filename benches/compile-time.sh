#!/bin/sh
# How long a crate takes to build that derives ours, against one that derives serde's two traits.
#
# Each has 200 structs of 10 fields. First as a library, where the generic half of what a derive
# writes is checked and nothing more, then as a program that writes and reads all of them.
# Dependencies are built before; what is measured is the crate alone.
#
#     benches/compile-time.sh [structs [rounds]]
set -eu

structs=${1:-200}
rounds=${2:-5}
here=$(cd "$(dirname "$0")/.." && pwd)
work=${TMPDIR:-/tmp}/pickle-compile-time
export CARGO_TARGET_DIR="$work/target" CARGO_INCREMENTAL=0 RUSTFLAGS="-A warnings"

# crate NAME DERIVE DEPENDENCIES FILE MAIN: the structs, and what a program does with them.
crate() {
    mkdir -p "$work/$1/src"
    cat > "$work/$1/Cargo.toml" <<EOF
[package]
name = "$1"
version = "0.0.0"
edition = "2024"

[dependencies]
$3

[workspace]
EOF
    cp "$here/Cargo.lock" "$work/$1/Cargo.lock"
    types='u32 f64 String Vec<u32> Option<String> bool i64 (f64,f64) Vec<String> u8'
    {
        echo "#![allow(dead_code)]"
        n=0
        while [ "$n" -lt "$structs" ]; do
            echo "#[derive(Clone, Debug, $2)]"
            echo "pub struct Record$n {"
            field=0
            for type in $types; do
                echo "    pub field_$field: $type,"
                field=$((field + 1))
            done
            echo "}"
            n=$((n + 1))
        done
        echo "#[derive(Clone, Debug, $2)]"
        echo "pub struct Root {"
        n=0
        while [ "$n" -lt "$structs" ]; do
            echo "    pub record_$n: Vec<Record$n>,"
            n=$((n + 1))
        done
        echo "}"
        echo "$5"
    } > "$work/$1/src/$4"
}

# measure CRATE FILE PROFILE: the best of several builds, in milliseconds.
measure() {
    cd "$work/$1"
    cargo build --offline --quiet $3
    best=999999
    round=0
    while [ "$round" -lt "$rounds" ]; do
        touch "src/$2"
        begin=$(date +%s%N)
        cargo build --offline --quiet $3
        end=$(date +%s%N)
        taken=$(((end - begin) / 1000000))
        [ "$taken" -lt "$best" ] && best=$taken
        round=$((round + 1))
    done
    echo "$best"
}

# compare WHAT KIND FILE PROFILE
compare() {
    ours=$(measure "ours-$2" "$3" "$4")
    theirs=$(measure "theirs-$2" "$3" "$4")
    ratio=$(awk "BEGIN { printf \"%.2f\", $ours / $theirs }")
    echo "$1: ours $ours ms, serde's $theirs ms, ratio $ratio"
}

core="pickle-core = { path = \"$here/pickle-core\" }"
serde='serde = { version = "1", features = ["derive"] }
serde_json = "1"'

crate ours-library pickle_core::Reduce "$core" lib.rs ''
crate theirs-library 'serde::Serialize, serde::Deserialize' "$serde" lib.rs ''
crate ours-program pickle_core::Reduce "$core" main.rs '
fn main() {
    let pickle = std::fs::read("root.pkl").unwrap_or_default();
    if let Ok(root) = pickle_core::from_slice::<Root>(&pickle) {
        println!("{:?}", pickle_core::to_vec(&root).map(|pickle| pickle.len()));
    }
}'
crate theirs-program 'serde::Serialize, serde::Deserialize' "$serde" main.rs '
fn main() {
    let json = std::fs::read("root.json").unwrap_or_default();
    if let Ok(root) = serde_json::from_slice::<Root>(&json) {
        println!("{:?}", serde_json::to_vec(&root).map(|json| json.len()));
    }
}'

compare "library" library lib.rs ""
# With serde_json, whose generic code is compiled here too, as is that of ours.
compare "program" program main.rs ""
