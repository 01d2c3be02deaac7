# What `run` and `schemathesis` share: the program, a store of the bundled sample, and a server for each check.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
target=${CARGO_TARGET_DIR:-$root/target}
cache=$target/clients
work=$(mktemp -d)
results=$work/results
passed=0 failed=0 skipped=0
server= front=
mkdir -p "$cache"
: >"$results"
export BACKLOT_SAMPLE=$root/docs/sample PIP_DISABLE_PIP_VERSION_CHECK=1 PYTHONDONTWRITEBYTECODE=1

note() { # note ok|FAILED|skipped WHAT
    echo "$*" | tee -a "$results"
}

# Ends what was started here, by its process id.
clean_up() {
    for process in "$server" "$front"; do
        if [ -n "$process" ]; then kill "$process" 2>/dev/null || true; fi
    done
    rm -rf "$work"
}
trap clean_up EXIT

# The program under test, as BACKLOT_PROGRAM, and a store of the sample to copy for each check.
build() {
    if [ -z "${BACKLOT_PROGRAM:-}" ]; then
        (cd "$root" && cargo build -q -p backlot)
        BACKLOT_PROGRAM=$target/debug/backlot
    fi
    export BACKLOT_PROGRAM
    "$BACKLOT_PROGRAM" --quiet init "$work/sample.backlot"
    "$BACKLOT_PROGRAM" --quiet --store "$work/sample.backlot" import github "$BACKLOT_SAMPLE"
}

# serve NAME [OPTION...]: serves a copy of the store; sets BACKLOT_STORE, BACKLOT_URL and BACKLOT_TOKEN.
serve() {
    local name=$1
    shift
    export BACKLOT_STORE=$work/$name/work.backlot BACKLOT_URL= BACKLOT_TOKEN=
    log=$work/$name/log
    mkdir -p "$work/$name"
    cp "$work/sample.backlot" "$BACKLOT_STORE"
    : >"$work/$name/printed"
    "$BACKLOT_PROGRAM" --store "$BACKLOT_STORE" serve --port 0 --verbose "$@" >"$work/$name/printed" 2>"$log" &
    server=$!
    for _ in $(seq 100); do
        BACKLOT_URL=$(head -n 1 "$work/$name/printed")
        [ -n "$BACKLOT_URL" ] && break
        kill -0 "$server" 2>/dev/null || break
        sleep 0.1
    done
    BACKLOT_URL=${BACKLOT_URL%/}
    case $BACKLOT_URL in
    http://127.0.0.1:*) ;;
    *)
        note "FAILED server: it did not start for $name: $(tail -n 3 "$log" | tr '\n' ' ')"
        server=
        return 1
        ;;
    esac
    if [ -f "$BACKLOT_STORE.token" ]; then BACKLOT_TOKEN=$(head -n 1 "$BACKLOT_STORE.token"); fi
}

# stop NAME: the server stops when asked, tells no token and no failure of its own in its log, and leaves a sound store.
stop() {
    local name=$1 code=0
    kill -TERM "$server" 2>/dev/null || true
    wait "$server" || code=$?
    server=
    case $code in
    0) note "ok $name: the server stopped when asked" ;;
    *) note "FAILED $name: the server ended with $code: $(tail -n 3 "$log" | tr '\n' ' ')" ;;
    esac
    if [ -n "$BACKLOT_TOKEN" ] && grep -qF "$BACKLOT_TOKEN" "$log"; then
        note "FAILED $name: the log tells the token"
    fi
    if grep -qE 'panicked|^[^ ]+ [A-Z]+ [^ ]+ 500 ' "$log"; then
        note "FAILED $name: $(grep -m 1 -A 1 -E 'panicked|^[^ ]+ [A-Z]+ [^ ]+ 500 ' "$log" | tr '\n' ' ')"
    fi
    if "$BACKLOT_PROGRAM" --store "$BACKLOT_STORE" verify >"$work/verified" 2>&1; then
        note "ok $name: the store is sound"
    else
        note "FAILED $name: the store is not sound: $(tail -n 2 "$work/verified" | tr '\n' ' ')"
    fi
}

# python_for NAME REQUIREMENTS: a Python with the packages, as $python; without an answer of the registry, as many as came.
python_for() {
    local folder
    folder=$cache/$1-$(cksum <"$2" | cut -d ' ' -f 1)
    python=$folder/bin/python
    [ -f "$folder/complete" ] && return 0
    command -v python3 >/dev/null 2>&1 || { why="there is no python3"; return 1; }
    if ! [ -x "$python" ]; then
        python3 -m venv "$folder" >"$work/venv" 2>&1 || { why="python3 has no venv"; rm -rf "$folder"; return 1; }
    fi
    if timeout 150 "$python" -m pip install -q --timeout 15 --retries 1 -r "$2" >"$work/pip" 2>&1; then
        touch "$folder/complete"
        return 0
    fi
    why="the registry did not answer: $(tail -n 1 "$work/pip")"
    # One package that is not to be had does not keep the others away; a registry that is silent does.
    while read -r package; do
        timeout 30 "$python" -m pip install -q --timeout 10 --retries 0 "$package" >"$work/pip" 2>&1 || [ $? -ne 124 ] || break
    done <"$2"
}

# Prints the counts, and what was skipped; the exit code tells whether something failed.
summary() {
    passed=$(grep -c '^ok ' "$results") || true
    failed=$(grep -c '^FAILED ' "$results") || true
    skipped=$(grep -c '^skipped ' "$results") || true
    echo
    grep -E '^(FAILED|skipped) ' "$results" || true
    echo "$passed passed, $failed failed, $skipped skipped"
    [ "$failed" -eq 0 ]
}
