#!/usr/bin/env bash
# Measures what bench/RESULTS.md says, on this machine.
#   scripts/bench.sh                 the pipeline, which is the next four (about 4 minutes)
#   scripts/bench.sh startup         each process from its spawning to ready, and its memory (half a minute)
#   scripts/bench.sh throughput      load generator to visible in the rdb, beside a bare forwarder (2 minutes)
#   scripts/bench.sh latency         feed to visible in the rdb at 10,000 rows a second (half a minute)
#   scripts/bench.sh anomaly         feed to anomaly published at 10,000 rows a second (a minute)
#   scripts/bench.sh codec           JMH: our codec beside javakdb 2.0 (about 2 minutes)
#   scripts/bench.sh rdb-ingest      rows taken in, beside DuckDB's appender and a hand-written loop (about 3 minutes)
#   scripts/bench.sh rdb             queries on 5,000,000 rows, beside DuckDB and hand-written loops (about 3 minutes)
#   scripts/bench.sh tickerplant     the tickerplant beside a forwarder that only logs and passes on (about 4 minutes); with rates, numbered, timeless, filtered or latency only that
#   scripts/bench.sh kafka           the same beside Kafka, whose jars are fetched when it is first asked for (about 3 minutes)
#   scripts/bench.sh dashboard       1, 10 and 100 browsers at 10,000 rows a second, and the page in Chromium (about 2 minutes)
#   scripts/bench.sh log             the tick log written and replayed, beside bare loops (about 3 minutes)
#   scripts/bench.sh detector        rows a second of one core through the detectors, beside AWS's random cut forest (about 3 minutes)
#   scripts/bench.sh detector memory what 100 sensors hold over 10^7 rows (about a minute)
#   scripts/bench.sh detector network what a row costs with a network, by rows a message and messages a read (a minute)
#   scripts/bench.sh network         a CNN forecaster: windows a second of one core, and training, beside the same in Python (about 2 minutes)
#   scripts/bench.sh sensors         1, 100 and 1,000 sensors without a network through real processes: CPU a row all told, feed to anomaly (about 3 minutes)
#   scripts/bench.sh bulk            generate and scan, beside NumPy, in plain Java and on vectors (about 3 minutes); table and plots in var/bulk-bench
set -euo pipefail
cd "$(dirname "$0")/.."

scripts/tickwatch version >/dev/null
if [ "${1:-}" = bulk ]; then
  shift
  exec scripts/tickwatch bulk-bench "$@"
fi
profile=
[ "${1:-}" != kafka ] || profile=-Pkafka
mvn -q $profile -Dfast -DskipTests -pl bench -am install dependency:build-classpath -Dmdep.outputFile=target/classpath -Dmdep.includeScope=runtime >/dev/null
classpath="bench/target/classes:$(cat bench/target/classpath)"
if [ "${1:-}" = codec ]; then
  exec java -cp "$classpath" tickwatch.bench.ipc.CodecComparison
fi
if [ "${1:-}" = rdb-ingest ]; then
  exec java -XX:+UseG1GC -Xmx6g -cp "$classpath" tickwatch.bench.rdb.IngestBenchmark
fi
if [ "${1:-}" = rdb ]; then
  exec java -XX:+UseG1GC -Xmx6g -cp "$classpath" tickwatch.bench.rdb.QueryBenchmark
fi
if [ "${1:-}" = tickerplant ]; then
  exec java -Xmx1g -cp "$classpath" tickwatch.bench.tickerplant.TickerplantBenchmark "${@:2}"
fi
if [ "${1:-}" = kafka ]; then
  exec java -Xmx1g -cp "$classpath" tickwatch.bench.tickerplant.KafkaBenchmark
fi
if [ "${1:-}" = dashboard ]; then
  exec java -Xmx1g -cp "$classpath" tickwatch.bench.pipeline.DashboardBenchmark .
fi
if [ "${1:-}" = detector ]; then
  exec java -XX:+UseSerialGC -Xmx2g -Dai.djl.offline=true -cp "$classpath" tickwatch.bench.detector.DetectorBenchmark "${@:2}"
fi
if [ "${1:-}" = network ]; then
  exec java -XX:+UseSerialGC -Xmx1g -Dai.djl.offline=true -cp "$classpath" tickwatch.bench.detector.NetworkBenchmark .
fi
if [ "${1:-}" = sensors ]; then
  exec java -Xmx1g -cp "$classpath" tickwatch.bench.pipeline.SensorsBenchmark .
fi
if [ "${1:-}" = log ]; then
  exec java -XX:+UseSerialGC -Xmx1g -cp "$classpath" tickwatch.bench.log.LogBenchmark "${TMPDIR:-/tmp}"
fi
exec java -Xmx1g -cp "$classpath" tickwatch.bench.pipeline.PipelineBenchmark . "$@"
