package tickwatch.bench.tickerplant;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Processor time of a Java process but for that of its compilers, to the nanosecond: what they do
 * is done once, and a run of some tenths of a second would have a share of it that depends on when
 * they come to it.
 *
 * <p>Source: proc(5), {@code /proc/PID/task/TID/schedstat}.
 */
final class ProcessorTime {
  private ProcessorTime() {}

  /** What the threads of that process that are alive have used so far. */
  static Duration of(long pid) throws IOException {
    long nanos = 0;
    try (DirectoryStream<Path> threads =
        Files.newDirectoryStream(Path.of("/proc/" + pid + "/task"))) {
      for (Path thread : threads) {
        nanos += nanosOf(thread);
      }
    }
    return Duration.ofNanos(nanos);
  }

  private static long nanosOf(Path thread) throws IOException {
    try {
      String name = Files.readString(thread.resolve("comm"));
      if (name.startsWith("C1 Compiler") || name.startsWith("C2 Compiler")) {
        return 0;
      }
      String stat = Files.readString(thread.resolve("schedstat"));
      return Long.parseLong(stat.substring(0, stat.indexOf(' ')));
    } catch (NoSuchFileException e) {
      // It ended just now.
      return 0;
    }
  }
}
