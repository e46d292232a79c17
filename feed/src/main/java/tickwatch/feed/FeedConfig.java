package tickwatch.feed;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;
import tickwatch.ipc.net.Endpoint;

/**
 * What to replay, where to, and how.
 *
 * @param tickerplant where it listens, and as whom to log in
 * @param table the table the rows are for
 * @param source the files and their columns, or a simulation
 * @param pacing how fast
 * @param batch rows a message; 0 leaves it to the pacing: with an interval the rows of one interval
 *     go as one message, with a rate those of a hundredth of a second (1 to 100), at full speed 100
 * @param loop start again at the files' end, with times that go on: each pass is later by the
 *     files' span and one step; a simulation has no end
 * @param limit rows after which the replay is over, counted from its very start; 0 for no limit
 * @param stampNow rows carry the time they are sent at instead of their own
 * @param strict a bad line or a refused row ends the replay instead of being counted
 * @param name the publisher's name, under which the tickerplant knows how far the replay is; null
 *     for one made of the table, the files and what is chosen of them
 * @param connectWait how long to wait for a tickerplant that is not there when the feed starts; one
 *     that goes away later is waited for without end
 */
public record FeedConfig(
    Endpoint tickerplant,
    String table,
    RowSource source,
    Pacing pacing,
    int batch,
    boolean loop,
    long limit,
    boolean stampNow,
    boolean strict,
    @Nullable String name,
    Duration connectWait) {
  public FeedConfig {
    if (table.isEmpty()) {
      throw FeedException.precondition("no table is named (expected: --table NAME)");
    }
    if (batch < 0) {
      throw FeedException.precondition("batch: " + batch + " (expected: 1 or more rows)");
    }
    if (limit < 0) {
      throw FeedException.precondition("limit: " + limit + " (expected: 1 or more rows)");
    }
    if (loop && source instanceof SimulationOptions) {
      throw FeedException.precondition("a simulation has no end that it could loop at");
    }
  }

  /** Every row once, as fast as it goes. */
  public static FeedConfig of(Endpoint tickerplant, String table, RowSource source) {
    return new FeedConfig(
        tickerplant,
        table,
        source,
        new Pacing.FullSpeed(),
        0,
        false,
        0,
        false,
        false,
        null,
        Duration.ofSeconds(30));
  }

  /**
   * The given name, or one that the same rows for the same table always have: the table, what the
   * source is called and a checksum of all that decides which rows are sent, in which order.
   */
  String publisherName() {
    if (name != null) {
      return name;
    }
    CRC32 checksum = new CRC32();
    checksum.update((table + source.identity()).getBytes(StandardCharsets.UTF_8));
    return "feed-" + table + source.label() + String.format("-%08x", checksum.getValue());
  }

  int rowsPerMessage() {
    if (batch > 0) {
      return batch;
    }
    if (pacing instanceof Pacing.Rate rate) {
      return (int) Math.max(1, Math.min(100, rate.rowsPerSecond() / 100));
    }
    return pacing instanceof Pacing.Interval ? 10_000 : 100;
  }
}
