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
  refit            kill -9 of a detector whose network and ensemble learn again, before, while and after they are trained;
                   beside it another one judges the same rows undisturbed
  lostTail         the tickerplant's machine fails and takes up to 64 kB of the log with it
  flippedBytes     bytes of a log of 120 messages change anywhere, 10000 times (or --rounds): only the messages they are in are lost
  badSector        4 kB anywhere in the log go bad; those messages are lost, and no other
  pausedSubscriber the rdb and a plain subscriber are stopped for two minutes at 50,000 rows a second, with --slow log and
                   with --slow disconnect
  mutatedFrames    connections that send frames with changed bytes, beside a good feed and rdb
  fullDisk         the log's disk, a small tmpfs, is full, and gets room again (as root)
  cutNetwork       three hosts, slow and lossy networks between them that are cut for up to a minute: links down,
                   packets dropped one way or both, processes killed meanwhile (network namespaces, as root)
  midnight         a day ends under load, then tickerplant and rdb are killed
  steppedClock     the tickerplant's clock is put over days of 23 and 25 hours, back, half a year on, and over two midnights
                   while it is stopped (libfaketime)

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

hosts=
cleanup() {
  local host
  for host in ${hosts:+tickerplant feed followers}; do
    ip netns del "$hosts-$host" 2>/dev/null || true
  done
}
trap cleanup EXIT

# Three hosts: the feed's and that of those who follow have a link each to the tickerplant's.
make_hosts() {
  local host last=1
  hosts=tickwatch-drill-$$
  ip netns add "$hosts-tickerplant" && ip -n "$hosts-tickerplant" link set lo up \
    && ip -n "$hosts-tickerplant" link add name bridge type bridge \
    && ip -n "$hosts-tickerplant" addr add 10.203.0.1/24 dev bridge \
    && ip -n "$hosts-tickerplant" link set bridge up || return 1
  for host in feed followers; do
    last=$((last + 1))
    ip netns add "$hosts-$host" && ip -n "$hosts-$host" link set lo up \
      && ip -n "$hosts-$host" link add name eth0 type veth peer name "to-$host" netns "$hosts-tickerplant" \
      && ip -n "$hosts-$host" addr add "10.203.0.$last/24" dev eth0 \
      && ip -n "$hosts-$host" link set eth0 up \
      && ip -n "$hosts-tickerplant" link set "to-$host" master bridge up || return 1
  done
}

# Both ways: 5 ms give or take 2, one packet in a hundred lost.
slow_down() {
  local host how=netem
  for host in feed followers; do
    ip netns exec "$hosts-$host" tc qdisc add dev eth0 root netem delay 5ms 2ms loss 1% 2>/dev/null \
      && ip netns exec "$hosts-tickerplant" tc qdisc add dev "to-$host" root netem delay 5ms 2ms loss 1% 2>/dev/null \
      && continue
    how=tbf
    ip netns exec "$hosts-$host" tc qdisc add dev eth0 root tbf rate 40mbit burst 16kb latency 20ms \
      && ip netns exec "$hosts-tickerplant" tc qdisc add dev "to-$host" root tbf rate 40mbit burst 16kb latency 20ms \
      && ip netns exec "$hosts-$host" iptables -A INPUT -i eth0 -m statistic --mode random --probability 0.01 -j DROP \
      && ip netns exec "$hosts-$host" iptables -A OUTPUT -o eth0 -m statistic --mode random --probability 0.01 -j DROP \
      || how=none
  done
  case $how in
    netem) echo "drill cutNetwork: links of 5 ms that lose 1 % of the packets (tc netem)" ;;
    tbf) echo "drill cutNetwork: this kernel has no tc netem; links of 40 Mbit/s whose queues are up to 20 ms long (tc tbf) and that lose 1 % of the packets (iptables)" ;;
    none) echo "drill cutNetwork: neither tc netem nor tc tbf and iptables' statistic here, so without latency and loss" ;;
  esac
}

run() { # DRILL COMMAND...
  local name=$1
  shift
  "$@" mvn -o -q -Dfast -pl system-tests surefire:test -Dtest="*DrillTest#$name" \
    -Dtickwatch.drill.minutes="$minutes" -Dtickwatch.drill.seed="$seed" \
    -Dtickwatch.drill.rounds="$rounds" -Dtickwatch.drill.frames="$frames" -Dtickwatch.drill.rate="$rate" \
    -Dtickwatch.drill.network="$hosts" 2>&1 \
    | grep -E "^drill |ERROR|left out" | head -40
}

flip_bytes() {
  local times=$rounds
  [ "$times" -gt 0 ] || times=10000
  mvn -o -q -Dfast -pl tick surefire:test -Dtest='DamagedLogTest#bytesChangedAnywhereCostTheMessagesTheyAreInAndNoOther' \
    -Dtickwatch.drill.rounds="$times" -Dtickwatch.drill.seed="$seed" 2>&1 | { grep -E "ERROR|AssertionError" | head -20; true; }
  [ "${PIPESTATUS[0]}" -eq 0 ] && echo "drill flippedBytes: $times damaged logs, no message lost but those that were changed"
}

failed=0
for name in ${drill:-kill refit lostTail badSector pausedSubscriber mutatedFrames fullDisk cutNetwork midnight steppedClock}; do
  in_namespace=()
  if [ "$name" = flippedBytes ]; then
    flip_bytes || failed=1
    continue
  fi
  if [ "$name" = fullDisk ] && [ "$(id -u)" -ne 0 ]; then
    echo "drill $name left out: it mounts a small disk, which takes root"
    continue
  fi
  if [ "$name" = steppedClock ] && ! compgen -G "/usr/lib/*/faketime/libfaketimeMT.so.1" >/dev/null; then
    echo "drill $name left out: it takes libfaketime (Debian, Ubuntu: apt install faketime)"
    continue
  fi
  if [ "$name" = cutNetwork ]; then
    if ! make_hosts; then
      echo "drill $name left out: it makes network namespaces, which takes root and ip (iproute2)"
      cleanup
      continue
    fi
    slow_down
    in_namespace=(ip netns exec "$hosts-followers")
  fi
  run "$name" ${in_namespace[@]+"${in_namespace[@]}"} || failed=1
done
exit $failed
