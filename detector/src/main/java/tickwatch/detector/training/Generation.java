package tickwatch.detector.training;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/**
 * One time that a sensor's ensemble was learnt, or the network of all sensors of a table.
 *
 * @param sym the sensor; {@link #NETWORK} for the network
 * @param row at which it was begun, the sensor's own number, or the table's
 * @param effective the row from which on it judges, if it was taken
 * @param learntFrom rows
 * @param errorBefore root mean square error of what the ensemble in force expected of the rows
 *     between, in z units; NaN for the first
 * @param error the same of the new one
 * @param inputs SHA-256 of all that it was learnt from, lower-case hex: the same inputs give the
 *     same outcome
 */
public record Generation(
    String table,
    String sym,
    long row,
    long effective,
    int learntFrom,
    double errorBefore,
    double error,
    String inputs,
    Outcome outcome) {
  /** Stands for all sensors of a table; no file name that a sensor has looks like it. */
  public static final String NETWORK = "~network";

  /** What became of it. */
  public enum Outcome {
    /** It judges from its row on. */
    TAKEN("taken"),
    /** It expected the rows between worse than the one before. */
    WORSE("worse"),
    /** An alarm was on, or had been for most of the rows between. */
    IN_ALARM("inAlarm");

    private final String text;

    Outcome(String text) {
      this.text = text;
    }

    public String text() {
      return text;
    }

    static Outcome of(String text) {
      return Arrays.stream(values())
          .filter(outcome -> outcome.text.equals(text))
          .findFirst()
          .orElseThrow(() -> new IllegalArgumentException("outcome " + text));
    }
  }

  /** The name of its directory: {@code table.sym.row}. */
  public String name() {
    return name(table, sym, row);
  }

  static String name(String table, String sym, long row) {
    return String.format(
        Locale.ROOT, "%s.%s.%09d", file(table), sym.equals(NETWORK) ? sym : file(sym), row);
  }

  /** Whether it is the network's. */
  public boolean isNetwork() {
    return sym.equals(NETWORK);
  }

  private static String file(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
