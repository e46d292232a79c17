package tickwatch.feed;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tickwatch.series.generate.Simulation;
import tickwatch.series.random.Noise;

/**
 * The rows of a simulation: row 0 of each sensor in the order of their names, then row 1 of each,
 * and so on without end. A row's position is its number, counted from 1.
 *
 * <p>Any row can be computed from its number, so passing over those that were sent costs nothing.
 */
final class SimulatedRowStream implements RowStream {
  private static final Instant EPOCH_2000 = Instant.parse("2000-01-01T00:00:00Z");

  /** Values that are computed ahead, all channels of all sensors together: 64 MB. */
  private static final int AHEAD = 1 << 23;

  private static final int LEAST_AHEAD = 256;

  private final Simulation simulation;
  private final Simulation.Reader reader;

  /**
   * For each of the table's columns the channel that fills it; those of time and sym are unused.
   */
  private final int[] channels;

  private final List<String> leftOut = new ArrayList<>();
  private final long limit;
  private final long startNanos;
  private final long stepNanos;
  private final long lastIndex;
  private final @Nullable AnomalyLabels labels;

  /** sensors × the table's columns × rows ahead. */
  private final double[][][] values;

  /** The row that each sensor's first value ahead belongs to; -1 before there is one. */
  private final long[] valuesFrom;

  private final int ahead;
  private final Row row;
  private long position;

  /**
   * Begins at the first row.
   *
   * @param limit rows after which the stream ends; 0 for none
   * @param stamped whether rows are sent with another time, so that labels have none
   * @throws FeedException when the table has a column that no channel fills, or labels cannot be
   *     written
   */
  SimulatedRowStream(SimulationOptions options, TableColumns table, long limit, boolean stamped) {
    this.simulation = options.simulation();
    this.reader = simulation.reader();
    this.channels = channels(simulation, table);
    this.limit = limit;
    this.startNanos = Duration.between(EPOCH_2000, simulation.start()).toNanos();
    this.stepNanos = simulation.step().toNanos();
    this.lastIndex = (Long.MAX_VALUE - Math.max(0, startNanos)) / stepNanos;
    int sensors = simulation.syms().size();
    int room = AHEAD / (sensors * Math.max(1, channels.length - 2));
    this.ahead =
        Math.max(LEAST_AHEAD, Integer.highestOneBit(Math.max(1, Math.min(room, Noise.BLOCK))));
    this.values = new double[sensors][channels.length][];
    this.valuesFrom = new long[sensors];
    Arrays.fill(valuesFrom, -1);
    this.row = new Row(table.count());
    this.labels =
        options.labels() == null
            ? null
            : new AnomalyLabels(options.labels(), simulation, channels, limit, stamped);
  }

  private int[] channels(Simulation simulation, TableColumns table) {
    List<String> names = SimulationOptions.columns(simulation);
    int[] found = new int[table.count()];
    List<String> missing = new ArrayList<>();
    leftOut.addAll(names);
    for (int i = TableColumns.SYM + 1; i < table.count(); i++) {
      found[i] = names.indexOf(table.name(i));
      if (found[i] < 0) {
        missing.add(table.name(i));
      } else if (table.kind(i) != ColumnKind.FLOAT && table.kind(i) != ColumnKind.REAL) {
        throw FeedException.precondition(
            "column "
                + table.name(i)
                + " is a "
                + table.kind(i).type()
                + " (expected: a FLOAT or a REAL, which a simulated channel is)");
      }
      leftOut.remove(table.name(i));
    }
    if (!missing.isEmpty()) {
      throw FeedException.precondition(
          "the simulation has no channel "
              + String.join(", ", missing)
              + ", which the table has (its channels: "
              + String.join(", ", names)
              + "); name another --table, or start the tickerplant with the schema that"
              + " \"tickwatch schema --simulate JSON\" prints");
    }
    return found;
  }

  @Override
  public void eachLeftOut(Consumer<String> sentence) {
    if (!leftOut.isEmpty()) {
      sentence.accept("simulation: left out " + String.join(", ", leftOut));
    }
  }

  @Override
  public long skipTo(long wanted) {
    position = limit > 0 ? Math.min(wanted, limit) : wanted;
    if (labels != null) {
      labels.startAfter(position);
    }
    return position;
  }

  @Override
  public boolean next() {
    if (limit > 0 && position >= limit) {
      return false;
    }
    int sensors = valuesFrom.length;
    int sym = (int) (position % sensors);
    long index = position / sensors;
    if (index > lastIndex) {
      throw FeedException.precondition(
          "the simulation has come to the year 2292, after which q has no times; make stepSeconds"
              + " smaller");
    }
    long from = index - index % ahead;
    if (valuesFrom[sym] != from) {
      compute(sym, from);
    }
    int at = (int) (index - from);
    for (int i = TableColumns.SYM + 1; i < channels.length; i++) {
      row.numbers[i] = values[sym][i][at];
    }
    row.sym = simulation.syms().get(sym);
    row.time = startNanos + index * stepNanos;
    position++;
    if (labels != null) {
      labels.reached(position);
    }
    return true;
  }

  private void compute(int sym, long from) {
    for (int i = TableColumns.SYM + 1; i < channels.length; i++) {
      if (values[sym][i] == null) {
        values[sym][i] = new double[ahead];
      }
      reader.fill(sym, channels[i], from, values[sym][i], ahead);
    }
    valuesFrom[sym] = from;
  }

  @Override
  public Row row() {
    return row;
  }

  @Override
  public long time() {
    return row.time;
  }

  @Override
  public long position() {
    return position;
  }

  @Override
  public void checkNotBarren() {}

  @Override
  public long bytesRead() {
    return 0;
  }

  @Override
  public long byteLength() {
    return 0;
  }

  @Override
  public void close() {
    if (labels != null) {
      labels.close();
    }
  }
}
