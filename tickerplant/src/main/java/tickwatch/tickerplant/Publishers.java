package tickwatch.tickerplant;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tickwatch.ipc.value.IntVector;
import tickwatch.ipc.value.ListVector;
import tickwatch.ipc.value.LongVector;
import tickwatch.ipc.value.QType;
import tickwatch.ipc.value.SymbolVector;

/**
 * The publishers that number what they send, and up to which number the log has it.
 *
 * <p><b>Threads.</b> The event loop's alone.
 */
final class Publishers {
  private final PublishedTable table;
  private final Map<String, Publisher> byName = new HashMap<>();

  /** Those of whom something is gathered and not logged yet. */
  private final List<Publisher> gathered = new ArrayList<>();

  /**
   * @param table of publishers
   */
  Publishers(PublishedTable table) {
    this.table = table;
  }

  /** The publisher of that name, known or not. */
  Publisher get(String name) {
    return byName.computeIfAbsent(name, unknown -> new Publisher(table, unknown));
  }

  @Nullable Publisher known(String name) {
    return byName.get(name);
  }

  Collection<Publisher> all() {
    return byName.values();
  }

  /** Takes what a log says of them: the last number of each. */
  void recovered(Map<String, Long> seqs) {
    seqs.forEach(
        (name, seq) -> {
          Publisher publisher = get(name);
          publisher.seq = Math.max(publisher.seq, seq);
          publisher.loggedSeq = publisher.seq;
        });
  }

  /** Something of this one is gathered, and its number is counted on. */
  void gathered(Publisher publisher) {
    int known = gathered.size();
    if (known == 0 || gathered.get(known - 1) != publisher) {
      gathered.add(publisher);
    }
  }

  /** The log has everything that was gathered. */
  void logged() {
    for (int p = 0; p < gathered.size(); p++) {
      Publisher publisher = gathered.get(p);
      publisher.loggedSeq = publisher.seq;
    }
    gathered.clear();
  }

  /** What was gathered is forgotten, and never was. */
  void discarded() {
    for (Publisher publisher : gathered) {
      publisher.seq = publisher.loggedSeq;
    }
    gathered.clear();
  }

  /**
   * All of them as rows of their table: what a new log begins with.
   *
   * @param time a timestamp
   */
  ListVector rows(long time) {
    int count = byName.size();
    long[] times = new long[count];
    String[] names = new String[count];
    long[] seqs = new long[count];
    int row = 0;
    for (Publisher publisher : byName.values()) {
      times[row] = time;
      names[row] = publisher.name;
      seqs[row++] = publisher.loggedSeq;
    }
    return ListVector.of(
        LongVector.of(QType.TIMESTAMP, times),
        SymbolVector.of(names),
        LongVector.of(QType.LONG, seqs),
        IntVector.of(QType.INT, new int[count]));
  }
}
