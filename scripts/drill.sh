#!/usr/bin/env bash
# Drills: things break under load, again and again, and every row must be in the rdb once, in order.
set -euo pipefail

usage() {
  cat <<'TEXT'
Usage: scripts/drill.sh [--minutes N] [--rounds N] [--frames N] [--rate N] [--drill NAME] [--seed N]

  --minutes N   how long each drill lasts (default: 1)
  --rounds N    instead, how many rounds
  --frames N    how many changed frames at least (default: 20000)
  --rate N      rows a second of the feed (default: 10000)
  --drill NAME  only this one (default: all of them, one after the other)
  --seed N      other moments and places (default: 1)

Drills
  kill             kill -9 of tickerplant, rdb, feed or detector, at random
  lostTail         the tickerplant's machine fails and takes up to 64 kB of the log with it
  badSector        4 kB anywhere in the log go bad; those messages are lost, and no other
  pausedSubscriber the rdb is stopped for two minutes at 20,000 rows a second, and goes on
  mutatedFrames    connections that send frames with changed bytes, beside a good feed and rdb
  fullDisk         the log's disk, a small tmpfs, is full, and gets room again (as root)
  cutNetwork       the network is cut for up to 30 s, in a network namespace of its own (as root)
  midnight         a day ends under load, then tickerplant and rdb are killed

Each says how many rounds and rows there were, and how many were lost, doubled and swapped. What cannot be done here is
left out, and said. Exit codes: 0 all went well, 1 something was lost or failed, 2 a wrong option.
TEXT
}

minutes=1 rounds=0 frames=20000 rate=10000 drill= seed=1
while [ $# -gt 0 ]; do
  case $1 in
    -h | --help) usage; exit 0 ;;
    --minutes | --rounds | --frames | --rate | --drill | --seed)
      [ $# -ge 2 ] || { echo "drill: $1 needs a value; see scripts/drill.sh --help" >&2; exit 2; } ;;
    *) echo "drill: unknown option $1; see scripts/drill.sh --help" >&2; exit 2 ;;
  esac
  case $1 in
    --minutes) minutes=$2 ;;
    --rounds) rounds=$2 ;;
    --frames) frames=$2 ;;
    --rate) rate=$2 ;;
    --drill) drill=$2 ;;
    --seed) seed=$2 ;;
  esac
  shift 2
done
case $minutes$rounds$frames$rate$seed in
  *[!0-9]*) echo "drill: all but --drill take numbers" >&2; exit 2 ;;
esac

cd "$(dirname "${BASH_SOURCE[0]}")/.."
scripts/tickwatch --build
mvn -q -Dfast -DskipTests -pl system-tests -am install

namespace=
cleanup() { [ -z "$namespace" ] || ip netns del "$namespace" 2>/dev/null || true; }
trap cleanup EXIT

run() { # DRILL COMMAND...
  local name=$1
  shift
  "$@" mvn -o -q -Dfast -pl system-tests surefire:test -Dtest="DrillTest#$name" \
    -Dtickwatch.drill.minutes="$minutes" -Dtickwatch.drill.seed="$seed" \
    -Dtickwatch.drill.rounds="$rounds" -Dtickwatch.drill.frames="$frames" -Dtickwatch.drill.rate="$rate" \
    -Dtickwatch.drill.network="${namespace:+true}" 2>&1 \
    | grep -E "^drill |ERROR|left out" | head -40
}

failed=0
for name in ${drill:-kill lostTail badSector pausedSubscriber mutatedFrames fullDisk cutNetwork midnight}; do
  in_namespace=()
  if [ "$name" = fullDisk ] && [ "$(id -u)" -ne 0 ]; then
    echo "drill $name left out: it mounts a small disk, which takes root"
    continue
  fi
  if [ "$name" = cutNetwork ]; then
    namespace=tickwatch-drill-$$
    if ! ip netns add "$namespace" 2>/dev/null || ! ip -n "$namespace" link set lo up; then
      namespace=
      echo "drill $name left out: it makes a network namespace, which takes root and ip (iproute2)"
      continue
    fi
    ip netns exec "$namespace" tc qdisc add dev lo root netem delay 5ms loss 1% 2>/dev/null \
      || echo "drill $name: no tc netem here, so without latency and loss"
    in_namespace=(ip netns exec "$namespace")
  fi
  run "$name" ${in_namespace[@]+"${in_namespace[@]}"} || failed=1
done
exit $failed
