package tickwatch.detector;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tickwatch.detector.model.Forecaster;
import tickwatch.detector.model.Model;
import tickwatch.detector.model.ModelDirectory;
import tickwatch.detector.model.Template;
import tickwatch.detector.training.Generation;
import tickwatch.detector.training.Generations;
import tickwatch.detector.training.Inputs;
import tickwatch.detector.training.NetworkTraining;
import tickwatch.detector.training.TrainingSeries;
import tickwatch.detector.training.TrainingSettings;

/**
 * A table's network, trained further on its sensors' last rows outside alarms.
 *
 * <p>Rows of all sensors are counted as they come. Training begins at a counted row, beside the
 * stream, and takes effect so many rows later, whatever the clock: a replay of the rows gives the
 * same scores. Windows of the rows between, which neither network has learnt from, decide: both
 * forecast them, and the new one is taken if its error is smaller by {@value Refit#CLEARLY} and
 * most of the rows were outside alarms. Its errors' scales are those of before, times how much
 * smaller its errors are there; scales of z-scores, windows and levels of alarms stay.
 *
 * <p>What was trained from the same rows before, and is kept on disk, is not trained again.
 *
 * <p><b>Threads.</b> One thread, but for the training, which has rows of its own.
 */
final class NetworkRefit implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(NetworkRefit.class);

  private static final double LEAST_FACTOR = 0.25;
  private static final double MOST_FACTOR = 1.5;
  private static final double NANOS_PER_SECOND = 1e9;

  /** What a training that failed gives. */
  private static final byte[] NOTHING = {};

  private final Networks networks;
  private final String table;
  private final int channels;
  private final Refit settings;
  private final TrainingSettings training;
  private final Generations generations;
  private final JudgeCounts counts;
  private final Executor beside = NetworkRefit::beside;

  /** The directory of the network in force. */
  private ModelDirectory inForce;

  /** The row at which it was begun; 0 for the first. */
  private long inForceRow;

  /** Loaded here, so closed here; null while the first is in force. */
  private @Nullable Forecaster own;

  /** Rows taken, and at which something is to be done next. */
  private long rows;

  private long dueAt;
  private long begunAt;
  private long effectiveAt;

  private @Nullable CompletableFuture<byte[]> pending;
  private String inputs = "";
  private int learntFrom;

  /** Of what is pending. */
  private final NetworkSamples samples;

  /** Whether the last training failed, and people know. */
  private final AtomicBoolean isFailing = new AtomicBoolean();

  /** What takes over. */
  record Next(Model model, Forecaster forecaster) {}

  private NetworkRefit(
      Networks networks,
      String table,
      Template template,
      Refit settings,
      long seed,
      JudgeCounts counts) {
    Model model = networks.directory().model();
    this.networks = networks;
    this.table = table;
    this.channels = model.channels().size();
    this.settings = settings;
    this.training = TrainingSettings.further(template, model.window(), model.horizon(), seed);
    this.generations = new Generations(settings.directory());
    this.counts = counts;
    this.inForce = networks.directory();
    this.dueAt = settings.every();
    this.samples = new NetworkSamples(model.window(), channels);
  }

  /**
   * For a table whose rows are yet to come.
   *
   * @param counts get the trainings that failed
   * @return null if the network is from elsewhere: it stays as it is
   */
  static @Nullable NetworkRefit of(
      Networks networks, String table, Refit settings, long seed, JudgeCounts counts) {
    Template template = networks.directory().model().template();
    if (template == null) {
      LOG.info(
          "the network stays as it is, since it is not of a kind that is trained here; the"
              + " detectors beside it learn again model={}",
          networks.directory().directory());
      return null;
    }
    return new NetworkRefit(networks, table, template, settings, seed, counts);
  }

  private static void beside(Runnable task) {
    Thread thread = new Thread(task, "network-refit");
    thread.setDaemon(true);
    thread.start();
  }

  // ---- rows

  /** Whether something is to be done before the next row, when all before it are judged. */
  boolean isDue() {
    return rows == dueAt;
  }

  /** A row of any sensor has come. */
  void row() {
    rows++;
  }

  /**
   * Takes a row's window, as the network reads it.
   *
   * @return what stands for it in {@link #judged}; negative if it is not wanted
   */
  int sample(float[] window) {
    return pending == null ? -1 : samples.take(window);
  }

  /** The row of a sample is judged; its z-scores are from {@code from} on. */
  void judged(int sample, double[] z, int from, boolean clean) {
    samples.judged(sample, z, from, clean);
  }

  /**
   * Does what is due.
   *
   * @param forecaster in force; nothing may wait in it
   * @return what takes over from the next row on; null mostly
   */
  @Nullable Next due(Source source, Model model, Forecaster forecaster) {
    if (pending != null) {
      Next next = decide(model, forecaster);
      dueAt = Math.max(begunAt + (long) settings.every() * source.sensors().size(), rows + 1);
      return next;
    }
    int sensors = Math.max(1, source.sensors().size());
    long wantedRows = begunAt + (long) settings.every() * sensors;
    if (rows < wantedRows) {
      dueAt = wantedRows;
      return null;
    }
    begin(source, sensors);
    return null;
  }

  private void begin(Source source, int sensors) {
    List<TrainingSeries> all = new ArrayList<>();
    Inputs hash = new Inputs().add(inForce.model().sha256()).add(training.toString());
    for (Sensor sensor : source.sensors().values()) {
      SensorRefit refit = sensor.refit;
      if (refit != null && refit.isFull()) {
        double[] values = refit.cleanRows();
        if (values.length / channels >= NetworkTraining.leastRowsAgain(training)) {
          hash.add(sensor.symText).add(values, 0, values.length);
          all.add(series(sensor, values));
        }
      }
    }
    begunAt = rows;
    if (all.isEmpty()) {
      dueAt = rows + (long) settings.every() * sensors;
      return;
    }
    long between = (long) settings.delay() * sensors;
    effectiveAt = rows + between;
    dueAt = effectiveAt;
    samples.begin(between);
    inputs = hash.hex();
    learntFrom = all.stream().mapToInt(TrainingSeries::rows).sum();
    byte[] network = file(inForce);
    Model scales = networks.directory().model();
    Path nativeCache = networks.nativeCache();
    Generation kept = generations.find(table, Generation.NETWORK, begunAt);
    ModelDirectory found =
        kept == null || !kept.inputs().equals(inputs) ? null : generations.directory(kept);
    pending =
        found != null
            ? CompletableFuture.completedFuture(file(found))
            : CompletableFuture.supplyAsync(
                    () -> further(all, scales, network, nativeCache), beside)
                .exceptionally(this::failed);
  }

  private String whose() {
    return "network of table " + table;
  }

  private byte[] further(List<TrainingSeries> all, Model scales, byte[] network, Path nativeCache) {
    return NetworkTraining.again(training, all, scales).further(network, nativeCache);
  }

  /** Rows go on being judged by the network that there is; that is counted, and told once. */
  private byte[] failed(Throwable thrown) {
    Throwable cause =
        thrown instanceof CompletionException && thrown.getCause() != null
            ? thrown.getCause()
            : thrown;
    counts.refitFailed(whose(), cause);
    if (!isFailing.getAndSet(true)) {
      LOG.error(
          "the network cannot be trained further and stays as it is; it is tried again every {} rows"
              + " of a sensor table={}",
          settings.every(),
          table,
          cause);
    }
    return NOTHING;
  }

  /** Its rows, as if none had been left out. */
  private TrainingSeries series(Sensor sensor, double[] values) {
    int count = values.length / channels;
    double[][] columns = new double[channels][count];
    long[] times = new long[count];
    double step = Math.max(NANOS_PER_SECOND / 1000, sensor.order.usualStep());
    for (int t = 0; t < count; t++) {
      times[t] = sensor.order.lastTime() - (long) ((count - 1 - t) * step);
      for (int c = 0; c < channels; c++) {
        columns[c][t] = values[t * channels + c];
      }
    }
    return new TrainingSeries(
        sensor.symText, networks.directory().model().channels(), times, columns, table, "");
  }

  private static byte[] file(ModelDirectory directory) {
    try {
      return directory.network().readAllBytes();
    } catch (IOException e) {
      throw new IllegalStateException("memory does not fail", e);
    }
  }

  // ---- the decision

  private @Nullable Next decide(Model model, Forecaster forecaster) {
    CompletableFuture<byte[]> ready = pending;
    if (ready == null) {
      throw new IllegalStateException("nothing was begun");
    }
    pending = null;
    byte[] network = ready.join();
    if (network.length == 0) {
      return null;
    }
    double[] before = samples.squaredErrors(forecaster);
    double[] ones = new double[channels];
    Arrays.fill(ones, 1);
    Forecaster loaded = null;
    try {
      loaded = networks.load(directory(Generations.withNetwork(inForce, network, ones)));
      Next next = decide(model, network, loaded, before, samples.squaredErrors(loaded));
      isFailing.set(false);
      counts.refitDone(whose());
      return next;
    } catch (RuntimeException e) {
      if (loaded != null && loaded != own) {
        loaded.close();
      }
      failed(e);
      return null;
    }
  }

  private @Nullable Next decide(
      Model model, byte[] network, Forecaster loaded, double[] before, double[] after) {
    double errorBefore = samples.error(before);
    double error = samples.error(after);
    boolean enough = samples.areMostlyClean();
    boolean better = enough && error <= Refit.CLEARLY * errorBefore;
    Generation generation =
        new Generation(
            table,
            Generation.NETWORK,
            begunAt,
            effectiveAt,
            learntFrom,
            errorBefore,
            error,
            inputs,
            better
                ? Generation.Outcome.TAKEN
                : enough ? Generation.Outcome.WORSE : Generation.Outcome.IN_ALARM);
    ModelDirectory scaled =
        directory(Generations.withNetwork(inForce, network, factors(before, after)));
    keepFirst();
    Generation kept = generations.find(table, Generation.NETWORK, begunAt);
    boolean isKept = kept != null && kept.inputs().equals(inputs);
    if (kept == null
        || !isKept
        || kept.effective() != effectiveAt
        || kept.outcome() != generation.outcome()) {
      generations.keep(generation, scaled.files(), training.seed());
    }
    boolean withdrawn = better && generations.isWithdrawn(generation);
    LOG.info(
        "{} table={} row={} rows={} error={} before={} taken={}{}",
        isKept ? "network trained before" : "network trained further",
        table,
        effectiveAt,
        learntFrom,
        error,
        errorBefore,
        better && !withdrawn,
        withdrawn ? " (withdrawn)" : "");
    if (!better || withdrawn) {
      loaded.close();
      return null;
    }
    inForceRow = begunAt;
    return takeOver(scaled, model, loaded);
  }

  private Next takeOver(ModelDirectory directory, Model model, Forecaster loaded) {
    if (own != null) {
      own.close();
    }
    own = loaded;
    inForce = directory;
    return new Next(model.withSensorsOf(directory.model()), loaded);
  }

  /** What people can come back to. */
  private void keepFirst() {
    if (generations.find(table, Generation.NETWORK, 0) == null) {
      double[] ones = new double[channels];
      Arrays.fill(ones, 1);
      ModelDirectory first = networks.directory();
      generations.keep(
          new Generation(
              table,
              Generation.NETWORK,
              0,
              0,
              0,
              Double.NaN,
              Double.NaN,
              "",
              Generation.Outcome.TAKEN),
          Generations.withNetwork(first, file(first), ones),
          training.seed());
    }
  }

  private ModelDirectory directory(Map<String, byte[]> files) {
    return ModelDirectory.of(networks.directory().directory(), files);
  }

  private static double[] factors(double[] before, double[] after) {
    double[] factors = new double[before.length];
    for (int c = 0; c < factors.length; c++) {
      double factor = before[c] > 0 && after[c] >= 0 ? Math.sqrt(after[c] / before[c]) : 1;
      factors[c] = Math.max(LEAST_FACTOR, Math.min(MOST_FACTOR, factor));
    }
    return factors;
  }

  // ---- over an end of day

  /** Puts down the counts, the network in force, and what was begun, to its end. */
  void save(DataOutput out) throws IOException {
    out.writeLong(rows);
    out.writeLong(dueAt);
    out.writeLong(begunAt);
    out.writeLong(effectiveAt);
    out.writeLong(inForceRow);
    write(out, inForceRow == 0 ? new byte[0] : file(inForce));
    write(out, inForceRow == 0 ? new byte[0] : json(inForce));
    CompletableFuture<byte[]> begun = pending;
    out.writeBoolean(begun != null);
    if (begun != null) {
      out.writeUTF(inputs);
      out.writeInt(learntFrom);
      samples.save(out);
      write(out, begun.join());
    }
  }

  /**
   * Goes on from what {@link #save} put down.
   *
   * @return what takes over; null if the first network is in force
   */
  @Nullable Next restore(DataInput in, Model model) throws IOException {
    rows = in.readLong();
    dueAt = in.readLong();
    begunAt = in.readLong();
    effectiveAt = in.readLong();
    inForceRow = in.readLong();
    byte[] network = read(in);
    byte[] json = read(in);
    if (in.readBoolean()) {
      inputs = in.readUTF();
      learntFrom = in.readInt();
      samples.restore(in);
      pending = CompletableFuture.completedFuture(read(in));
    }
    ModelDirectory remembered =
        inForceRow == 0 ? null : directory(Map.of("model.pt", network, "model.json", json));
    ModelDirectory now = remembered == null ? null : notWithdrawn(remembered);
    return now == null ? null : takeOver(now, model, networks.load(now));
  }

  /** The one in force, or the one before it if people have withdrawn it; null for the first. */
  private @Nullable ModelDirectory notWithdrawn(ModelDirectory remembered) {
    Generation last = generations.find(table, Generation.NETWORK, inForceRow);
    if (last == null || !generations.isWithdrawn(last)) {
      return remembered;
    }
    Generation before = generations.before(last);
    inForceRow = before == null ? 0 : before.row();
    LOG.info("network withdrawn table={} row={} now={}", table, last.row(), inForceRow);
    return before == null || inForceRow == 0 ? null : generations.directory(before);
  }

  private static byte[] json(ModelDirectory directory) {
    byte[] json = directory.files().get("model.json");
    if (json == null) {
      throw new IllegalStateException("a model directory has a model.json");
    }
    return json;
  }

  private static void write(DataOutput out, byte[] bytes) throws IOException {
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  private static byte[] read(DataInput in) throws IOException {
    int count = in.readInt();
    if (count < 0 || count > 1 << 30) {
      throw new IOException(count + " bytes");
    }
    byte[] bytes = new byte[count];
    in.readFully(bytes);
    return bytes;
  }

  @Override
  public void close() {
    if (own != null) {
      own.close();
      own = null;
    }
  }
}
