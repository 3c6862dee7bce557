# Sourced by the other scripts. Prints progress and one-line errors, and defines the paths of the checkout.
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
deps=$root/.deps

steps_started=$SECONDS

# step TEXT: prints one line of progress with the seconds since the start.
step() { printf '\033[1m%4ds\033[0m  %s\n' $((SECONDS - steps_started)) "$*"; }

# fail TEXT: prints one line on stderr and exits with status 1.
fail() {
  printf 'ainft: %s\n' "$*" >&2
  exit 1
}

# usage: prints the comment at the top of the script.
usage() { sed -n '2,/^[^#]/s/^# \{0,1\}//p' "$0"; }

# Every script prints its usage with --help as its first argument.
case ${1-} in
  -h | --help) usage; exit ;;
esac

# logged FILE TEXT COMMAND...: runs COMMAND and writes its output to FILE. If COMMAND fails, prints the last 25 lines.
logged() {
  local log=$1 what=$2
  shift 2
  mkdir -p "$(dirname "$log")"
  if ! "$@" >"$log" 2>&1; then
    tail -n 25 "$log" >&2
    fail "$what failed; the whole output is in $log"
  fi
}

# need_disk MIB: fails if the checkout's file system has less than MIB mebibytes free.
need_disk() {
  local free
  free=$(df -Pm "$root" | awk 'NR==2 {print $4}')
  [ "$free" -ge "$1" ] || fail "not enough disk space: $root has $free MiB free, $1 MiB are required"
}

# port_free PORT NAME OPTION: fails if something listens on 127.0.0.1:PORT. The error names OPTION, which sets the port.
port_free() {
  if (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; then
    fail "port $1 ($2) is in use; stop the program that listens there, or choose another port with $3"
  fi
}
