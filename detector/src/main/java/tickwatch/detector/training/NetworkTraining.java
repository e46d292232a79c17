package tickwatch.detector.training;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import tickwatch.detector.model.Model;
import tickwatch.detector.model.ModelDirectory;
import tickwatch.detector.model.Scales;
import tickwatch.detector.model.TorchForecaster;
import tickwatch.detector.model.TorchTraining;
import tickwatch.detector.preprocess.Scaler;

/**
 * Trains a network on normal rows of one or several sensors and says how it judges.
 *
 * <p>Of each sensor the first three quarters are learnt from. The last quarter is held out: it ends
 * the training, and sets error scales, quantiles and threshold. One network serves all sensors;
 * scales and thresholds are each sensor's own.
 *
 * <p><b>Threads.</b> One.
 */
public final class NetworkTraining {
  /** Held-out rows that tell something of rare scores. */
  private static final int LEAST_HELD_OUT = 200;

  private static final double CLIP = 5;

  /** Windows that the linear part and the units of errors come from, at most. */
  private static final int MOST_SOLVED = 20_000;

  /** Windows of an epoch, at most: others are drawn for the next one. */
  private static final int MOST_IN_EPOCH = 200_000;

  private static final int[] BATCH_SIZES = {1, 8, 32, 128};

  private final TrainingSettings settings;
  private final TorchTraining.Settings shape;
  private final List<TrainingSeries> all;
  private final int channels;
  private final int length;
  private final List<Scaler> scalers = new ArrayList<>();
  private final List<double[]> zs = new ArrayList<>();
  private final List<float[]> rows = new ArrayList<>();

  /** Windows as sensor and first row. */
  private final long[] fitted;

  private final long[] heldOut;

  /**
   * Checks what is to be learnt from.
   *
   * @throws IllegalArgumentException if there are too few rows or sensors do not go together
   */
  public NetworkTraining(TrainingSettings settings, List<TrainingSeries> all) {
    this(settings, all, null);
  }

  /**
   * To train a network further, by the scales that it has.
   *
   * @param settings of the same shape
   * @throws IllegalArgumentException as the other one
   */
  public static NetworkTraining again(
      TrainingSettings settings, List<TrainingSeries> all, Model model) {
    return new NetworkTraining(settings, all, model);
  }

  private NetworkTraining(
      TrainingSettings settings, List<TrainingSeries> all, @Nullable Model before) {
    this.settings = settings;
    this.shape =
        new TorchTraining.Settings(
            settings.architecture(),
            settings.window(),
            all.get(0).channels().size(),
            settings.hidden(),
            settings.layers(),
            settings.seed());
    this.all = List.copyOf(all);
    this.channels = all.get(0).channels().size();
    this.length = settings.window() * channels;
    TrainingSeries.requireAlike(all);
    for (TrainingSeries one : all) {
      requireEnough(one, before == null ? leastRows(settings) : leastRowsAgain(settings));
      Scaler scaler =
          before == null ? TrainingSeries.scaler(List.of(one)) : before.of(one.sym()).scaler();
      scalers.add(scaler);
      double[] z = one.z(scaler);
      zs.add(z);
      rows.add(one.inputs(z, CLIP));
    }
    this.fitted = windows(false);
    this.heldOut = windows(true);
  }

  private static void requireEnough(TrainingSeries one, int least) {
    if (one.rows() < least) {
      throw new IllegalArgumentException(
          one.file()
              + ": "
              + one.rows()
              + " normal rows of "
              + one.sym()
              + " (expected: at least "
              + least
              + "; fewer need a shorter --window, or --model ensemble, which takes 100)");
    }
  }

  /** Rows that a sensor must have. */
  static int leastRows(TrainingSettings settings) {
    return Math.max(4 * LEAST_HELD_OUT, 6 * (settings.window() + settings.horizon()));
  }

  /** Rows that a sensor must have for a network to be trained further. */
  public static int leastRowsAgain(TrainingSettings settings) {
    return 6 * (settings.window() + settings.horizon());
  }

  private long[] windows(boolean held) {
    List<long[]> parts = new ArrayList<>();
    int skip = settings.rowsBefore();
    for (int s = 0; s < all.size(); s++) {
      TrainingSeries one = all.get(s);
      int from = held ? one.fittedRows() - skip : 0;
      int to = held ? one.rows() - skip : one.fittedRows() - skip;
      long[] part = new long[to - from];
      for (int i = 0; i < part.length; i++) {
        part[i] = (long) s << 32 | (from + i);
      }
      parts.add(part);
    }
    return parts.stream().flatMapToLong(Arrays::stream).toArray();
  }

  /** As the other one, for the network alone. */
  public TrainedModel run(String name, String createdAt, Path nativeCache, Epochs.Watch watch) {
    return run(name, createdAt, nativeCache, watch, null, 0);
  }

  /**
   * Trains, and calibrates what came of it.
   *
   * @param name of the model
   * @param createdAt for the record
   * @param nativeCache where PyTorch's libraries are unpacked, once
   * @param beside learns beside the network; null for the network alone
   * @param weight of the network's score beside it
   */
  public TrainedModel run(
      String name,
      String createdAt,
      Path nativeCache,
      Epochs.Watch watch,
      @Nullable EnsembleTraining beside,
      double weight) {
    Map<String, byte[]> files = new LinkedHashMap<>();
    Epochs epochs;
    try (TorchTraining training = TorchTraining.begin(shape, nativeCache)) {
      epochs = fit(training, watch);
      byte[] network = training.network();
      ObjectNode json = json(name, createdAt, epochs, network);
      calibrate(training, json);
      json.set("training", record(epochs));
      files.put("model.pt", network);
      files.put(
          ModelDirectory.LOSSES,
          TrainedModel.utf8(epochs.svg(name + " (" + settings.architecture().text() + ")")));
      files.put("model.json", ModelJson.text(json));
    }
    ModelDirectory made = ModelDirectory.of(Path.of(name), files);
    try (TorchForecaster forecaster = TorchForecaster.load(made, nativeCache)) {
      files.put(ModelDirectory.GOLDEN, Golden.write(made.model(), forecaster, all));
      if (beside != null) {
        files.putAll(beside.beside(made, forecaster, weight, all));
      }
    }
    return new TrainedModel(files, epochs);
  }

  /**
   * Trains a network further.
   *
   * @param network its file
   * @return the file of the one whose held-out loss was the least, which may be that of before
   */
  public byte[] further(byte[] network, Path nativeCache) {
    try (TorchTraining training = TorchTraining.goOn(shape, network, nativeCache)) {
      Epochs epochs = fit(training, Epochs.Watch.NOBODY);
      return epochs.best() == 0 ? network : training.network();
    }
  }

  // ---- fitting

  private Epochs fit(TorchTraining training, Epochs.Watch watch) {
    long startNanos = System.nanoTime();
    long[] some = spread(fitted, MOST_SOLVED);
    solve(training, some);
    int perEpoch = Math.min(fitted.length, MOST_IN_EPOCH);
    int batch = Math.min(settings.batch(), TorchTraining.MAX_BATCH);
    int steps = (perEpoch + batch - 1) / batch;
    training.prepare(settings.rate(), settings.epochs() * steps);
    float[] unit = unit(training, some);
    List<Double> losses = new ArrayList<>();
    List<Double> held = new ArrayList<>();
    long[] judged = spread(heldOut, MOST_SOLVED);
    held.add(loss(training, judged, unit));
    watch.epoch(0, Double.NaN, held.get(0), true);
    training.keep();
    int best = 0;
    long[] order = fitted.clone();
    SplittableRandom random = new SplittableRandom(settings.seed());
    for (int epoch = 1; epoch <= settings.epochs(); epoch++) {
      shuffle(order, perEpoch, random);
      double sum = 0;
      for (int from = 0; from < perEpoch; from += batch) {
        int count = Math.min(batch, perEpoch - from);
        put(training, order, from, count);
        sum += count * training.step(count, unit);
        watch.at((epoch - 1L) * perEpoch + from + count, (long) settings.epochs() * perEpoch);
      }
      losses.add(sum / perEpoch);
      held.add(loss(training, judged, unit));
      boolean better = held.get(epoch) < held.get(best);
      if (better) {
        best = epoch;
        training.keep();
      }
      watch.epoch(epoch, losses.get(epoch - 1), held.get(epoch), better);
      if (epoch - best >= settings.patience()) {
        break;
      }
    }
    training.goBack();
    return new Epochs(
        losses, held, best, training.parameterCount(), (System.nanoTime() - startNanos) / 1e9);
  }

  /** The first {@code count} become a random draw of all. */
  private static void shuffle(long[] order, int count, SplittableRandom random) {
    for (int i = 0; i < count; i++) {
      int other = i + random.nextInt(order.length - i);
      long held = order[i];
      order[i] = order[other];
      order[other] = held;
    }
  }

  private static long[] spread(long[] windows, int most) {
    if (windows.length <= most) {
      return windows;
    }
    long[] some = new long[most];
    for (int i = 0; i < most; i++) {
      some[i] = windows[(int) ((long) windows.length * i / most)];
    }
    return some;
  }

  private void solve(TorchTraining training, long[] windows) {
    if (settings.horizon() == 0) {
      return;
    }
    int recentLength = training.recentRows() * channels;
    float[] recent = new float[windows.length * recentLength];
    float[] next = new float[windows.length * channels];
    for (int i = 0; i < windows.length; i++) {
      float[] from = rows.get((int) (windows[i] >>> 32));
      int first = (int) windows[i];
      int end = (first + settings.window()) * channels;
      System.arraycopy(from, end - recentLength, recent, i * recentLength, recentLength);
      System.arraycopy(
          from, end + (settings.horizon() - 1) * channels, next, i * channels, channels);
    }
    training.solve(recent, next);
  }

  private void put(TorchTraining training, long[] windows, int from, int count) {
    FloatBuffer inputs = training.inputs();
    FloatBuffer targets = training.targets();
    int out = training.outputLength();
    for (int i = 0; i < count; i++) {
      float[] source = rows.get((int) (windows[from + i] >>> 32));
      int first = (int) windows[from + i] * channels;
      inputs.put(i * length, source, first, length);
      int wanted =
          settings.horizon() == 0 ? first : first + length + (settings.horizon() - 1) * channels;
      targets.put(i * out, source, wanted, out);
    }
  }

  /** What each channel's error is measured by: its deviation while nothing is trained. */
  private float[] unit(TorchTraining training, long[] windows) {
    double[] sum = new double[channels];
    double[] squares = new double[channels];
    long count = 0;
    float[] wanted = new float[TorchTraining.MAX_BATCH * training.outputLength()];
    for (int from = 0; from < windows.length; from += TorchTraining.MAX_BATCH) {
      int part = Math.min(TorchTraining.MAX_BATCH, windows.length - from);
      put(training, windows, from, part);
      float[] out = training.outputs(part);
      training.targets().get(0, wanted, 0, out.length);
      for (int i = 0; i < out.length; i++) {
        double error = out[i] - wanted[i];
        sum[i % channels] += error;
        squares[i % channels] += error * error;
      }
      count += out.length / channels;
    }
    double[] scale = new double[channels];
    for (int c = 0; c < channels; c++) {
      double mean = sum[c] / count;
      scale[c] = Math.sqrt(Math.max(0, squares[c] / count - mean * mean));
    }
    Scales.floor(scale, Scales.ERROR_FLOOR);
    float[] unit = new float[channels];
    for (int c = 0; c < channels; c++) {
      unit[c] = (float) scale[c];
    }
    return unit;
  }

  private double loss(TorchTraining training, long[] windows, float[] unit) {
    double sum = 0;
    for (int from = 0; from < windows.length; from += TorchTraining.MAX_BATCH) {
      int count = Math.min(TorchTraining.MAX_BATCH, windows.length - from);
      put(training, windows, from, count);
      sum += count * training.loss(count, unit);
    }
    return sum / windows.length;
  }

  // ---- what is told of it

  private ObjectNode json(String name, String createdAt, Epochs epochs, byte[] network) {
    ObjectNode json =
        ModelJson.object()
            .put("formatVersion", 1)
            .put("name", name)
            .put("version", "1")
            .put("createdAt", createdAt)
            .put("file", "model.pt")
            .put("sha256", ModelJson.sha256(network));
    json.putObject("framework")
        .put("format", "torchscript")
        .put("torch", TorchTraining.torchVersion())
        .put("writer", "djl");
    json.putObject("architecture")
        .put("kind", settings.architecture().text())
        .put("hidden", settings.hidden())
        .put("layers", settings.layers())
        .put("parameters", epochs.parameters());
    json.putObject("input")
        .put("window", settings.window())
        .put("horizon", settings.horizon())
        .put("clip", CLIP);
    return json;
  }

  private void calibrate(TorchTraining training, ObjectNode json) {
    List<String> names = all.get(0).channels();
    ObjectNode input = (ObjectNode) json.get("input");
    if (all.size() == 1) {
      input.set("channels", ModelJson.channels(names, scalers.get(0)));
      calibration(training, all, scalers.get(0)).put(json);
    } else {
      // For a sensor that was not seen.
      Scaler pooled = TrainingSeries.scaler(all);
      input.set("channels", ModelJson.channels(names, pooled));
      calibration(training, all, pooled).put(json);
      ObjectNode syms = json.putObject("syms");
      for (int s = 0; s < all.size(); s++) {
        ObjectNode own = syms.putObject(all.get(s).sym());
        own.set("channels", ModelJson.channels(names, scalers.get(s)));
        calibration(training, List.of(all.get(s)), scalers.get(s)).put(own);
      }
    }
    json.set("batchSizes", new ObjectMapper().valueToTree(BATCH_SIZES));
  }

  private Calibration calibration(
      TorchTraining training, List<TrainingSeries> chosen, Scaler scaler) {
    List<Calibration.Stretch> stretches = new ArrayList<>();
    int skip = settings.rowsBefore();
    for (TrainingSeries one : chosen) {
      double[] z = one.z(scaler);
      float[] inputs = one.inputs(z, CLIP);
      int first = one.fittedRows() - skip;
      int count = one.rows() - one.fittedRows();
      float[] out = new float[count * channels];
      FloatBuffer to = training.inputs();
      for (int from = 0; from < count; from += TorchTraining.MAX_BATCH) {
        int part = Math.min(TorchTraining.MAX_BATCH, count - from);
        for (int i = 0; i < part; i++) {
          to.put(i * length, inputs, (first + from + i) * channels, length);
        }
        float[] given = training.outputs(part);
        int each = given.length / part;
        for (int i = 0; i < part; i++) {
          System.arraycopy(given, (i + 1) * each - channels, out, (from + i) * channels, channels);
        }
      }
      stretches.add(
          new Calibration.Stretch(
              Arrays.copyOfRange(z, one.fittedRows() * channels, z.length), out));
    }
    double[] perDay = chosen.stream().mapToDouble(TrainingSeries::rowsPerDay).sorted().toArray();
    return Calibration.of(stretches, channels, settings.falseAlarms(), perDay[perDay.length / 2]);
  }

  private ObjectNode record(Epochs epochs) {
    ObjectNode training = ModelJson.training(all);
    training
        .put("rows", fitted.length)
        .put("validationRows", heldOut.length)
        .put("epochs", epochs.losses().size())
        .put("bestEpoch", epochs.best())
        .put("seed", settings.seed())
        .put("learningRate", settings.rate())
        .put("batch", settings.batch());
    training.set("loss", numbers(epochs.losses()));
    training.set("validationLoss", numbers(epochs.heldOut()));
    return training;
  }

  private static ArrayNode numbers(List<Double> values) {
    return ModelJson.numbers(
        ModelJson.rounded(values.stream().mapToDouble(Double::doubleValue).toArray()));
  }
}
