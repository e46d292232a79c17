#!/usr/bin/env bash
# Makes the README's pictures of the dashboard: runs the demo from its start, waits for an anomaly and photographs the page.
#   scripts/screenshots.sh [DIRECTORY]     default: docs/images
# Needs what scripts/run-all.sh needs, and Chromium with its driver.
set -euo pipefail
project=$(cd "${BASH_SOURCE[0]%/*}/.." && pwd -P)
out=${1:-$project/docs/images}
base=${PORT_BASE:-15010}
rdb=localhost:$((base + 1)) page=http://localhost:$((base + 7))

fail() { echo "screenshots: $*" >&2; exit 1; }
command -v chromedriver >/dev/null || fail "no chromedriver found (Debian, Ubuntu: apt install chromium chromium-driver)"
mkdir -p "$out"
work=$(mktemp -d)
# Slower than usual, so that the latencies shown are not those of the first seconds.
"$project/scripts/run-all.sh" --fresh --interval 40ms --port-base "$base" >"$work/run-all.log" 2>&1 &
demo=$!
driver_port=$((base + 9)) driver=http://localhost:$((base + 9))
chromedriver --port=$driver_port >"$work/driver.log" 2>&1 &
browser=$!
trap 'kill -TERM $browser $demo 2>/dev/null || true; wait $demo 2>/dev/null || true; rm -rf "$work"' EXIT

ask() { TICKWATCH_NO_BUILD=1 "$project/scripts/tickwatch" query "$rdb" "$1" --format csv 2>/dev/null | tail -n 1 | tr -d '\r"'; }

command_to() { # PATH JSON: a WebDriver command; its answer
  curl -sS --fail-with-body --max-time 60 -H 'Content-Type: application/json' -d "$2" "$driver$1"
}
photograph() { # FILE QUERY
  command_to "/session/$session/url" "{\"url\": \"$page/?$2\"}" >/dev/null
  # The first frames, and a link's window, have to come.
  sleep 4
  curl -sS --fail --max-time 60 "$driver/session/$session/screenshot" | sed 's/.*"value":"\([^"]*\)".*/\1/' | base64 -d >"$out/$1"
  echo "$out/$1"
}

# An anomaly of omi-7 that is closed, with rows behind it.
until=$((SECONDS + 300))
until id=$(ask 'first exec id from anomaly where sym=`$"omi-7",state=`closed') && [ "${id#server.}" != "${id:-}" ]; do
  kill -0 $demo 2>/dev/null || { cat "$work/run-all.log" >&2; fail "the demo has ended"; }
  [ $SECONDS -lt $until ] || fail "no anomaly of omi-7 within five minutes"
  sleep 1
done
session=$(command_to /session '{"capabilities": {"alwaysMatch": {"goog:chromeOptions": {"args": ["--headless=new", "--no-sandbox", "--disable-gpu",
  "--hide-scrollbars", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--window-size=1400,1000"]}}}}' |
  sed 's/.*"sessionId":"\([^"]*\)".*/\1/')
sym=server/omi-7
photograph dashboard.png "sym=$sym&rows=500&theme=dark"
photograph dashboard-light.png "sym=$sym&rows=1000&theme=light"
photograph dashboard-detail.png "sym=$sym&rows=1000&theme=dark&id=$id"
curl -sS -X DELETE "$driver/session/$session" >/dev/null
