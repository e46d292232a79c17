package tickwatch.feed;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts and reports the lines that cannot be sent, each once however often its file is read. */
final class BadLines {
  private static final Logger LOG = LoggerFactory.getLogger(BadLines.class);
  private static final int REPORTED_A_FILE = 20;

  private final boolean strict;
  private final Map<Path, Seen> byFile = new HashMap<>();
  private long count;

  private static final class Seen {
    private long lastLine;
    private int reported;
  }

  BadLines(boolean strict) {
    this.strict = strict;
  }

  /**
   * Takes notice of a bad line.
   *
   * @param counts false where an earlier run has counted it
   * @throws FeedException when strict and it counts
   */
  void add(Path file, long line, String reason, boolean counts) {
    Seen seen = byFile.computeIfAbsent(file, f -> new Seen());
    if (line <= seen.lastLine) {
      return;
    }
    seen.lastLine = line;
    if (!counts) {
      return;
    }
    count++;
    if (strict) {
      throw new FeedException(
          FeedException.Kind.BAD_DATA,
          file + ":" + line + ": " + reason + " (--strict stops here)");
    }
    if (seen.reported < REPORTED_A_FILE) {
      seen.reported++;
      LOG.warn("{}:{}: {}; the line is skipped", file, line, reason);
    } else if (seen.reported == REPORTED_A_FILE) {
      seen.reported++;
      LOG.warn("{}: more bad lines from line {} on are counted but not shown", file, line);
    }
  }

  /** Bad lines so far. */
  long count() {
    return count;
  }
}
