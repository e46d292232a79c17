package tickwatch.rdb;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** Counts queries. Any thread. */
final class QueryStats {
  final LongAdder queries = new LongAdder();
  final LongAdder errors = new LongAdder();
  final LongAdder nanos = new LongAdder();
  final AtomicInteger running = new AtomicInteger();
  final AtomicInteger connections = new AtomicInteger();
}
