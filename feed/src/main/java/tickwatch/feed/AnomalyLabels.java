package tickwatch.feed;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import tickwatch.series.generate.Label;
import tickwatch.series.generate.Simulation;
import tickwatch.series.random.Noise;

/**
 * The CSV file that says which rows of a simulation are anomalous, a line when the first row of an
 * anomaly is taken.
 *
 * <pre>
 *   sym,channel,kind,row,length,start,end,amount
 *   boiler-1,temperature,shift,4711,50,2026-01-01T01:18:31Z,2026-01-01T01:19:20Z,-7.93
 * </pre>
 *
 * <p>{@code row} is the number of the first anomalous row of that sym, counted from 0, {@code
 * start} and {@code end} the times of the first and the last; they are empty where rows are stamped
 * with the time of sending. {@code amount} is what was added (spike, shift), the factor of the
 * noise (variance), or the value put in place (drop-out).
 *
 * <p>The labels follow from the simulation, so a run that goes on where another was killed writes
 * the file anew up to there and adds to it.
 */
final class AnomalyLabels implements AutoCloseable {
  private static final String HEAD = "sym,channel,kind,row,length,start,end,amount\n";
  private static final long FLUSH_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private record Line(int sym, int channel, Label label) {}

  private final Path file;
  private final Simulation simulation;
  private final Simulation.Reader reader;
  private final List<Integer> channels = new ArrayList<>();
  private final List<String> names;
  private final long limit;
  private final boolean stamped;

  /** The lines of the block of rows at hand that are still to come, by the rows that bring them. */
  private final Deque<Line> waiting = new ArrayDeque<>();

  private long block = -1;
  private @Nullable BufferedWriter out;
  private long flushedNanos;

  AnomalyLabels(
      Path file, Simulation simulation, int[] channelOfColumn, long limit, boolean stamped) {
    this.file = file;
    this.simulation = simulation;
    this.reader = simulation.reader();
    for (int i = TableColumns.SYM + 1; i < channelOfColumn.length; i++) {
      channels.add(channelOfColumn[i]);
    }
    this.names = SimulationOptions.columns(simulation);
    this.limit = limit;
    this.stamped = stamped;
  }

  /**
   * @throws FeedException when the file cannot be there
   */
  static void checkFolder(Path file) {
    Path folder = file.toAbsolutePath().getParent();
    if (folder == null || !Files.isDirectory(folder) || Files.isDirectory(file)) {
      throw FeedException.precondition(
          "labels: " + file + " (expected: a file to write, in a folder that is there)");
    }
  }

  /** Writes the labels of the first {@code position} rows, which an earlier run has sent. */
  void startAfter(long position) {
    try {
      close();
      BufferedWriter writer = Files.newBufferedWriter(file);
      out = writer;
      writer.write(HEAD);
    } catch (IOException e) {
      throw failed(e);
    }
    int sensors = simulation.syms().size();
    block = -1;
    waiting.clear();
    if (position > 0) {
      for (long b = 0; b <= (position - 1) / sensors / Noise.BLOCK; b++) {
        long last = Math.min(position, (b + 1) * Noise.BLOCK * sensors);
        reached(last);
      }
    }
    flush();
  }

  /** Writes the labels that begin at rows up to a position; a block of rows at most each time. */
  void reached(long position) {
    int sensors = simulation.syms().size();
    long wanted = (position - 1) / sensors / Noise.BLOCK;
    if (wanted != block) {
      block = wanted;
      load();
    }
    boolean written = false;
    for (Line next = waiting.peek();
        next != null && positionOf(next) <= position;
        next = waiting.peek()) {
      write(waiting.remove());
      written = true;
    }
    if (written && System.nanoTime() - flushedNanos > FLUSH_NANOS) {
      flush();
    }
  }

  private long positionOf(Line line) {
    return line.label().start() * simulation.syms().size() + line.sym() + 1;
  }

  private void load() {
    List<Line> lines = new ArrayList<>();
    for (int sym = 0; sym < simulation.syms().size(); sym++) {
      for (int channel : channels) {
        for (Label label : reader.labels(sym, channel, block * Noise.BLOCK, Noise.BLOCK)) {
          lines.add(new Line(sym, channel, label));
        }
      }
    }
    lines.sort(Comparator.comparingLong(this::positionOf));
    waiting.clear();
    waiting.addAll(lines);
  }

  private void write(Line line) {
    Label label = line.label();
    int sensors = simulation.syms().size();
    // The limit may come in the middle of an anomaly.
    long rows =
        limit > 0 ? (limit - line.sym() + sensors - 1) / sensors - label.start() : label.length();
    long length = Math.min(label.length(), rows);
    String text =
        String.join(
            ",",
            quoted(simulation.syms().get(line.sym())),
            names.get(line.channel()),
            label.kind().text(),
            Long.toString(label.start()),
            Long.toString(length),
            stamped ? "" : time(label.start()).toString(),
            stamped ? "" : time(label.start() + length - 1).toString(),
            Double.toString(label.amount()));
    try {
      if (out != null) {
        out.append(text).append('\n');
      }
    } catch (IOException e) {
      throw failed(e);
    }
  }

  private Instant time(long index) {
    return simulation.start().plus(simulation.step().multipliedBy(index));
  }

  private static String quoted(String field) {
    return field.matches("(?s).*[\",\r\n].*") ? '"' + field.replace("\"", "\"\"") + '"' : field;
  }

  private void flush() {
    try {
      if (out != null) {
        out.flush();
      }
      flushedNanos = System.nanoTime();
    } catch (IOException e) {
      throw failed(e);
    }
  }

  private FeedException failed(IOException e) {
    return new FeedException(
        FeedException.Kind.FAILURE,
        "labels cannot be written to " + file + ": " + e.getMessage(),
        e);
  }

  @Override
  public void close() {
    BufferedWriter writer = out;
    out = null;
    if (writer != null) {
      try {
        writer.close();
      } catch (IOException e) {
        throw failed(e);
      }
    }
  }
}
