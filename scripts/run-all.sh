#!/usr/bin/env bash
# Starts a whole tickwatch: tickerplant, rdb, detector, dashboard and a feed that replays data; shows anomalies as they happen.
# Ctrl-C stops all of it.
set -euo pipefail

usage() {
  cat <<'TEXT'
Usage: scripts/run-all.sh [--demo servers|plant|ewma] [OPTIONS]
       scripts/run-all.sh --csv FILE... [--model DIR] [OPTIONS]

What is replayed
  --demo servers     three application servers, 19 metrics each, real data with labelled incidents (default)
  --demo plant       a simulated plant: temperature, pressure, power
  --demo ewma        one seasonal, noisy channel with anomalies, simulated without end, judged by an adaptive EWMA that has found the season
  --csv FILE...      your own CSV files, one sensor each or with a column of sensors; the schema is made from them
  --model DIR        the model that judges them, as scripts/tickwatch train --csv FILE --out DIR makes it; without one each sensor learns
                     from its first rows
  --train ROWS       how many rows each sensor learns from (default: 1000, with --model none)
  --table NAME       their table (default: made of the first file's name)
  --time COL         their time column (default: time, ts, timestamp, date or datetime, else the only one with times)
  --sym COL|=NAME    their column of sensors, or one name (default: column sym, else the file's name)
  --keep COL         watch this column too, though it looks like labels (label; is_anomaly, fault and the like with 0 and 1 alone) or a counter (rises and never falls)
  --only COL=VALUE   only these rows, as split=test
  --interval TIME    one row of each sensor in this time (default: 20ms, so 50 rows a second)
  --once             do not start again at the end (the demos' rows never end)

How
  --for TIME         stop after 30s, 5m, 1h with a summary
  --fresh            forget what earlier runs have left in var/ (default: go on behind it)
  --max-log SIZE     stop the feed when the logs of this run and earlier ones take so much disk, as 500M or 4G (default: 4G)
  --port-base PORT   tickerplant on this port, rdb on the next, detector on the sixth after it (default: 5010)
  --http PORT|none   the dashboard's port (default: 8080; with --port-base the seventh after it)
  --no-build         run what is built

Needs a JDK 17 or newer and, to build, Maven 3.8 or newer.

Exit codes: 0 after --for, 1 a process failed, 2 a precondition is not met, 130 Ctrl-C.
TEXT
}

project=$(cd "${BASH_SOURCE[0]%/*}/.." && pwd -P)
tickwatch=$project/scripts/tickwatch

bold= dim= red= reset=
if [ -t 1 ] && [ -z "${NO_COLOR:-}" ]; then
  bold=$'\033[1m' dim=$'\033[2m' red=$'\033[1;31m' reset=$'\033[0m'
fi

fail() { # MESSAGE [EXIT_CODE]
  echo "run-all: $1" >&2
  exit "${2:-2}"
}

# ---- what to do

demo= csv=() model= train= detector_options=() simulate= table= feed_options=() schema_options=() interval=20ms loop=yes only= max_log=4G lasting= fresh= base=5010 http=
while [ $# -gt 0 ]; do
  case $1 in
    -h | --help) usage; exit 0 ;;
    --fresh) fresh=yes; shift; continue ;;
    --once) loop=; shift; continue ;;
    --no-build) export TICKWATCH_NO_BUILD=1; shift; continue ;;
    --demo | --csv | --model | --train | --table | --time | --sym | --keep | --only | --interval | --for | --max-log | --port-base | --http)
      [ $# -ge 2 ] || fail "$1 needs a value; see scripts/run-all.sh --help" ;;
    *) fail "unknown option $1; see scripts/run-all.sh --help" ;;
  esac
  case $1 in
    --demo) demo=$2 ;;
    --model) model=$2 ;;
    --train) train=$2 ;;
    --table) table=$2 ;;
    --time | --sym) feed_options+=("$1" "$2") schema_options+=("$1" "$2") ;;
    --keep) schema_options+=("$1" "$2") ;;
    --only) only=$2 ;;
    --interval) interval=$2 ;;
    --for) lasting=$2 ;;
    --max-log) max_log=$2 ;;
    --port-base) base=$2 ;;
    --http) http=$2 ;;
    --csv)
      while [ $# -ge 2 ]; do
        case $2 in --*) break ;; esac
        csv+=("$2")
        shift
      done
      shift
      continue ;;
  esac
  shift 2
done

digits() { case $1 in '' | 0?* | *[!0-9]* | ?????????*) return 1 ;; esac } # TEXT: whether it is a whole number, of eight digits at most

seconds=
case $lasting in
  '') ;;
  *s) seconds=${lasting%s} unit=1 ;;
  *m) seconds=${lasting%m} unit=60 ;;
  *h) seconds=${lasting%h} unit=3600 ;;
  *) seconds=x ;;
esac
if [ -n "$lasting" ]; then
  digits "$seconds" || fail "--for $lasting (expected: as 30s, 5m or 1h)"
  seconds=$((seconds * unit))
fi
case $max_log in *M) unit=1024 ;; *G) unit=1048576 ;; *) unit= ;; esac
{ [ -n "$unit" ] && digits "${max_log%?}"; } || fail "--max-log $max_log (expected: as 500M or 4G)"
max_log_kb=$((${max_log%?} * unit))
{ digits "$base" && [ "$base" -ge 1 ] && [ "$base" -le 65528 ]; } || fail "--port-base $base (expected: a number from 1 to 65528)"
[ -n "$http" ] || { [ "$base" = 5010 ] && http=8080 || http=$((base + 7)); }
[ "$http" = none ] || { digits "$http" && [ "$http" -ge 1 ] && [ "$http" -le 65535 ]; } || fail "--http $http (expected: a port, or none)"

schema=
if [ ${#csv[@]} -gt 0 ]; then
  [ -z "$demo" ] || fail "give --demo or --csv, not both"
  for file in "${csv[@]}"; do [ -f "$file" ] || fail "there is no file $file"; done
  what="your data"
  demo=csv
else
  case ${demo:=servers} in
    servers)
      csv=("$project"/data/servers/*.csv.gz) table=server only=${only:-split=test}
      what="3 application servers, 19 metrics each" ;;
    plant)
      csv=("$project/data/plant/plant.csv.gz") table=plant only=${only:-split=test}
      what="a simulated plant: temperature, pressure, power" ;;
    ewma)
      simulate=ewma table=signal train=${train:-200} detector_options=(--pipeline "$project/models/ewma/pipeline.json")
      what="a simulated signal, its anomalies told by moving averages of level, season and deviation" ;;
    *) fail "--demo $demo (expected: servers, plant or ewma)" ;;
  esac
  if [ -z "$simulate" ]; then
    model=${model:-$project/models/$demo}
    schema=$project/schemas/$table.q
  fi
fi
[ -z "$model" ] || [ -f "$model/model.json" ] || fail "there is no model in $model (expected: a folder with model.json; scripts/tickwatch train --csv FILE --out $model makes one)"
[ -n "$only" ] && feed_options+=(--only "$only")
[ -n "$loop" ] && [ -z "$simulate" ] && feed_options+=(--loop)

# ---- what must be there before anything is started

in_use() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

owner() { # PORT: " by NAME (process PID)" where the system tells
  local line=
  if command -v lsof >/dev/null 2>&1; then
    line=$(lsof -nP -iTCP:"$1" -sTCP:LISTEN -Fpc 2>/dev/null | tr '\n' ' ' | sed -n 's/^p\([0-9]*\) c\([^ ]*\).*/\2 (process \1)/p')
  elif command -v ss >/dev/null 2>&1; then
    line=$(ss -ltnpH "sport = :$1" 2>/dev/null | sed -n 's/.*users:(("\([^"]*\)",pid=\([0-9]*\).*/\1 (process \2)/p' | head -1)
  fi
  [ -z "$line" ] || echo " by $line"
}

tp_port=$base rdb_port=$((base + 1)) det_port=$((base + 6))
for port in $tp_port $rdb_port $det_port; do
  if in_use "$port"; then
    fail "port $port is already in use$(owner "$port"): stop that, or choose others with --port-base $((base + 100))"
  fi
done
if [ "$http" != none ] && in_use "$http"; then
  fail "port $http, the dashboard's, is already in use$(owner "$http"): stop that, or choose another with --http PORT (--http none: no dashboard)"
fi

"$tickwatch" --build
export TICKWATCH_NO_BUILD=1

folder=$project/var/$demo
if [ "$demo" = csv ]; then
  folder=$project/var/csv-$(printf '%s' "${table:-$(basename "${csv[0]}" .gz)}" | tr -c 'A-Za-z0-9\n' '_')
fi
[ -z "$fresh" ] || rm -rf "$folder"
mkdir -p "$folder/log"
log_kb() { du -sk "$folder/log" | cut -f1; }
[ "$(log_kb)" -lt "$max_log_kb" ] \
  || fail "the logs of earlier runs in ${folder#"$project/"}/log have reached $max_log: forget them with --fresh, or give a larger --max-log"

if [ -n "$simulate" ]; then
  schema=$folder/$table.q
  "$tickwatch" schema --simulate "$simulate" --table "$table" >"$schema" || exit $?
fi
if [ "$demo" = csv ]; then
  schema=$folder/schema.q
  "$tickwatch" schema "${csv[@]}" ${schema_options[@]+"${schema_options[@]}"} ${table:+--table "$table"} >"$schema" || exit $?
  table=$(sed 's/:.*//;q' "$schema")
  # The tick log is named after the file.
  mv "$schema" "$folder/$table.q"
  schema=$folder/$table.q
fi

# ---- processes

names=() pids=()
stopping=

pid_of() {
  local i
  for ((i = 0; i < ${#names[@]}; i++)); do
    [ "${names[i]}" = "$1" ] && echo "${pids[i]}" && return
  done
  return 0
}

# Each line with its process's name before it, anomalies so that one sees them.
prefix() {
  trap '' INT TERM
  local line
  while IFS= read -r line || [ -n "$line" ]; do
    case $line in
      *ANOMALY*) printf '%s%-11s|%s %s%s%s\n' "$dim" "$1" "$reset" "$red" "$line" "$reset" ;;
      *) printf '%s%-11s| %s%s\n' "$dim" "$1" "$line" "$reset" ;;
    esac
  done
}

start() { # NAME ARGUMENTS...
  local name=$1
  shift
  "$tickwatch" "$name" "$@" > >(prefix "$name") 2>&1 &
  names+=("$name")
  pids+=($!)
}

alive() { kill -0 "$1" 2>/dev/null; }

# Asks them to stop, last started first, and makes sure that they have.
stop_all() {
  [ -n "$stopping" ] && return
  stopping=yes
  local i until
  for ((i = ${#pids[@]} - 1; i >= 0; i--)); do
    kill -TERM "${pids[i]}" 2>/dev/null || true
    # The feed confirms its last rows with the tickerplant, the detector writes its last verdicts.
    [ "${names[i]}" = feed ] || [ "${names[i]}" = detector ] || continue
    until=$((SECONDS + 5))
    while alive "${pids[i]}" && [ $SECONDS -lt $until ]; do sleep 0.05; done
  done
  until=$((SECONDS + 10))
  for ((i = ${#pids[@]} - 1; i >= 0; i--)); do
    while alive "${pids[i]}" && [ $SECONDS -lt $until ]; do sleep 0.05; done
    kill -KILL "${pids[i]}" 2>/dev/null || true
    wait "${pids[i]}" 2>/dev/null || true
  done
  # The last lines come through pipes.
  sleep 0.1
}

# Signals that come while all is being stopped change nothing.
on_signal() { # EXIT_CODE
  trap '' INT TERM HUP
  echo >&2
  echo "run-all: stopping ..." >&2
  stop_all
  echo "run-all: everything is stopped; what was recorded is in ${folder#"$project/"}" >&2
  exit "$1"
}
trap 'on_signal 130' INT
trap 'on_signal 143' TERM
trap 'on_signal 129' HUP
trap 'code=$?; trap "" INT TERM HUP; stop_all; exit $code' EXIT

died() { # NAME PID
  local code=0
  wait "$2" 2>/dev/null || code=$?
  sleep 0.2
  echo >&2
  echo "run-all: the $1 has ended by itself with exit code $code (its last lines are above); stopping the others" >&2
  stop_all
  [ "$code" -eq 0 ] && code=1
  [ "$code" -gt 2 ] && code=1
  exit "$code"
}

check_all() {
  local i
  for ((i = 0; i < ${#pids[@]}; i++)); do
    alive "${pids[i]}" && continue
    if [ "${names[i]}" = feed ] && [ -z "$loop" ] && wait "${pids[i]}"; then
      echo "run-all: the feed has sent everything; the others go on until Ctrl-C" >&2
      names=("${names[@]:0:i}" "${names[@]:i+1}")
      pids=("${pids[@]:0:i}" "${pids[@]:i+1}")
      return
    fi
    died "${names[i]}" "${pids[i]}"
  done
}

# A feed that never ends would fill the disk.
check_log() {
  local pid i
  pid=$(pid_of feed)
  [ -n "$pid" ] && [ "$(log_kb)" -ge "$max_log_kb" ] || return 0
  echo "run-all: the logs in ${folder#"$project/"}/log have reached $max_log: the feed is stopped, the others go on until Ctrl-C (--max-log moves the limit, --fresh starts anew)" >&2
  kill -TERM "$pid" 2>/dev/null || true
  wait "$pid" 2>/dev/null || true
  for ((i = 0; i < ${#pids[@]}; i++)); do
    [ "${pids[i]}" = "$pid" ] || continue
    names=("${names[@]:0:i}" "${names[@]:i+1}")
    pids=("${pids[@]:0:i}" "${pids[@]:i+1}")
    return
  done
}

answer_of() { # PORT: the status line of GET /ready
  (
    exec 3<>"/dev/tcp/127.0.0.1/$1" || exit 0
    printf 'GET /ready HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n' >&3
    IFS= read -r -t 5 line <&3
    echo "$line"
  ) 2>/dev/null || true
}

await_ready() { # NAME PORT SECONDS
  local until=$((SECONDS + $3))
  while :; do
    check_all
    case $(answer_of "$2") in *" 200"*) return ;; esac
    [ $SECONDS -lt $until ] || fail "the $1 is not ready after $3 s (see its lines above)" 1
    sleep 0.05
  done
}

page=
[ "$http" = none ] || page=http://localhost:$http
started=$(date +%s)
echo "Starting ($what) ..."
start tickerplant --port $tp_port --schema "$schema" --log-dir "$folder/log" --keep-logs 3
# A demo that loops for days must not fill the memory.
start rdb --port $rdb_port --tickerplant "localhost:$tp_port" --keep 500MB
start detector --port $det_port --tickerplant "localhost:$tp_port" --table "$table" \
  ${model:+--model "$model"} ${train:+--train "$train"} ${detector_options[@]+"${detector_options[@]}"} \
  --anomalies "$folder/anomalies.jsonl" --state "$folder/state" ${page:+--dashboard-url "$page"}
await_ready tickerplant $tp_port 30
await_ready rdb $rdb_port 120
# The first time PyTorch's libraries (432 MB) are unpacked.
await_ready detector $det_port 300
if [ -n "$page" ]; then
  start dashboard --http "$http" --tickerplant "localhost:$tp_port" --rdb "localhost:$rdb_port"
fi
if [ -n "$simulate" ]; then
  stream=(--simulate "$simulate" --labels "$folder/labels.csv")
else
  stream=(--csv "${csv[@]}")
fi
start feed --tickerplant "localhost:$tp_port" "${stream[@]}" --table "$table" --interval "$interval" \
  ${feed_options[@]+"${feed_options[@]}"}
check_all
[ -z "$page" ] || await_ready dashboard "$http" 60

own_model=
if [ "$demo" = csv ] && [ -z "$model" ]; then
  own_model="A network of your own: scripts/tickwatch train --csv$(printf ' %q' "${csv[@]}" ${schema_options[@]+"${schema_options[@]}"}) --out models/$table
Then the same command with --model models/$table."$'\n\n'
fi
log_size=$(du -sh "$folder/log" | cut -f1)
cat <<TEXT

${bold}tickwatch is up${reset} after $(($(date +%s) - started)) s: $what; a row of each sensor every $interval

  tickerplant   localhost:$tp_port    http://localhost:$tp_port/health  /ready  /metrics
  rdb           localhost:$rdb_port    http://localhost:$rdb_port/health
  detector      localhost:$det_port    http://localhost:$det_port/health
  dashboard     ${page:-none (--http none)}
  tick log      ${folder#"$project/"}/log ($log_size; --fresh starts anew)
  anomalies     ${folder#"$project/"}/anomalies.jsonl

${bold}Try this${reset} in another terminal
  scripts/tickwatch query localhost:$rdb_port 'select rows:count i, last time by sym from $table'
  scripts/tickwatch query localhost:$rdb_port 'select last score, last threshold by sym from score'
  scripts/tickwatch query localhost:$rdb_port '-5#select time,sym,state,grade,channel,actual,expected from anomaly' --format table
  curl -s localhost:$tp_port/metrics
  q)h:hopen $rdb_port; h"select from anomaly"

${own_model}Anomalies show here as they happen${lasting:+, for $lasting}. Ctrl-C stops everything.

TEXT

# ---- until the end

end=
[ -n "$seconds" ] && end=$((SECONDS + seconds))
log_checked=$SECONDS
while [ -z "$end" ] || [ $SECONDS -lt "$end" ]; do
  check_all
  if [ $((SECONDS - log_checked)) -ge 10 ]; then
    log_checked=$SECONDS
    check_log
  fi
  sleep 0.3
done

ask() { "$tickwatch" query "localhost:$rdb_port" "$1" 2>/dev/null || echo "?"; }

feed_pid=$(pid_of feed)
if [ -n "$feed_pid" ]; then
  kill -TERM "$feed_pid" 2>/dev/null || true
  wait "$feed_pid" 2>/dev/null || true
fi
rows=$(ask "count $table") scored=$(ask 'count score') anomalies=$(ask 'exec count distinct id from anomaly')
trap '' INT TERM HUP
stop_all
cat <<TEXT

${bold}Stopped after $lasting${reset}, as asked.
  rows in the rdb   $rows
  rows scored       $scored
  anomalies         $anomalies
  recorded in       ${folder#"$project/"} (log, anomalies.jsonl)
TEXT
exit 0
