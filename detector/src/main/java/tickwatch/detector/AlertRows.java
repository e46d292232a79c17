package tickwatch.detector;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import tickwatch.detector.alert.Alert;
import tickwatch.ipc.value.ByteVector;
import tickwatch.ipc.value.ListVector;
import tickwatch.ipc.value.LongVector;
import tickwatch.ipc.value.QType;
import tickwatch.ipc.value.SymbolAtom;
import tickwatch.ipc.value.SymbolVector;
import tickwatch.ipc.value.Table;
import tickwatch.ipc.value.Value;

/**
 * Rows of {@code alert} in the making. {@code sink} and {@code state} tell three sorts apart:
 *
 * <pre>
 *   log                           firing, resolved          what the detector decided
 *   webhook, alertmanager, slack  firing, resolved, failed  what a target took, or never will
 *   health                        firing, resolved          what is wrong with the data
 * </pre>
 */
final class AlertRows {
  static final String ALERT = "alert";
  static final String LOG_SINK = "log";
  static final String HEALTH_SINK = "health";
  static final String FAILED = "failed";

  static final List<String> COLUMNS =
      List.of("time", "sym", "id", "sink", "state", "severity", "text");

  private final List<Long> times = new ArrayList<>();
  private final List<String> syms = new ArrayList<>();
  private final List<String> ids = new ArrayList<>();
  private final List<String> sinks = new ArrayList<>();
  private final List<String> states = new ArrayList<>();
  private final List<String> severities = new ArrayList<>();
  private final List<Value> texts = new ArrayList<>();

  /** Names and texts are in text, times are timestamps. */
  void add(
      long time, String sym, String id, String sink, String state, String severity, String text) {
    times.add(time);
    syms.add(SymbolAtom.bytesOf(sym));
    ids.add(SymbolAtom.bytesOf(id));
    sinks.add(sink);
    states.add(state);
    severities.add(severity);
    texts.add(ByteVector.of(QType.CHAR, text.getBytes(StandardCharsets.UTF_8)));
  }

  void add(Alert alert, String sink, String state, String text) {
    add(alert.time(), alert.sym(), alert.id(), sink, state, alert.severity().word(), text);
  }

  int count() {
    return times.size();
  }

  Table table() {
    return new Table(
        COLUMNS,
        List.of(
            LongVector.of(QType.TIMESTAMP, times.stream().mapToLong(Long::longValue).toArray()),
            symbols(syms),
            symbols(ids),
            symbols(sinks),
            symbols(states),
            symbols(severities),
            ListVector.of(texts.toArray(Value[]::new))));
  }

  private static SymbolVector symbols(List<String> names) {
    return SymbolVector.of(names.toArray(String[]::new));
  }
}
