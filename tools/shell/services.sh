# Sourced after steps.sh: a private PostgreSQL and Redis on sockets in a folder. PostgreSQL runs as another user when called
# by root, which it refuses to be.

postgres_bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1)

# as_postgres COMMAND...
as_postgres() {
  if [ "$(id -u)" = 0 ]; then runuser -u postgres -- env LC_ALL=C.UTF-8 "$@"; else env LC_ALL=C.UTF-8 "$@"; fi
}

# start_postgres FOLDER: makes FOLDER/postgres on the first call; the socket is in FOLDER/postgres/socket.
start_postgres() {
  local folder=$1/postgres owner
  owner=$([ "$(id -u)" = 0 ] && echo postgres || id -un)
  if [ ! -f "$folder/data/PG_VERSION" ]; then
    mkdir -p "$folder/socket"
    [ "$(id -u)" != 0 ] || chown -R postgres "$folder"
    logged "$1/log/initdb.log" "making the database" as_postgres "$postgres_bin/initdb" -D "$folder/data" -U ainft \
      --auth=trust --encoding=UTF8 --locale=C.UTF-8
  fi
  reachable_by "$owner" "$folder"
  # The log file is PostgreSQL's own: it must be able to write it.
  logged "$1/log/pg_ctl.log" "starting PostgreSQL" as_postgres "$postgres_bin/pg_ctl" -D "$folder/data" -w -t 60 \
    -l "$folder/server.log" -o "-c listen_addresses='' -c unix_socket_directories='$folder/socket' -c max_connections=100 \
    -c shared_buffers=256MB -c synchronous_commit=on" start
}

# reachable_by USER FOLDER: a folder whose parents USER cannot enter makes a confusing failure later.
reachable_by() {
  [ "$(id -u)" = 0 ] || return 0
  runuser -u "$1" -- test -w "$2" || fail "the user $1, who runs PostgreSQL, cannot enter $2; put the checkout where it can"
}

stop_postgres() {
  local folder=$1/postgres
  [ -f "$folder/data/postmaster.pid" ] || return 0
  as_postgres "$postgres_bin/pg_ctl" -D "$folder/data" -m fast -w stop >/dev/null 2>&1 || true
}

# start_redis FOLDER: the socket is FOLDER/redis/socket. Its process id is in redis_pid.
start_redis() {
  local folder=$1/redis
  mkdir -p "$folder"
  setsid redis-server --port 0 --unixsocket "$folder/socket" --dir "$folder" --save '' --appendonly no \
    --logfile "$folder/server.log" &
  redis_pid=$!
  wait_for 100 "Redis" redis-cli -s "$folder/socket" ping
}

# wait_for TENTHS NAME COMMAND...: until COMMAND succeeds.
wait_for() {
  local tenths=$1 name=$2 i
  shift 2
  for ((i = 0; i < tenths; i++)); do
    "$@" >/dev/null 2>&1 && return 0
    sleep 0.1
  done
  fail "$name did not start within $((tenths / 10)) seconds"
}
