# Sourced after steps.sh.

# build FOLDER TYPE [CMAKE_OPTION...] -- TARGET...: configures and builds. Prints the progress about every 10 seconds.
# The unity build makes a complete build faster. For development, configure a build without CMAKE_UNITY_BUILD: after a
# change it compiles only the changed files.
build() {
  local folder=$1 type=$2 options=() pid shown=
  shift 2
  while [ "$1" != -- ]; do options+=("$1"); shift; done
  shift
  need_disk 1500
  logged "$deps/log/cmake.log" "configuring the build" cmake -S "$root" -B "$folder" -G Ninja \
    -DCMAKE_BUILD_TYPE="$type" -DCMAKE_UNITY_BUILD=ON "${options[@]}"
  local log=$deps/log/build.log
  cmake --build "$folder" -j"$(nproc)" --target "$@" >"$log" 2>&1 &
  pid=$!
  while kill -0 "$pid" 2>/dev/null; do
    sleep 1
    local now
    now=$(grep -ao '^\[[0-9]*/[0-9]*\]' "$log" | tail -n 1)
    if [ -n "$now" ] && [ $((SECONDS - ${last_shown:-0})) -ge 10 ] && [ "$now" != "$shown" ]; then
      step "building $now"
      shown=$now last_shown=$SECONDS
    fi
  done
  wait "$pid" || {
    grep -a -A 12 -E 'error|FAILED' "$log" | head -n 40 >&2
    fail "the build failed; the whole output is in $log"
  }
}
