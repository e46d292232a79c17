package tickwatch.detector;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tickwatch.detector.ensemble.Ensemble;
import tickwatch.detector.ensemble.EnsembleLearner;
import tickwatch.detector.model.Numbers;
import tickwatch.detector.preprocess.Counters;
import tickwatch.detector.preprocess.Scaler;
import tickwatch.detector.training.Generation;
import tickwatch.detector.training.Generations;
import tickwatch.detector.training.Inputs;

/**
 * One sensor's ensemble, learnt again from its last rows outside alarms.
 *
 * <p>It begins at a row that is counted, beside the stream, and takes effect so many rows later,
 * whatever the clock: a replay of the rows gives the same scores. The rows between, which neither
 * ensemble has learnt from, decide: the new one is taken if it expects them clearly better than the
 * old one did ({@link Refit#CLEARLY}), and no alarm is on. It has then seen those rows, so nothing
 * begins empty. Scales of z-scores and the level of alarms stay: members' scores are always in
 * units of what normal rows seldom exceed.
 *
 * <p>What was learnt from the same rows before, and is kept on disk, is not learnt again.
 *
 * <p><b>Threads.</b> One thread, but for the learning, which has rows of its own.
 */
final class SensorRefit {
  private static final Logger LOG = LoggerFactory.getLogger(SensorRefit.class);

  /** In what is saved: nothing was begun, it was learnt, or it could not be. */
  private static final int IDLE = 0;

  private static final int LEARNT = 1;
  private static final int FAILED = 2;

  private final String table;
  private final String sym;
  private final List<String> channelNames;
  private final int channels;
  private final Pipeline pipeline;
  private final Refit settings;
  private final Generations generations;
  private final JudgeCounts counts;
  private final Executor beside = ForkJoinPool.commonPool();

  /**
   * The last rows outside alarms, {@code rows × channels}, a ring, and what a forecaster made of
   * them.
   */
  private final double[] clean;

  /**
   * The same as they were judged, the same array where nothing counts: with rows between them left
   * out, a counter's increments cannot be told from its values any more.
   */
  private double[] cleanJudged;

  private final double[] forecastScores;
  private int next;
  private int held;

  /** Rows since a beginning, {@code delay × channels}, and which of them are outside alarms. */
  private final double[] since;

  private final boolean[] sinceClean;
  private int sinceCount;

  /** Clean rows since, and by how much the old ensemble was off there. */
  private int cleanSince;

  private SquaredErrors oldErrors = new SquaredErrors();

  private long rows;
  private long begunAt;

  /** The row at which the ensemble in force was begun; negative for the first one. */
  private long inForce = -1;

  /** Empty where it failed: what was begun takes its time all the same. */
  private @Nullable CompletableFuture<Optional<Learnt>> pending;

  /** Of what is pending. */
  private String inputs = "";

  /**
   * What the learning gives.
   *
   * @param ensemble goes on behind the last clean row
   * @param kept where it was found on disk; null if it was learnt now
   */
  private record Learnt(Ensemble ensemble, Ensemble untouched, @Nullable Generation kept) {}

  /** How far values were from what was expected of them, where that can be told. */
  private static final class SquaredErrors {
    double sum;
    long count;

    void add(Ensemble ensemble, double[] values, int from, int channels) {
      double row = 0;
      for (int c = 0; c < channels; c++) {
        double error = ensemble.error(c, values[from + c]);
        if (!Double.isNaN(error)) {
          row += error * error;
          count++;
        }
      }
      sum += row;
    }

    /** Root mean square; NaN where nothing can be told. */
    double error() {
      return Math.sqrt(sum / count);
    }
  }

  SensorRefit(
      String table,
      String sym,
      List<String> channelNames,
      Learning learning,
      Refit settings,
      Generations generations,
      JudgeCounts counts) {
    this.table = table;
    this.sym = sym;
    this.channelNames = channelNames;
    this.channels = channelNames.size();
    this.pipeline = learning.pipeline().forChannels(channels);
    this.settings = settings;
    this.generations = generations;
    this.counts = counts;
    this.clean = new double[learning.rows() * channels];
    this.cleanJudged = clean;
    this.forecastScores = new double[learning.rows()];
    this.since = new double[settings.delay() * channels];
    this.sinceClean = new boolean[settings.delay()];
  }

  /**
   * Takes a judged row.
   *
   * @param seq the row's number in the sensor
   * @param sensor whose ensemble has seen the row
   * @param values as they came, from {@code from} on
   * @param forecastScore what a forecaster makes of the row; NaN if there is none
   * @param isClean whether no alarm is on
   * @return an ensemble that takes the place of the one in force; null mostly
   */
  @Nullable Ensemble row(
      long seq,
      Sensor sensor,
      Ensemble old,
      double[] values,
      int from,
      double forecastScore,
      boolean isClean) {
    double[] judged = old.judged();
    Ensemble taken = null;
    if (pending != null) {
      System.arraycopy(judged, 0, since, sinceCount * channels, channels);
      sinceClean[sinceCount++] = isClean;
      if (isClean) {
        cleanSince++;
        oldErrors.add(old, judged, 0, channels);
      }
      if (sinceCount == settings.delay()) {
        taken = decide(sensor, isClean);
      }
    }
    if (isClean) {
      holdJudgedToo(old);
      System.arraycopy(values, from, clean, next * channels, channels);
      if (cleanJudged != clean) {
        System.arraycopy(judged, 0, cleanJudged, next * channels, channels);
      }
      forecastScores[next] = forecastScore;
      next = next + 1 == forecastScores.length ? 0 : next + 1;
      held = Math.min(held + 1, forecastScores.length);
    }
    rows++;
    if (pending == null && rows % settings.every() == 0 && isFull() && pipeline.expects()) {
      begin(seq, old);
    }
    return taken;
  }

  private void begin(long seq, Ensemble old) {
    begunAt = seq;
    sinceCount = 0;
    cleanSince = 0;
    oldErrors = new SquaredErrors();
    double[] values = oldestFirst(cleanJudged);
    double[] scores = new double[held];
    for (int i = 0; i < held; i++) {
      scores[i] = forecastScores[(next + i) % held];
    }
    inputs =
        new Inputs()
            .add(pipeline.text())
            .add(Long.toString(pipeline.seed()))
            .add(old.forecastWeight())
            .add(old.scaler().centres(), 0, channels)
            .add(old.scaler().scales(), 0, channels)
            .add(old.counters().directions(), 0, channels)
            .add(values, 0, values.length)
            .add(scores, 0, held)
            .hex();
    // Levels stay, those of channels too.
    double[] levels = old.channelLevels();
    double forecastWeight = old.forecastWeight();
    Scaler scaler = old.scaler();
    Counters counters = old.counters().untouched();
    pending =
        CompletableFuture.supplyAsync(
                () -> Optional.of(learnt(values, scores, levels, forecastWeight, scaler, counters)),
                beside)
            .exceptionally(this::failed);
  }

  /** Whether there are as many clean rows as are learnt from. */
  boolean isFull() {
    return held == forecastScores.length;
  }

  /** The clean rows as they came, oldest first, {@code rows × channels}. */
  double[] cleanRows() {
    return oldestFirst(clean);
  }

  /** Where something counts rows are held as they are judged too. */
  private void holdJudgedToo(Ensemble ensemble) {
    if (cleanJudged == clean && ensemble.counters().areAny()) {
      cleanJudged = clean.clone();
    }
  }

  private double[] oldestFirst(double[] ring) {
    double[] values = new double[held * channels];
    int oldest = held < forecastScores.length ? 0 : next;
    int tail = (held - oldest) * channels;
    System.arraycopy(ring, oldest * channels, values, 0, tail);
    System.arraycopy(ring, 0, values, tail, oldest * channels);
    return values;
  }

  /**
   * As it is kept on disk, where it was learnt from the same before, else learnt now. Either way it
   * then sees the rows from the first one on, so that both are the same to the last bit.
   */
  private Learnt learnt(
      double[] values,
      double[] scores,
      double @Nullable [] levels,
      double forecastWeight,
      Scaler scaler,
      Counters counters) {
    Generation kept = generations.find(table, sym, begunAt);
    Ensemble found =
        kept == null || !kept.inputs().equals(inputs) ? null : generations.ensemble(kept);
    Ensemble untouched =
        found != null ? found : learn(values, scores, levels, forecastWeight, scaler, counters);
    Numbers numbers = new Numbers();
    untouched.save(numbers);
    Ensemble ensemble = Ensemble.restore(new Numbers(numbers.toArray()));
    for (int at = 0; at < values.length; at += channels) {
      ensemble.judgedRow(values, at);
    }
    return new Learnt(ensemble, untouched, found == null ? null : kept);
  }

  private Ensemble learn(
      double[] values,
      double[] scores,
      double @Nullable [] levels,
      double forecastWeight,
      Scaler scaler,
      Counters counters) {
    EnsembleLearner learner = new EnsembleLearner(channels, scores.length);
    for (int i = 0; i < scores.length; i++) {
      learner.add(values, i * channels, scores[i], false);
    }
    EnsembleLearner.Learnt learnt =
        learner.learn(
            pipeline.parts(),
            pipeline.preparation(),
            pipeline.combination(),
            pipeline.threshold().rowScore(),
            forecastWeight,
            pipeline.seed(),
            scaler,
            counters);
    if (levels != null) {
      learnt.judgeBy(levels);
    }
    return learnt.untouched();
  }

  /** The ensemble in force goes on; that is told and counted. */
  private Optional<Learnt> failed(Throwable thrown) {
    Throwable cause =
        thrown instanceof CompletionException && thrown.getCause() != null
            ? thrown.getCause()
            : thrown;
    counts.refitFailed(whose(), cause);
    LOG.error(
        "learning again failed, the ensemble in force goes on table={} sym={} row={}",
        table,
        sym,
        begunAt,
        cause);
    return Optional.empty();
  }

  private String whose() {
    return "table " + table + ", sym " + sym;
  }

  private @Nullable Ensemble decide(Sensor sensor, boolean isClean) {
    CompletableFuture<Optional<Learnt>> ready = pending;
    if (ready == null) {
      throw new IllegalStateException("nothing was begun");
    }
    pending = null;
    Optional<Learnt> learnt = ready.join();
    if (learnt.isEmpty()) {
      return null;
    }
    try {
      Ensemble taken = decide(learnt.get(), sensor, isClean);
      counts.refitDone(whose());
      return taken;
    } catch (RuntimeException e) {
      failed(e);
      return null;
    }
  }

  private @Nullable Ensemble decide(Learnt learnt, Sensor sensor, boolean isClean) {
    Ensemble candidate = learnt.ensemble();
    SquaredErrors newErrors = new SquaredErrors();
    for (int i = 0; i < sinceCount; i++) {
      candidate.judgedRow(since, i * channels);
      if (sinceClean[i]) {
        newErrors.add(candidate, since, i * channels, channels);
      }
    }
    boolean enough = isClean && 2 * cleanSince >= settings.delay();
    // One that expects nothing of a channel is not better for it.
    boolean better =
        enough
            && newErrors.count >= oldErrors.count
            && newErrors.error() <= Refit.CLEARLY * oldErrors.error();
    Generation generation =
        new Generation(
            table,
            sym,
            begunAt,
            begunAt + settings.delay(),
            held,
            oldErrors.error(),
            newErrors.error(),
            inputs,
            better
                ? Generation.Outcome.TAKEN
                : enough ? Generation.Outcome.WORSE : Generation.Outcome.IN_ALARM);
    boolean withdrawn = better && generations.isWithdrawn(generation);
    Generation kept = learnt.kept();
    if (kept == null
        || kept.effective() != generation.effective()
        || kept.outcome() != generation.outcome()) {
      generations.keep(generation, channelNames, learnt.untouched(), sensor.level, pipeline.seed());
    }
    LOG.info(
        "{} table={} sym={} row={} error={} before={} taken={}{}",
        kept == null ? "learnt again" : "learnt before",
        table,
        sym,
        generation.effective(),
        generation.error(),
        generation.errorBefore(),
        better && !withdrawn,
        withdrawn ? " (withdrawn)" : "");
    if (!better || withdrawn) {
      return null;
    }
    inForce = begunAt;
    return candidate;
  }

  /** Puts down the rows, and what was begun, to its end. */
  void save(Numbers to) {
    to.put((double) rows).put((double) begunAt).put((double) inForce).put(held);
    to.put(cleanJudged == clean ? 0 : 1);
    for (int i = 0; i < held; i++) {
      int at = held < forecastScores.length ? i : (next + i) % held;
      for (int c = 0; c < channels; c++) {
        to.put(clean[at * channels + c]);
        if (cleanJudged != clean) {
          to.put(cleanJudged[at * channels + c]);
        }
      }
      to.put(forecastScores[at]);
    }
    CompletableFuture<Optional<Learnt>> begun = pending;
    if (begun == null) {
      to.put(IDLE);
      return;
    }
    Optional<Learnt> learnt = begun.join();
    to.put(learnt.isPresent() ? LEARNT : FAILED);
    to.put(sinceCount).put(cleanSince).put(oldErrors.sum).put((double) oldErrors.count).put(since);
    for (boolean isClean : sinceClean) {
      to.put(isClean ? 1 : 0);
    }
    to.put(inputs.isEmpty() ? new double[0] : Inputs.numbers(inputs));
    if (learnt.isPresent()) {
      learnt.get().ensemble().save(to);
      learnt.get().untouched().save(to);
    }
  }

  /**
   * Goes on from what {@link #save} put down.
   *
   * @return an ensemble to be judged by instead of the one that was remembered, since people have
   *     withdrawn that one; null if they have not
   */
  @Nullable Ensemble restore(Numbers from) {
    rows = (long) from.take();
    begunAt = (long) from.take();
    inForce = (long) from.take();
    int count = from.takeCount();
    if (count > forecastScores.length) {
      throw new IllegalArgumentException(count + " rows of " + forecastScores.length);
    }
    cleanJudged = from.takeCount() == 0 ? clean : new double[clean.length];
    for (int i = 0; i < count; i++) {
      for (int c = 0; c < channels; c++) {
        clean[i * channels + c] = from.take();
        if (cleanJudged != clean) {
          cleanJudged[i * channels + c] = from.take();
        }
      }
      forecastScores[i] = from.take();
    }
    held = count;
    next = count % forecastScores.length;
    int stage = from.takeCount();
    if (stage != IDLE) {
      sinceCount = from.takeCount();
      cleanSince = (int) from.take();
      oldErrors = new SquaredErrors();
      oldErrors.sum = from.take();
      oldErrors.count = (long) from.take();
      double[] rowsSince = from.takeArray();
      boolean[] cleanRows = new boolean[rowsSince.length / channels];
      for (int i = 0; i < cleanRows.length; i++) {
        cleanRows[i] = from.take() == 1;
      }
      inputs = Inputs.hex(from.takeArray());
      Optional<Learnt> learnt =
          stage == FAILED
              ? Optional.empty()
              : Optional.of(new Learnt(Ensemble.restore(from), Ensemble.restore(from), null));
      if (rowsSince.length == since.length) {
        System.arraycopy(rowsSince, 0, since, 0, since.length);
        System.arraycopy(cleanRows, 0, sinceClean, 0, sinceClean.length);
        pending = CompletableFuture.completedFuture(learnt);
      } else {
        LOG.info(
            "what was being learnt again is given up, since it was to be decided after {} rows and"
                + " --refit-delay is {} now table={} sym={} row={}",
            cleanRows.length,
            sinceClean.length,
            table,
            sym,
            begunAt);
      }
    }
    return inForce < 0 ? null : withdrawn();
  }

  private @Nullable Ensemble withdrawn() {
    Generation last = generations.find(table, sym, inForce);
    if (last == null || !generations.isWithdrawn(last)) {
      return null;
    }
    Generation before = generations.before(last);
    if (before == null) {
      LOG.warn(
          "a withdrawn generation stays in force, since none before it is kept table={} sym={}"
              + " row={}",
          table,
          sym,
          inForce);
      return null;
    }
    inForce = before.row();
    LOG.info("generation withdrawn table={} sym={} now={}", table, sym, before.name());
    return generations.ensemble(before);
  }

  /** What was learnt first is kept too, to come back to; its rows are the first outside alarms. */
  void first(long seq, Sensor sensor, EnsembleLearner learner, Ensemble untouched) {
    holdJudgedToo(untouched);
    learner.copyTo(clean, cleanJudged, forecastScores);
    held = learner.rows();
    next = held % forecastScores.length;
    keepFirst(seq, sensor, untouched);
  }

  /** So is what a model's file says was learnt. */
  void first(Sensor sensor, Ensemble untouched) {
    keepFirst(0, sensor, untouched);
  }

  private void keepFirst(long seq, Sensor sensor, Ensemble untouched) {
    inForce = seq;
    Generation generation =
        new Generation(
            table,
            sym,
            inForce,
            inForce,
            held,
            Double.NaN,
            Double.NaN,
            "",
            Generation.Outcome.TAKEN);
    generations.keep(generation, channelNames, untouched, sensor.level, pipeline.seed());
  }
}
