# Sourced by tools/setup, tools/run and tools/test: progress lines, one-line failures, and where things are.
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
deps=$root/.deps

steps_started=$SECONDS

# step TEXT: one line of progress with the seconds since the start.
step() { printf '\033[1m%4ds\033[0m  %s\n' $((SECONDS - steps_started)) "$*"; }

# fail TEXT: one clear line on stderr, then exit 1.
fail() {
  printf 'ainft: %s\n' "$*" >&2
  exit 1
}

# logged FILE TEXT COMMAND...: runs COMMAND with its output in FILE; on failure shows the last lines.
logged() {
  local log=$1 what=$2
  shift 2
  mkdir -p "$(dirname "$log")"
  if ! "$@" >"$log" 2>&1; then
    tail -n 25 "$log" >&2
    fail "$what failed; the whole output is in $log"
  fi
}

# need_disk MIB: refuses to go on when the checkout's file system has less than MIB free.
need_disk() {
  local free
  free=$(df -Pm "$root" | awk 'NR==2 {print $4}')
  [ "$free" -ge "$1" ] || fail "no disk: $root has $free MiB free and this needs $1 MiB"
}

# port_free PORT NAME: refuses when something already listens on 127.0.0.1:PORT.
port_free() {
  if (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; then
    fail "port $1 ($2) is in use; stop what listens there or choose another with $3"
  fi
}
