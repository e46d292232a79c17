package tickwatch.detector.model;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.training.GradientCollector;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * A network while it is trained, through DJL, on the CPU, one thread: gradients by PyTorch, steps
 * by AdamW (Loshchilov and Hutter 2019) in Java over one cycle of learning rates. What comes out is
 * TorchScript.
 *
 * <p>The error of a channel counts in units that the caller gives, at most {@value #LOSS_CLIP} of
 * them: a row far off teaches nothing.
 *
 * <p>The same rows, shape and seed give the same network, on the same machine.
 *
 * <p><b>Lifecycle.</b> DJL collects gradients of one training at a time in a process: a second one
 * waits for the first to be closed.
 *
 * <p><b>Threads.</b> One thread from begin to close.
 */
public final class TorchTraining implements AutoCloseable {
  /** The most windows in one call. */
  public static final int MAX_BATCH = 256;

  /** PyTorch's version, for the record. It must have been started. */
  public static String torchVersion() {
    return Engine.getEngine(TorchEngine.NAME).getVersion();
  }

  private static final double LOSS_CLIP = 10;
  private static final double DECAY = 0.01;
  private static final double SECOND_MOMENTUM = 0.999;
  private static final double EPSILON = 1e-8;

  /** What is solved already moves little. */
  private static final double SOLVED_RATE = 0.02;

  private static final Semaphore ONE_AT_A_TIME = new Semaphore(1);

  /**
   * What a network is to be.
   *
   * @param window rows in a window
   * @param hidden width of its layers
   */
  public record Settings(
      Architecture architecture, int window, int channels, int hidden, int layers, long seed) {
    public Settings {
      int least = architecture.leastWindow(layers);
      if (window < least) {
        throw new IllegalArgumentException(
            "window "
                + window
                + " is too short for "
                + architecture.text()
                + " of "
                + layers
                + " layers (expected: at least "
                + least
                + "; dlinear takes any)");
      }
    }

    /** Rows that a forecast is of: the next one, or the whole window. */
    int rowsOut() {
      return architecture.isReconstructor() ? window : 1;
    }
  }

  /** A parameter with what AdamW remembers of it. */
  private static final class Weights {
    final PtNDArray array;
    final boolean solved;
    final float[] values;
    final float[] mean;
    final float[] square;

    /**
     * The array's own memory: writing there costs no call, and no entry in a graph of gradients.
     */
    final FloatBuffer memory;

    float[] kept = {};

    Weights(PtNDArray array, boolean isNew) {
      this.array = array;
      this.solved = isNew && String.valueOf(array.getName()).startsWith("linear_");
      this.values = array.toFloatArray();
      this.mean = new float[values.length];
      this.square = new float[values.length];
      ByteBuffer bytes = array.toByteBuffer(true);
      if (!bytes.isDirect()) {
        throw new IllegalStateException("DJL gives a copy of " + array.getName());
      }
      this.memory = bytes.order(ByteOrder.nativeOrder()).asFloatBuffer();
    }

    void put() {
      memory.put(0, values);
    }
  }

  private final Settings settings;
  private final boolean isNew;
  private final NDManager manager;
  private final PtSymbolBlock block;
  private final List<Weights> parameters = new ArrayList<>();
  private final ByteBuffer inputs;
  private final ByteBuffer targets;
  private OneCycle cycle = new OneCycle(1e-3, 1);
  private int steps;

  private TorchTraining(Settings settings, boolean isNew, NDManager manager, PtSymbolBlock block) {
    this.settings = settings;
    this.isNew = isNew;
    this.manager = manager;
    this.block = block;
    this.inputs = direct(MAX_BATCH * settings.window() * settings.channels());
    this.targets = direct(MAX_BATCH * settings.rowsOut() * settings.channels());
  }

  /**
   * A network whose parameters are as its seed makes them.
   *
   * @param nativeCache where PyTorch's native libraries are unpacked, once
   * @throws ModelException if PyTorch does not start
   */
  public static TorchTraining begin(Settings settings, Path nativeCache) {
    return begin(settings, null, nativeCache);
  }

  /**
   * A network that was trained before, to be trained further.
   *
   * @param network its file, of these settings
   * @throws ModelException if PyTorch does not start, or the file is none
   */
  public static TorchTraining goOn(Settings settings, byte[] network, Path nativeCache) {
    return begin(settings, network, nativeCache);
  }

  private static TorchTraining begin(
      Settings settings, byte @Nullable [] network, Path nativeCache) {
    TorchEngine.prepare(nativeCache);
    ONE_AT_A_TIME.acquireUninterruptibly();
    NDManager manager = null;
    try (InputStream file =
        network == null ? settings.architecture().template() : new ByteArrayInputStream(network)) {
      manager = NDManager.newBaseManager(Device.cpu(), TorchEngine.NAME);
      PtSymbolBlock block = JniUtils.loadModule((PtNDManager) manager, file, false, false);
      TorchTraining training = new TorchTraining(settings, network == null, manager, block);
      if (network == null) {
        training.configure();
      }
      return training;
    } catch (IOException | EngineException | UnsatisfiedLinkError | IllegalStateException e) {
      if (manager != null) {
        manager.close();
      }
      ONE_AT_A_TIME.release();
      throw new ModelException(
          "training of " + settings.architecture().text() + ": " + TorchEngine.firstLine(e), e);
    }
  }

  private static ByteBuffer direct(int floats) {
    return ByteBuffer.allocateDirect(Math.multiplyExact(floats, Float.BYTES))
        .order(ByteOrder.nativeOrder());
  }

  private void configure() {
    try (NDManager call = manager.newSubManager()) {
      long[] dims = {
        settings.window(),
        settings.channels(),
        settings.hidden(),
        settings.layers(),
        settings.seed()
      };
      run(call, "configure", call.create(dims));
    }
  }

  private void run(NDManager call, String method, NDArray... arguments) {
    NDList list = new NDList(arguments);
    NDArray name = call.create(0f);
    // How DJL is told to call another method than forward.
    name.setName("module_method:" + method);
    list.add(name);
    IValueUtils.forward(block, list, true);
  }

  /** Rows at a window's end that {@link #solve} looks at. */
  public int recentRows() {
    return Math.min(10, settings.window());
  }

  /**
   * Solves the linear part by ridge regression, where the architecture has one.
   *
   * @param recent {@code windows × recentRows × channels}
   * @param next the rows to forecast, {@code windows × channels}
   */
  public void solve(float[] recent, float[] next) {
    if (!settings.architecture().startsSolved() || !isNew) {
      return;
    }
    long windows = next.length / settings.channels();
    try (NDManager call = manager.newSubManager()) {
      run(
          call,
          "start",
          call.create(recent, new Shape(windows, recentRows(), settings.channels())),
          call.create(next, new Shape(windows, settings.channels())));
    } catch (EngineException e) {
      throw new ModelException("ridge regression: " + TorchEngine.firstLine(e), e);
    }
  }

  /**
   * Makes ready for {@link #step}.
   *
   * @param rate the largest learning rate
   * @param wantedSteps in the whole training
   */
  public void prepare(double rate, int wantedSteps) {
    cycle = new OneCycle(rate, wantedSteps);
    for (NDArray array : JniUtils.moduleGetParams(block, (PtNDManager) manager)) {
      array.setRequiresGradient(true);
      parameters.add(new Weights((PtNDArray) array, isNew));
    }
  }

  /** How many numbers are learnt; 0 before {@link #prepare}. */
  public int parameterCount() {
    return parameters.stream().mapToInt(weights -> weights.values.length).sum();
  }

  /** Where the next call's windows are put, {@code MAX_BATCH × window × channels}. */
  public FloatBuffer inputs() {
    return inputs.asFloatBuffer();
  }

  /**
   * Where what should come out is put: {@code MAX_BATCH ×} next row, or window, {@code × channels}.
   */
  public FloatBuffer targets() {
    return targets.asFloatBuffer();
  }

  /** Numbers that come out for a window. */
  public int outputLength() {
    return settings.rowsOut() * settings.channels();
  }

  private NDArray tensor(NDManager call, ByteBuffer memory, int count, boolean out) {
    Shape shape =
        out && settings.rowsOut() == 1
            ? new Shape(count, settings.channels())
            : new Shape(count, settings.window(), settings.channels());
    ByteBuffer part =
        memory.slice(0, (int) shape.size() * Float.BYTES).order(ByteOrder.nativeOrder());
    return call.create(part, shape, DataType.FLOAT32);
  }

  /**
   * Learns from the first {@code count} windows and targets.
   *
   * @param unit what a channel's error is measured by
   * @return the loss before the step
   */
  public double step(int count, float[] unit) {
    double loss;
    JniUtils.enableTrainingMode(block);
    try (NDManager call = manager.newSubManager();
        GradientCollector gradients = Engine.getEngine(TorchEngine.NAME).newGradientCollector()) {
      NDArray mean = loss(call, count, unit, true);
      gradients.backward(mean);
      loss = mean.getFloat();
    }
    move();
    return loss;
  }

  /** The loss of the first {@code count} windows; nothing is learnt. */
  public double loss(int count, float[] unit) {
    JniUtils.enableInferenceMode(block);
    try (NDManager call = manager.newSubManager()) {
      return loss(call, count, unit, false).getFloat();
    }
  }

  private NDArray loss(NDManager call, int count, float[] unit, boolean training) {
    NDArray out = forward(call, count, training);
    NDArray error = out.sub(tensor(call, targets, count, true)).div(call.create(unit));
    return error.square().clip(0, LOSS_CLIP * LOSS_CLIP).mean();
  }

  private NDArray forward(NDManager call, int count, boolean training) {
    NDArray in = tensor(call, inputs, count, false);
    return IValueUtils.forward(block, new NDList(in), training).get(0);
  }

  /**
   * What comes out for the first {@code count} windows.
   *
   * @return {@code count × outputLength}
   */
  public float[] outputs(int count) {
    JniUtils.enableInferenceMode(block);
    try (NDManager call = manager.newSubManager()) {
      return forward(call, count, false).toFloatArray();
    }
  }

  private void move() {
    double rate = cycle.rate(steps);
    double momentum = cycle.momentum(steps);
    steps++;
    double meanPart = 1 - Math.pow(momentum, steps);
    double squarePart = Math.sqrt(1 - Math.pow(SECOND_MOMENTUM, steps));
    for (Weights weights : parameters) {
      double own = weights.solved ? rate * SOLVED_RATE : rate;
      double keep = weights.solved ? 1 : 1 - own * DECAY;
      float[] gradient;
      try (NDArray array = weights.array.getGradient()) {
        gradient = array.toFloatArray();
      }
      for (int i = 0; i < gradient.length; i++) {
        double g = gradient[i];
        double mean = momentum * weights.mean[i] + (1 - momentum) * g;
        double square = SECOND_MOMENTUM * weights.square[i] + (1 - SECOND_MOMENTUM) * g * g;
        weights.mean[i] = (float) mean;
        weights.square[i] = (float) square;
        weights.values[i] =
            (float)
                (weights.values[i] * keep
                    - own / meanPart * mean / (Math.sqrt(square) / squarePart + EPSILON));
      }
      weights.put();
      JniUtils.zeroGrad(weights.array);
    }
  }

  /** Remembers the parameters as they are. */
  public void keep() {
    for (Weights weights : parameters) {
      weights.kept = weights.values.clone();
    }
  }

  /** Goes back to what {@link #keep} remembered last. */
  public void goBack() {
    for (Weights weights : parameters) {
      System.arraycopy(weights.kept, 0, weights.values, 0, weights.values.length);
      weights.put();
    }
  }

  /** The network as a TorchScript file. */
  public byte[] network() {
    JniUtils.enableInferenceMode(block);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    JniUtils.writeModule(block, out, false);
    return out.toByteArray();
  }

  @Override
  public void close() {
    manager.close();
    ONE_AT_A_TIME.release();
  }
}
