package tickwatch.tickerplant;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tickwatch.tick.TickLogException;

/**
 * Which runs of the tickerplant wrote a log, and how many messages it held when each of them began:
 * the file {@code <log>.runs}, one line a run.
 *
 * <pre>
 *   461168601842738790 1200 whole
 *   732219874531209384  980 whole        the end of the log was lost: 220 messages
 *   230584300921369395 1500 changed      damage was skipped: what lies before may be less than it was
 * </pre>
 *
 * <p>A follower that was live in one run finds here whether the log still holds all that it was
 * sent. So the file is forced to the disk before anything of the run is published.
 */
final class LogRuns {
  /**
   * A run of the tickerplant.
   *
   * @param id positive, another one for each start
   * @param messages those that the log held when the run began
   * @param isChanged whether messages before these were found damaged and skipped
   */
  record Run(long id, long messages, boolean isChanged) {}

  private static final Pattern LINE = Pattern.compile("(\\d{1,18}) (\\d{1,18}) (whole|changed)");

  private LogRuns() {}

  static Path file(Path log) {
    return log.resolveSibling(log.getFileName() + ".runs");
  }

  /**
   * Adds a run.
   *
   * @throws TickLogException if it cannot be written
   */
  static void add(Path log, Run run) {
    String line = run.id + " " + run.messages + " " + (run.isChanged ? "changed" : "whole") + "\n";
    try (FileChannel out =
        FileChannel.open(
            file(log),
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.APPEND)) {
      ByteBuffer bytes = ByteBuffer.wrap(line.getBytes(StandardCharsets.US_ASCII));
      while (bytes.hasRemaining()) {
        out.write(bytes);
      }
      out.force(true);
    } catch (IOException e) {
      throw new TickLogException("the file " + file(log) + " cannot be written: " + e, e);
    }
  }

  /**
   * The runs of a log, the first one first; none if nothing is known of them. Lines that are none
   * are left out.
   *
   * @throws TickLogException if the file is there and cannot be read
   */
  static List<Run> read(Path log) {
    List<Run> runs = new ArrayList<>();
    try {
      for (String line : Files.readAllLines(file(log), StandardCharsets.ISO_8859_1)) {
        Matcher matcher = LINE.matcher(line);
        if (matcher.matches()) {
          runs.add(
              new Run(
                  Long.parseLong(matcher.group(1)),
                  Long.parseLong(matcher.group(2)),
                  matcher.group(3).equals("changed")));
        }
      }
    } catch (NoSuchFileException e) {
      return List.of();
    } catch (IOException | NumberFormatException e) {
      throw new TickLogException("the file " + file(log) + " cannot be read: " + e, e);
    }
    return runs;
  }
}
