package tickwatch.tickerplant;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import tickwatch.ipc.value.Null;

/**
 * A part of a log that was published: from one end of day to the next, or to now.
 *
 * <p>Stretches form a chain; whoever reads an old one goes on to the newest by {@link #next}, and
 * tells its subscriber of the end of day between them.
 *
 * <p><b>Threads.</b> The event loop's alone, but for what is final.
 */
final class LogStretch {
  /** The end of a log that was not looked at yet: a compressed one does not tell. */
  static final long UNKNOWN = Long.MAX_VALUE;

  final Path log;

  /** Where its first message begins, in bytes of the log. */
  final long start;

  /** Where its last published message ends, or {@link #UNKNOWN}. */
  long end;

  /** The day that ended behind it; the null int if none did. */
  int endedDay = Null.INT;

  @Nullable LogStretch next;

  LogStretch(Path log, long start) {
    this.log = log;
    this.start = start;
    this.end = start;
  }

  /** A stretch that was published before, in front of another one. */
  LogStretch(Path log, long start, long end, int endedDay, LogStretch next) {
    this.log = log;
    this.start = start;
    this.end = end;
    this.endedDay = endedDay;
    this.next = next;
  }

  /** Takes note of where it ends, if that was not known. */
  void endsAt(long found) {
    if (end == UNKNOWN) {
      end = found;
    }
  }

  /** Ends this stretch with an end of day, and begins the next one. */
  LogStretch endedBy(int day, Path nextLog, long nextStart) {
    LogStretch following = new LogStretch(nextLog, nextStart);
    endedDay = day;
    next = following;
    return following;
  }
}
