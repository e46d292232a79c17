package tickwatch.tick;

import java.util.List;
import tickwatch.ipc.net.Endpoint;
import tickwatch.ipc.value.Null;

/**
 * What to follow.
 *
 * @param tickerplant where it listens, and as whom to log in
 * @param tables the tables to follow; empty means all
 * @param syms the syms to follow in each of them; empty means all
 * @param processName names this process in log lines
 * @param fromDay of the logs that there still are the first one to replay, in days since
 *     2000.01.01; the null int for today's
 */
public record TickSubscriberConfig(
    Endpoint tickerplant, List<String> tables, List<String> syms, String processName, int fromDay) {
  public TickSubscriberConfig {
    tables = List.copyOf(tables);
    syms = List.copyOf(syms);
  }

  /** Follows from today on. */
  public TickSubscriberConfig(
      Endpoint tickerplant, List<String> tables, List<String> syms, String processName) {
    this(tickerplant, tables, syms, processName, Null.INT);
  }
}
