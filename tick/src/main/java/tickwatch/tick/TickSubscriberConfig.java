package tickwatch.tick;

import java.util.List;
import tickwatch.ipc.net.Endpoint;

/**
 * What to follow.
 *
 * @param tickerplant where it listens, and as whom to log in
 * @param tables the tables to follow; empty means all
 * @param syms the syms to follow in each of them; empty means all
 * @param processName names this process in log lines
 */
public record TickSubscriberConfig(
    Endpoint tickerplant, List<String> tables, List<String> syms, String processName) {
  public TickSubscriberConfig {
    tables = List.copyOf(tables);
    syms = List.copyOf(syms);
  }
}
