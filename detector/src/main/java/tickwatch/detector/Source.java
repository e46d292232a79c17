package tickwatch.detector;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import tickwatch.detector.ensemble.EnsembleLearner;
import tickwatch.detector.event.EventRules;
import tickwatch.detector.feedback.Opinion;
import tickwatch.detector.health.HealthEvent;
import tickwatch.detector.health.HealthRules;
import tickwatch.detector.model.Model;
import tickwatch.detector.model.Scoring;
import tickwatch.detector.training.Generations;
import tickwatch.detector.window.RowOrder;
import tickwatch.ipc.value.ByteVector;
import tickwatch.ipc.value.FloatVector;
import tickwatch.ipc.value.IntVector;
import tickwatch.ipc.value.LongVector;
import tickwatch.ipc.value.QType;
import tickwatch.ipc.value.RealVector;
import tickwatch.ipc.value.ShortVector;
import tickwatch.ipc.value.SymbolAtom;
import tickwatch.ipc.value.SymbolVector;
import tickwatch.ipc.value.Table;
import tickwatch.ipc.value.Vector;
import tickwatch.tick.TableSchema;

/**
 * A table whose rows are judged: where its channels stand, its sensors, and how many of its rows
 * there were.
 *
 * <p><b>Threads.</b> One thread.
 */
public final class Source {
  private static final int LEAST_ROWS_TO_LOOK = 64;

  /** How many steps of the others stand for one of a sensor that has just begun. */
  private static final int STEPS_OF_A_NEW_ONE = 4;

  private Model model;
  private final JudgeCounts counts;
  private final SourceEvents events;
  private final @Nullable Learning learning;
  private final @Nullable Generations generations;
  private final String table;
  private final String tableText;
  private final Map<String, Sensor> sensors = new LinkedHashMap<>();
  private List<String> names = List.of();
  private int timeColumn;
  private int symColumn;
  private final int[] channelColumns;
  private long row;
  private long[] heardTimes = {};
  private int rowsToLook = LEAST_ROWS_TO_LOOK;

  /**
   * A table without rows so far.
   *
   * @param learning what each sensor learns; null for nothing
   * @throws DetectorException if it lacks what the model needs, or memory what is to be learnt
   */
  Source(
      TableSchema schema,
      Model model,
      EventRules rules,
      HealthRules healthRules,
      BiConsumer<Source, HealthEvent> health,
      JudgeCounts counts,
      @Nullable Learning learning) {
    this.learning = learning;
    this.counts = counts;
    Refit refit = learning == null ? null : learning.refit();
    this.generations = refit == null ? null : new Generations(refit.directory());
    this.model = model;
    this.table = schema.name();
    this.tableText = SymbolAtom.textOf(table);
    this.events =
        new SourceEvents(
            tableText,
            model.name(),
            model.channels(),
            rules,
            healthRules,
            event -> health.accept(this, event),
            model.defaults().scoring() instanceof Scoring.PerChannel,
            counts.suppressed);
    this.channelColumns = new int[model.channels().size()];
    check(schema, model);
    if (learning != null) {
      learning.requireMemory(tableText, channelColumns.length, Runtime.getRuntime().maxMemory());
    }
    find(schema.columns());
  }

  /**
   * Whether a table has all that a model needs.
   *
   * @throws DetectorException if not; it names what is missing
   */
  static void check(TableSchema schema, Model model) {
    List<String> missing = missingChannels(schema, model);
    String where = "table " + SymbolAtom.textOf(schema.name());
    if (!missing.isEmpty()) {
      throw new DetectorException(
          where
              + " has no column "
              + String.join(", ", missing)
              + ", which model "
              + model.name()
              + " needs (columns: "
              + SymbolAtom.textOf(String.join(", ", schema.columns()))
              + "); take another --table or --model");
    }
    requireType(schema, "time", QType.TIMESTAMP, where);
    requireType(schema, "sym", QType.SYMBOL, where);
    for (String channel : model.channels()) {
      QType type = schema.types().get(schema.columns().indexOf(SymbolAtom.bytesOf(channel)));
      switch (type) {
        case FLOAT, REAL, LONG, INT, SHORT, BYTE, BOOLEAN -> {}
        default ->
            throw new DetectorException(
                where
                    + ": column "
                    + channel
                    + " is of type "
                    + type
                    + " (expected: numbers, since it is a channel of model "
                    + model.name()
                    + ")");
      }
    }
  }

  private static void requireType(TableSchema schema, String column, QType type, String where) {
    int at = schema.columns().indexOf(column);
    if (at < 0 || schema.types().get(at) != type) {
      throw new DetectorException(
          where
              + ": column "
              + column
              + " is "
              + (at < 0 ? "missing" : "of type " + schema.types().get(at))
              + " (expected: of type "
              + type
              + ")");
    }
  }

  /** The model's channels that a table lacks. */
  static List<String> missingChannels(TableSchema schema, Model model) {
    List<String> missing = new ArrayList<>();
    for (String channel : model.channels()) {
      if (!schema.columns().contains(SymbolAtom.bytesOf(channel))) {
        missing.add(channel);
      }
    }
    return missing;
  }

  private void find(List<String> columns) {
    timeColumn = columns.indexOf("time");
    symColumn = columns.indexOf("sym");
    for (int c = 0; c < channelColumns.length; c++) {
      channelColumns[c] = columns.indexOf(SymbolAtom.bytesOf(model.channels().get(c)));
      if (channelColumns[c] < 0) {
        throw new DetectorException(
            "rows of table " + tableText + " came without column " + model.channels().get(c));
      }
    }
    names = columns;
  }

  /** The table's name, one char a byte. */
  public String table() {
    return table;
  }

  String tableText() {
    return tableText;
  }

  /** What the model's network is called among other detectors. */
  String networkName() {
    return model.isReconstructor() ? Pipeline.RECONSTRUCT : Pipeline.FORECAST;
  }

  Sensor sensor(String sym) {
    Sensor sensor = sensors.get(sym);
    if (sensor == null) {
      sensor = new Sensor(sym, model, events);
      double[] learnt = model.learnt().of(sensor.symText);
      if (learnt != null) {
        sensor.installLearnt(learnt, model);
      } else if (learning != null) {
        sensor.learner = new EnsembleLearner(channelColumns.length, learning.rows());
      }
      if (learning != null && learning.refit() != null && generations != null) {
        sensor.refit =
            new SensorRefit(
                tableText,
                sensor.symText,
                model.channels(),
                learning,
                learning.refit(),
                generations,
                counts);
        if (sensor.ensemble != null) {
          sensor.refit.first(sensor, sensor.ensemble);
        }
      }
      sensors.put(sym, sensor);
    }
    return sensor;
  }

  /** Its sensors, those to come too, are judged by another network of the same shape. */
  void replaceNetwork(Model next) {
    model = next;
    sensors.values().forEach(sensor -> sensor.replaceNetwork(next.of(sensor.symText)));
  }

  /** What its sensors share when anomalies are told. */
  SourceEvents events() {
    return events;
  }

  /**
   * What people say of an anomaly takes effect from the next row on.
   *
   * @param id of an anomaly of this or of another source
   * @return whether it is an anomaly of this source that is still known
   */
  boolean judged(String id, Opinion opinion) {
    int symFrom = tableText.length() + 1;
    int symTo = id.lastIndexOf('.');
    if (!id.startsWith(tableText + '.') || symTo < symFrom) {
      return false;
    }
    Sensor sensor = sensors.get(SymbolAtom.bytesOf(id.substring(symFrom, symTo)));
    events.past.judged(id, opinion.word());
    return sensor != null && sensor.events.judged(id, opinion);
  }

  Map<String, Sensor> sensors() {
    return sensors;
  }

  /** Rows of the current log so far, late ones included. */
  public long row() {
    return row;
  }

  long nextRow() {
    return ++row;
  }

  /**
   * A sensor has a row. Now and then, so that a row costs the same however many sensors there are,
   * all are looked at for one that has been silent for long while others went on.
   *
   * @param jumped whether its time is not right behind that of its last row, which says nothing of
   *     the others
   */
  void heard(Sensor sensor, boolean jumped) {
    if (jumped) {
      sensor.lookedAt = sensor.order.lastTime();
      return;
    }
    if (--rowsToLook > 0) {
      return;
    }
    rowsToLook = Math.max(LEAST_ROWS_TO_LOOK, sensors.size());
    long now = timeOfThoseHeard();
    if (now != Long.MIN_VALUE) {
      lookForSilence(now);
    }
  }

  /**
   * The middle of the times of those sensors that had rows since the last look, the lower one of
   * two: a clock that is ahead says nothing of the others. The least long if none had.
   */
  private long timeOfThoseHeard() {
    if (heardTimes.length < sensors.size()) {
      heardTimes = new long[2 * sensors.size()];
    }
    int heard = 0;
    for (Sensor sensor : sensors.values()) {
      long last = sensor.order.lastTime();
      if (last > sensor.lookedAt) {
        heardTimes[heard++] = last;
        sensor.lookedAt = last;
      }
    }
    Arrays.sort(heardTimes, 0, heard);
    return heard == 0 ? Long.MIN_VALUE : heardTimes[(heard - 1) / 2];
  }

  private void lookForSilence(long now) {
    double logs = 0;
    int known = 0;
    for (Sensor sensor : sensors.values()) {
      RowOrder order = sensor.order;
      if (order.isStepKnown()) {
        double step = order.usualStep();
        logs += Math.log(step);
        known++;
        sensor.health.silence(sensor.rows, order.lastTime(), now, step, step);
      }
    }
    if (known == 0 || known == sensors.size()) {
      return;
    }
    // One that fell silent after its first rows has no usual step. What stands for it is what is
    // usual among the others, and several times that, since it may be slower.
    double others = Math.exp(logs / known);
    for (Sensor sensor : sensors.values()) {
      RowOrder order = sensor.order;
      if (!order.isStepKnown() && order.lastTime() != Long.MIN_VALUE) {
        double step = STEPS_OF_A_NEW_ONE * Math.max(others, order.usualStep());
        sensor.health.silence(sensor.rows, order.lastTime(), now, step, 0);
      }
    }
  }

  /** What {@link #heard} remembers, but for the sensors. */
  void saveHeard(DataOutput out) throws IOException {
    out.writeInt(rowsToLook);
  }

  /** Goes on from what {@link #saveHeard} wrote. */
  void restoreHeard(DataInput in) throws IOException {
    rowsToLook = in.readInt();
  }

  /** A new log begins: its rows are counted from 1. */
  void newLog() {
    row = 0;
  }

  /** The columns of rows that came, found by name if they do not stand where they last did. */
  Columns columns(Table rows) {
    if (rows.names() != names && !rows.names().equals(names)) {
      find(rows.names());
    }
    names = rows.names();
    Vector time = rows.columns().get(timeColumn);
    Vector sym = rows.columns().get(symColumn);
    if (!(time instanceof LongVector times) || !(sym instanceof SymbolVector syms)) {
      throw new DetectorException(
          "rows of table "
              + tableText
              + " came with time of type "
              + time.type()
              + " and sym of type "
              + sym.type()
              + " (expected: TIMESTAMP and SYMBOL)");
    }
    Vector[] channels = new Vector[channelColumns.length];
    for (int c = 0; c < channels.length; c++) {
      channels[c] = rows.columns().get(channelColumns[c]);
    }
    return new Columns(times, syms, channels);
  }

  /** The columns that count, of some rows. */
  static final class Columns {
    final LongVector times;
    final SymbolVector syms;
    private final Vector[] channels;

    Columns(LongVector times, SymbolVector syms, Vector[] channels) {
      this.times = times;
      this.syms = syms;
      this.channels = channels;
    }

    /** A value as it stands; NaN if it is null or not finite. */
    double value(int channel, int row) {
      Vector column = channels[channel];
      double value;
      if (column instanceof FloatVector floats) {
        value = floats.get(row);
      } else {
        value = other(column, row);
      }
      return Double.isFinite(value) ? value : Double.NaN;
    }

    private static double other(Vector column, int row) {
      if (column instanceof RealVector reals) {
        return reals.get(row);
      }
      if (column instanceof LongVector longs) {
        long value = longs.get(row);
        return value == Long.MIN_VALUE || value == Long.MAX_VALUE || value == -Long.MAX_VALUE
            ? Double.NaN
            : value;
      }
      if (column instanceof IntVector ints) {
        int value = ints.get(row);
        return value == Integer.MIN_VALUE
                || value == Integer.MAX_VALUE
                || value == -Integer.MAX_VALUE
            ? Double.NaN
            : value;
      }
      if (column instanceof ShortVector shorts) {
        short value = shorts.get(row);
        return value == Short.MIN_VALUE || value == Short.MAX_VALUE || value == -Short.MAX_VALUE
            ? Double.NaN
            : value;
      }
      if (column instanceof ByteVector bytes) {
        return bytes.get(row) & 0xff;
      }
      throw new DetectorException("a channel of type " + column.type());
    }
  }
}
