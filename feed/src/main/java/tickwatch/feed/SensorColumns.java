package tickwatch.feed;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tickwatch.ipc.value.QType;

/**
 * Looks for a column that names sensors, in files of which nobody has said that there is one: the
 * rows' times go on within each of its values, but not from row to row; or else a column of text is
 * called as such columns are.
 */
final class SensorColumns {
  private static final Set<String> NAMES =
      Set.of(
          "sensor",
          "sensorid",
          "sensorname",
          "device",
          "deviceid",
          "devicename",
          "host",
          "hostname",
          "machine",
          "machineid",
          "asset",
          "assetid",
          "station",
          "tag",
          "tagname",
          "symbol",
          "ticker",
          "instrument",
          "equipment",
          "equipmentid",
          "server",
          "node");

  /** From here on a column with a value for every second row is none. */
  private static final int ROWS_TO_LOOK_AT = 64;

  private final List<Candidate> candidates = new ArrayList<>();
  private long rows;
  private long lastTime = Long.MIN_VALUE;
  private boolean goesBack;

  /** One column. */
  private static final class Candidate {
    private final String name;
    private final ColumnTypes types;
    private final Map<String, Long> lastTimes = new HashMap<>();
    private boolean isOut;
    private String value = "";

    Candidate(String name, ColumnTypes types) {
      this.name = name;
      this.types = types;
    }
  }

  /** A reader of a column that may be one, which hands on what it reads. */
  CsvFile.FieldReader watch(String name, ColumnTypes types, CsvFile.FieldReader next) {
    Candidate candidate = new Candidate(name, types);
    candidates.add(candidate);
    return (text, from, length) -> {
      if (!candidate.isOut) {
        candidate.value = FieldText.sameOr(candidate.value, text, from, length);
      }
      next.read(text, from, length);
    };
  }

  /** Another file begins, whose rows may be earlier. */
  void startFile() {
    lastTime = Long.MIN_VALUE;
    for (Candidate candidate : candidates) {
      candidate.lastTimes.replaceAll((value, time) -> Long.MIN_VALUE);
    }
  }

  /** Takes the row that has just been read, which has a time. */
  void row(long time) {
    rows++;
    goesBack |= time <= lastTime;
    lastTime = time;
    for (Candidate candidate : candidates) {
      if (!candidate.isOut) {
        Long before = candidate.lastTimes.put(candidate.value, time);
        candidate.isOut =
            (before != null && time <= before)
                || (rows > ROWS_TO_LOOK_AT && 2L * candidate.lastTimes.size() > rows);
      }
    }
  }

  /** What to do about it, in words; null where there is none. */
  @Nullable String hint() {
    Candidate found = null;
    for (Candidate candidate : candidates) {
      QType type = candidate.types.type();
      boolean fits =
          goesBack
              && !candidate.isOut
              && (type == null || type == QType.LONG)
              && candidate.lastTimes.size() > 1
              && 2L * candidate.lastTimes.size() <= rows;
      if (fits && (found == null || (type == null && found.types.type() != null))) {
        found = candidate;
      }
    }
    if (found != null) {
      return String.format(
          Locale.ROOT,
          "column %s seems to name the sensors: times go on within each of its %,d values, not from"
              + " row to row; --sym %s keeps them apart",
          found.name,
          found.lastTimes.size(),
          found.name);
    }
    for (Candidate candidate : candidates) {
      String word = candidate.name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "");
      if (candidate.types.type() == null && NAMES.contains(word)) {
        return "if column " + candidate.name + " names the sensors: --sym " + candidate.name;
      }
    }
    return null;
  }
}
