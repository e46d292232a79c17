package tickwatch.detector;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInput;
import java.io.DataInputStream;
import java.io.DataOutput;
import java.io.DataOutputStream;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tickwatch.detector.analysis.Anomaly;
import tickwatch.detector.ensemble.Ensemble;
import tickwatch.detector.ensemble.EnsembleLearner;
import tickwatch.detector.ensemble.Verdict;
import tickwatch.detector.event.EventRules;
import tickwatch.detector.health.HealthEvent;
import tickwatch.detector.health.HealthRules;
import tickwatch.detector.model.Forecaster;
import tickwatch.detector.model.Model;
import tickwatch.detector.threshold.AlarmLevel;
import tickwatch.detector.window.RowOrder;
import tickwatch.ipc.value.Epoch;
import tickwatch.ipc.value.Table;
import tickwatch.tick.TableSchema;

/**
 * The pipeline from rows to verdicts, without a network: window, forecast, score, threshold, event,
 * analysis. {@code docs/model-format.md} says what is computed.
 *
 * <p>Rows wait until {@link #complete} or until they fill the largest batch; then all windows that
 * they completed, of one sensor or of many, go through one forward call. A window does not depend
 * on the forecasts before it, so many rows of one sensor go together too.
 *
 * <p><b>Invariants.</b> What is found depends on the rows and their order, not on how they were cut
 * into batches: a score so near its threshold that rounding could turn the flag is computed again
 * from a forward call of its own, whose bits are always the same. Scores differ by rounding of the
 * forecast (about 1e-6) at most.
 *
 * <p><b>Threads.</b> One thread; the counters may be read by any.
 */
public final class Judge {
  private static final Logger LOG = LoggerFactory.getLogger(Judge.class);

  /** Troubles with the order of rows are told at most once in this time; all are counted. */
  private static final long WARN_EVERY_NANOS = 10_000_000_000L;

  private static final double NANOS_PER_DAY = 86_400e9;

  /** Bytes of a network and the windows that decide on its successor; more is a broken file. */
  private static final int MOST_REMEMBERED = 1 << 30;

  /** Rows that wait at most where no forward call is to be shared. */
  private static final int ROWS_WITHOUT_FORECASTER = 128;

  private Model model;
  private @Nullable Forecaster forecaster;
  private final @Nullable NetworkRefit networkRefit;
  private final @Nullable Learning learning;
  private final EventRules rules;
  private final HealthRules healthRules;
  private final Verdicts verdicts;
  private final int channels;
  private final int maxBatch;

  private final @Nullable Source[] sources;
  private final @Nullable Sensor[] sensors;
  private final long[] rows;
  private final long[] seqs;
  private final long[] times;
  private final boolean[] afterGap;

  /** Whether what counts does not go on from the row before. */
  private final boolean[] apart;

  private final double[] usualSteps;

  /** Rows that decide on a network that is trained further; negative for the others. */
  private final int[] samples;

  private final double[] values;
  private final double[] zs;
  private final float[] forecasts;
  private final float[] window;
  private int waiting;

  private final Verdict verdict;
  private final Verdict forecastVerdict;

  /** What the forecaster makes of the row scored last; NaN if nothing. */
  private double forecastScore = Double.NaN;

  private Verdicts.@Nullable ScoredRow scoredRow;
  private long warnedAtNanos = System.nanoTime() - WARN_EVERY_NANOS;
  private long unsaid;

  private final JudgeCounts counts;

  /** A judge by a forecaster alone, that has seen no row. */
  public Judge(Model model, Forecaster forecaster, EventRules rules, Verdicts verdicts) {
    this(model, forecaster, null, rules, verdicts, new JudgeCounts());
  }

  /** As the constructor with {@link HealthRules}, by their defaults. */
  public Judge(
      Model model,
      @Nullable Forecaster forecaster,
      @Nullable Learning learning,
      EventRules rules,
      Verdicts verdicts,
      JudgeCounts counts) {
    this(model, forecaster, null, learning, rules, HealthRules.defaults(), verdicts, counts);
  }

  /**
   * A judge that has seen no row.
   *
   * @param forecaster null if there is no network
   * @param networkRefit trains the network further, which then serves one source only; null if
   *     nothing does
   * @param learning null if sensors learn nothing
   * @param counts may be shared with other judges
   */
  public Judge(
      Model model,
      @Nullable Forecaster forecaster,
      @Nullable NetworkRefit networkRefit,
      @Nullable Learning learning,
      EventRules rules,
      HealthRules healthRules,
      Verdicts verdicts,
      JudgeCounts counts) {
    if (forecaster == null && learning == null && !model.hasEnsemble()) {
      throw new IllegalArgumentException("neither a forecaster nor anything to learn");
    }
    this.healthRules = healthRules;
    this.model = model;
    this.forecaster = forecaster;
    this.networkRefit = networkRefit;
    this.learning = learning;
    this.counts = counts;
    this.rules = rules;
    this.verdicts = verdicts;
    this.channels = model.channels().size();
    this.maxBatch = forecaster == null ? ROWS_WITHOUT_FORECASTER : forecaster.maxBatch();
    this.sources = new @Nullable Source[maxBatch];
    this.sensors = new @Nullable Sensor[maxBatch];
    this.rows = new long[maxBatch];
    this.seqs = new long[maxBatch];
    this.times = new long[maxBatch];
    this.afterGap = new boolean[maxBatch];
    this.apart = new boolean[maxBatch];
    this.usualSteps = new double[maxBatch];
    this.samples = new int[maxBatch];
    this.values = new double[maxBatch * channels];
    this.zs = new double[maxBatch * channels];
    this.forecasts = new float[maxBatch * channels];
    this.window = new float[model.window() * channels];
    this.verdict = new Verdict(channels);
    this.forecastVerdict = new Verdict(channels);
  }

  /**
   * A table to be judged.
   *
   * @throws DetectorException if it lacks what the model needs, or memory what is to be learnt
   */
  public Source source(TableSchema schema) {
    return new Source(schema, model, rules, healthRules, this::health, counts, learning);
  }

  private void health(Source source, HealthEvent event) {
    if (!event.isOver()) {
      counts.health(event.ailment()).increment();
    }
    verdicts.health(source, source.row(), event);
  }

  public JudgeCounts counts() {
    return counts;
  }

  /** Takes rows of a source, in order. They may be judged now or at {@link #complete}. */
  public void take(Source source, Table table) {
    Source.Columns columns = source.columns(table);
    int rowCount = table.rowCount();
    for (int row = 0; row < rowCount; row++) {
      take(source, columns, row);
    }
    counts.rows.add(rowCount);
  }

  private void take(Source source, Source.Columns columns, int row) {
    long number = source.nextRow();
    long time = columns.times.get(row);
    if (networkRefit != null && networkRefit.isDue()) {
      complete();
      replace(source, networkRefit);
    }
    Sensor sensor = source.sensor(columns.syms.get(row));
    if (sensor.rows == 0 && sensor.order.lastTime() == Long.MIN_VALUE) {
      counts.sensors.increment();
    }
    long before = sensor.order.lastTime();
    boolean wasMostlyLate = sensor.order.isMostlyLate();
    RowOrder.Arrival arrival = sensor.order.next(time);
    if (sensor.order.isMostlyLate() != wasMostlyLate) {
      mostlyLate(source, sensor);
    }
    if (arrival != RowOrder.Arrival.IN_ORDER && !isUsable(source, sensor, arrival)) {
      sensor.health.late(sensor.rows, time, before);
      return;
    }
    counts.newestTime = time;
    long seq = sensor.rows++;
    if (networkRefit != null) {
      networkRefit.row();
    }
    int at = waiting * channels;
    int missing = 0;
    for (int c = 0; c < channels; c++) {
      double value = columns.value(c, row);
      values[at + c] = value;
      zs[at + c] = sensor.scaler.standardised(c, value);
      if (Double.isNaN(value)) {
        missing++;
      }
    }
    if (missing > 0) {
      counts.imputed.add(missing);
    }
    boolean isAfterGap = arrival == RowOrder.Arrival.AFTER_GAP;
    sensor.health.row(seq, time, isAfterGap, before, sensor.order.usualStep(), values, at);
    boolean isApart = isAfterGap || arrival == RowOrder.Arrival.SET_BACK;
    source.heard(sensor, isApart);
    if (forecaster != null && model.isReconstructor()) {
      sensor.ring.push(sensor.carried.fill(zs, at), 0);
    }
    boolean judged = forecaster == null || sensor.ring.isFull();
    if (judged) {
      if (forecaster != null) {
        sensor.ring.copyOldest(model.window(), model.inputClip(), window, 0);
        forecaster.put(waiting, window, 0);
      }
      samples[waiting] = networkRefit == null ? -1 : networkRefit.sample(window);
      sources[waiting] = source;
      sensors[waiting] = sensor;
      rows[waiting] = number;
      seqs[waiting] = seq;
      times[waiting] = time;
      afterGap[waiting] = isAfterGap;
      apart[waiting] = isApart;
      usualSteps[waiting] = sensor.order.usualStep();
    } else {
      sensor.events.unjudged(time, isAfterGap, zs, at);
    }
    if (forecaster != null && !model.isReconstructor()) {
      sensor.ring.push(sensor.carried.fill(zs, at), 0);
    }
    if (!judged) {
      if (sensor.ensemble != null) {
        sensor.ensemble.row(values, at, isApart);
      }
      learn(source, sensor, seq, at, Double.NaN, isApart, sensor.order.usualStep());
    }
    if (judged && ++waiting == maxBatch) {
      complete();
    }
  }

  /** What was begun is decided, or something is begun. */
  private void replace(Source source, NetworkRefit refit) {
    Forecaster network = forecaster;
    NetworkRefit.Next next = network == null ? null : refit.due(source, model, network);
    if (next != null) {
      replace(source, next);
    }
  }

  private void replace(Source source, NetworkRefit.Next next) {
    model = next.model();
    forecaster = next.forecaster();
    source.replaceNetwork(model);
  }

  /**
   * Puts down what is remembered of the network: its length, which is 0 without a refit, and it.
   */
  void saveNetwork(DataOutput out) throws IOException {
    ByteArrayOutputStream remembered = new ByteArrayOutputStream();
    if (networkRefit != null) {
      networkRefit.save(new DataOutputStream(remembered));
    }
    out.writeInt(remembered.size());
    out.write(remembered.toByteArray());
  }

  /** Goes on from what {@link #saveNetwork} put down, of a judge with a refit or without. */
  void restoreNetwork(DataInput in, Source source) throws IOException {
    int byteLength = in.readInt();
    if (byteLength < 0 || byteLength > MOST_REMEMBERED) {
      throw new IOException(byteLength + " bytes of a network");
    }
    byte[] remembered = new byte[byteLength];
    in.readFully(remembered);
    if (networkRefit == null && byteLength > 0) {
      LOG.warn(
          "the network of --model judges from here on, not what was made of it the day before, since"
              + " there is no --refit any more table={}",
          source.tableText());
    }
    if (networkRefit == null || byteLength == 0) {
      return;
    }
    NetworkRefit.Next next =
        networkRefit.restore(new DataInputStream(new ByteArrayInputStream(remembered)), model);
    if (next != null) {
      replace(source, next);
    }
  }

  /** Most rows of a sensor are late, or no longer: an operator must know who is not judged. */
  private void mostlyLate(Source source, Sensor sensor) {
    String whose = "table " + source.tableText() + ", sym " + sensor.symText;
    boolean isMostlyLate = sensor.order.isMostlyLate();
    String newest = Epoch.instantOf(sensor.order.lastTime()).toString();
    counts.mostlyLate(whose, isMostlyLate, newest);
    LOG.warn(
        "{} table={} sym={} row={} newest={}",
        isMostlyLate
            ? "most rows are earlier than one before them and are not judged; does the stream run"
                + " backwards in time, or is a clock wrong?"
            : "rows are in the order of their times again and are judged",
        source.tableText(),
        sensor.symText,
        sensor.rows,
        newest);
  }

  /** Counts and tells what is odd about a row's time; false if the row must be left out. */
  private boolean isUsable(Source source, Sensor sensor, RowOrder.Arrival arrival) {
    switch (arrival) {
      case IN_ORDER -> {}
      case SAME_TIME -> counts.sameTime.increment();
      case AFTER_GAP -> {
        counts.gaps.increment();
        warn("rows are missing before this one", source, sensor);
      }
      case LATE -> {
        counts.late.increment();
        warn("row is earlier than the one before and is left out", source, sensor);
      }
      case SET_BACK ->
          LOG.warn(
              "the clock has been set back, or a row was far ahead: rows are taken again table={}"
                  + " sym={} row={} late={}",
              source.tableText(),
              sensor.symText,
              sensor.rows,
              counts.late());
    }
    return arrival != RowOrder.Arrival.LATE;
  }

  private void warn(String what, Source source, Sensor sensor) {
    long now = System.nanoTime();
    if (now - warnedAtNanos < WARN_EVERY_NANOS) {
      unsaid++;
      return;
    }
    LOG.warn(
        "{} table={} sym={} row={} late={} gaps={} unsaid={}",
        what,
        source.tableText(),
        sensor.symText,
        sensor.rows,
        counts.late(),
        counts.gaps(),
        unsaid);
    warnedAtNanos = now;
    unsaid = 0;
  }

  /** Judges all rows that wait. */
  public void complete() {
    int count = waiting;
    if (count == 0) {
      return;
    }
    waiting = 0;
    if (forecaster != null) {
      long startNanos = System.nanoTime();
      forecaster.forecast(count, forecasts);
      counts.forwardNanos.add(System.nanoTime() - startNanos);
      counts.forwards.increment();
    }
    for (int slot = 0; slot < count; slot++) {
      Source source = sources[slot];
      Sensor sensor = sensors[slot];
      if (source == null || sensor == null) {
        throw new IllegalStateException("nobody waits in slot " + slot);
      }
      judge(source, sensor, slot, count);
    }
  }

  private void judge(Source source, Sensor sensor, int slot, int batch) {
    int at = slot * channels;
    if (forecaster == null && sensor.ensemble == null) {
      // Nothing can be said of a row, nor in which scales, before they are learnt.
      learn(source, sensor, seqs[slot], at, Double.NaN, apart[slot], usualSteps[slot]);
      return;
    }
    boolean scored = score(source, sensor, slot, batch);
    boolean flag = scored && sensor.threshold.isExceededBy(verdict.score());
    Verdicts.ScoredRow row = null;
    if (scored) {
      counts.scored.increment();
      row = scoredRow;
      if (row == null) {
        row = new Verdicts.ScoredRow(source, sensor, verdict);
        scoredRow = row;
      }
      row.source = source;
      row.sensor = sensor;
      row.row = rows[slot];
      row.seq = seqs[slot];
      row.time = times[slot];
      row.flag = flag;
      row.values = values;
      row.valuesFrom = at;
      row.forecasts = forecasts;
      row.forecastFrom = at;
      verdicts.scored(row);
    } else {
      counts.unscorable.increment();
    }
    if (flag) {
      counts.flagged.increment();
    }
    Anomaly told =
        sensor.events.row(
            seqs[slot],
            times[slot],
            afterGap[slot],
            zs,
            at,
            row,
            verdict.score(),
            sensor.threshold,
            usualSteps[slot]);
    if (told != null) {
      if (told.state() == Anomaly.State.OPEN) {
        counts.anomalies.increment();
      }
      verdicts.anomaly(source, rows[slot], told);
    }
    if (scored) {
      changed(source, sensor, seqs[slot], sensor.level.next(verdict.score()));
    }
    sensor.threshold = sensor.level.now();
    boolean isClean = scored && !flag;
    refit(sensor, seqs[slot], at, isClean);
    if (networkRefit != null && samples[slot] >= 0) {
      networkRefit.judged(samples[slot], zs, at, isClean);
    }
  }

  /** Tells what has become of a sensor's level of alarms. */
  private void changed(Source source, Sensor sensor, long seq, AlarmLevel.Change change) {
    if (change == AlarmLevel.Change.SHIFTED) {
      counts.shifts.increment();
      boolean isOpen = sensor.events.shifted();
      LOG.warn(
          "the level has shifted for good: what was an alarm is the new normal from here on table={}"
              + " sym={} row={} anomaly={}",
          source.tableText(),
          sensor.symText,
          seq,
          isOpen ? "open" : "none");
    } else if (change == AlarmLevel.Change.CROWDED) {
      counts.crowded.increment();
      LOG.warn(
          "too many rows are in alarms, two days' worth: the level of alarms rises until they are"
              + " fewer; what was learnt may not fit any more (--refit learns again) table={} sym={}"
              + " row={}",
          source.tableText(),
          sensor.symText,
          seq);
    }
  }

  /** A sensor that learns again gets one more row. */
  private void refit(Sensor sensor, long seq, int at, boolean isClean) {
    SensorRefit refit = sensor.refit;
    Ensemble ensemble = sensor.ensemble;
    if (refit == null || ensemble == null) {
      return;
    }
    Ensemble next = refit.row(seq, sensor, ensemble, values, at, forecastScore, isClean);
    if (next != null) {
      sensor.replace(next, model);
    }
  }

  /** Fills the verdict on a row; false if it has no score. */
  private boolean score(Source source, Sensor sensor, int slot, int batch) {
    int at = slot * channels;
    Ensemble ensemble = sensor.ensemble;
    if (ensemble == null) {
      if (batch > 1 && sensor.scorer.peek(zs, at, forecasts, at, verdict)) {
        repeatIfNear(sensor, slot);
      }
      boolean scored = sensor.scorer.score(zs, at, forecasts, at, verdict);
      forecastScore = scored ? verdict.score() : Double.NaN;
      learn(source, sensor, seqs[slot], at, forecastScore, apart[slot], usualSteps[slot]);
      return scored;
    }
    ensemble.row(values, at, apart[slot]);
    if (forecaster == null) {
      for (int c = 0; c < channels; c++) {
        // The row may have come before its sensor had learnt its scales.
        zs[at + c] = ensemble.z(c);
        forecasts[at + c] = (float) ensemble.expected(c);
      }
      return ensemble.combine(null, verdict);
    }
    boolean forecast = sensor.scorer.peek(zs, at, forecasts, at, forecastVerdict);
    if (batch > 1 && forecast && ensemble.combine(forecastVerdict, verdict)) {
      repeatIfNear(sensor, slot);
    }
    forecast = sensor.scorer.score(zs, at, forecasts, at, forecastVerdict);
    forecastScore = forecast ? forecastVerdict.score() : Double.NaN;
    return ensemble.combine(forecast ? forecastVerdict : null, verdict);
  }

  /** A forward call of its own where rounding could turn the flag. */
  private void repeatIfNear(Sensor sensor, int slot) {
    if (forecaster != null && sensor.threshold.isNear(verdict.score())) {
      forecaster.forecastAlone(slot, forecasts, slot * channels);
      counts.forwardsAlone.increment();
    }
  }

  /** A sensor that is still learning gets one more row, and with the last one its ensemble. */
  private void learn(
      Source source,
      Sensor sensor,
      long seq,
      int at,
      double forecastScore,
      boolean isApart,
      double usualStep) {
    EnsembleLearner learner = sensor.learner;
    if (learner == null || learning == null || !learner.add(values, at, forecastScore, isApart)) {
      return;
    }
    Pipeline pipeline = learning.pipeline().forChannels(channels);
    EnsembleLearner.Learnt learnt =
        learner.learn(
            pipeline.parts(),
            pipeline.preparation(),
            pipeline.combination(),
            pipeline.threshold().rowScore(),
            forecaster == null ? 0 : pipeline.networkWeight(),
            pipeline.seed());
    double rowsPerDay = NANOS_PER_DAY / Math.max(1, usualStep);
    double[] heldOut = learnt.heldOutScores();
    if (heldOut.length == 0) {
      LOG.warn(
          "nothing could be learnt, since no held-out row has a value; learning again table={}"
              + " sym={} rows={}",
          source.tableText(),
          sensor.symText,
          learner.rows());
      sensor.learner = new EnsembleLearner(channels, learning.rows());
      return;
    }
    sensor.install(learnt.ensemble(), pipeline.threshold().of(learnt, rowsPerDay), model);
    LOG.info(
        "learnt table={} sym={} rows={} detectors={} threshold={}",
        source.tableText(),
        sensor.symText,
        learner.rows(),
        learnt.ensemble().names(),
        sensor.threshold.value());
    if (sensor.refit != null) {
      sensor.refit.first(seq, sensor, learner, learnt.untouched());
    }
    verdicts.learnt(source, sensor.sym, learnt.scores());
  }
}
