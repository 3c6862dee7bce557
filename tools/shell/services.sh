# Sourced after steps.sh. Starts a private PostgreSQL and Redis on Unix sockets in a folder. PostgreSQL refuses to run
# as root, so root runs it as the user postgres.

postgres_bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1)

# as_postgres COMMAND...: runs COMMAND; for root, as the user postgres. If postgres cannot enter the folder (a checkout
# under /root), COMMAND also gets the capability CAP_DAC_READ_SEARCH, which lets it pass through closed folders.
as_postgres() {
  if [ "$(id -u)" != 0 ]; then
    env LC_ALL=C.UTF-8 "$@"
  elif runuser -u postgres -- test -x "$postgres_folder" 2>/dev/null; then
    runuser -u postgres -- env LC_ALL=C.UTF-8 "$@"
  else
    setpriv --reuid postgres --regid postgres --init-groups --inh-caps +dac_read_search \
      --ambient-caps +dac_read_search env LC_ALL=C.UTF-8 "$@"
  fi
}

# start_postgres FOLDER [OPTION_OF_INITDB...]: creates FOLDER/postgres on the first call. The socket is in
# FOLDER/postgres/socket.
start_postgres() {
  local folder=$1/postgres
  postgres_folder=$folder
  if [ ! -f "$folder/data/PG_VERSION" ]; then
    mkdir -p "$folder/socket"
    [ "$(id -u)" != 0 ] || chown -R postgres "$folder"
    logged "$1/log/initdb.log" "making the database" as_postgres "$postgres_bin/initdb" -D "$folder/data" -U ainft \
      --auth=trust --encoding=UTF8 --locale=C.UTF-8 "${@:2}"
  fi
  # The log file is in PostgreSQL's folder, because the user postgres must be able to write it.
  logged "$1/log/pg_ctl.log" "starting PostgreSQL" as_postgres "$postgres_bin/pg_ctl" -D "$folder/data" -w -t 60 \
    -l "$folder/server.log" -o "-c listen_addresses='' -c unix_socket_directories='$folder/socket' \
    -c max_connections=100 -c shared_buffers=256MB -c synchronous_commit=on" start
}

# stop_postgres FOLDER [MODE]: MODE is pg_ctl's: fast, or immediate, which writes no checkpoint.
stop_postgres() {
  local folder=$1/postgres
  postgres_folder=$folder
  [ -f "$folder/data/postmaster.pid" ] || return 0
  as_postgres "$postgres_bin/pg_ctl" -D "$folder/data" -m "${2:-fast}" -w stop >/dev/null 2>&1 || true
}

# start_redis FOLDER: the socket is FOLDER/redis/socket. Sets redis_pid.
start_redis() {
  local folder=$1/redis
  mkdir -p "$folder"
  setsid redis-server --port 0 --unixsocket "$folder/socket" --dir "$folder" --save '' --appendonly no \
    --logfile "$folder/server.log" &
  redis_pid=$!
  wait_for 100 "Redis" redis-cli -s "$folder/socket" ping
}

# wait_for TENTHS NAME COMMAND...: runs COMMAND every 0.1 s until it succeeds, at most TENTHS times.
wait_for() {
  local tenths=$1 name=$2 i
  shift 2
  for ((i = 0; i < tenths; i++)); do
    "$@" >/dev/null 2>&1 && return 0
    sleep 0.1
  done
  fail "$name did not start within $((tenths / 10)) seconds"
}

# make_test_folder: prints the name of a new folder for services of tests. It is under /tmp: the path of a socket has at
# most 107 bytes, and the user postgres must be able to enter it.
make_test_folder() {
  local folder
  folder=$(mktemp -d /tmp/ainft-test.XXXXXX)
  chmod 755 "$folder"
  echo "$folder"
}

# start_test_postgres FOLDER: the data need not survive a crash of the machine, so initdb does not wait for the disk.
# The server itself calls fsync.
start_test_postgres() { start_postgres "$1" --no-sync; }
