package tickwatch.detector.model;

import ai.djl.Device;
import ai.djl.MalformedModelException;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.training.ParameterStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A TorchScript network through DJL, on the CPU, one thread.
 *
 * <p>Windows stand in one direct buffer of {@code maxBatch × window × channels} float32. For each
 * batch size there is one tensor over its first windows, made once; a call picks the smallest that
 * holds the count, so what else stands in the buffer is padding, computed and ignored.
 *
 * <p><b>Invariants.</b> A single window has a buffer and tensor of its own whose padding is zeros,
 * so {@link #forecastAlone} gives the same bits for the same window whatever was scored before or
 * beside it. In larger batches the last bits may differ (about 1e-6 of a z-score).
 *
 * <p><b>Lifecycle.</b> PyTorch is set up by the first forecaster of the process: one intra-op and
 * one inter-op thread (two on busy cores are slower by a factor of 10 and more), never a download.
 * Outputs are closed after each call; memory is flat.
 *
 * <p><b>Threads.</b> One thread at a time.
 */
public final class TorchForecaster implements Forecaster {
  private static final Logger LOG = LoggerFactory.getLogger(TorchForecaster.class);

  /** The profiling executor compiles in the first calls of each shape. */
  private static final int WARM_UP_CALLS = 5;

  private final int window;
  private final int channels;
  private final int maxBatch;
  private final int[] batchSizes;

  /** Held for its own sake: its finalizer closes the manager that everything here hangs on. */
  private final ai.djl.Model network;

  private final NDManager manager;
  private final Block block;
  private final ParameterStore parameters;
  private final FloatBuffer windows;
  private final NDList[] inputs;
  private final FloatBuffer alone;
  private final NDList aloneInput;
  private final float[] moved;

  private TorchForecaster(Model model, ai.djl.Model network) {
    this.window = model.window();
    this.channels = model.channels().size();
    this.batchSizes = model.batchSizes().stream().mapToInt(Integer::intValue).toArray();
    this.maxBatch = batchSizes[batchSizes.length - 1];
    this.network = network;
    this.manager = network.getNDManager().newSubManager();
    this.block = network.getBlock();
    this.parameters = new ParameterStore(manager, false);
    this.moved = new float[window * channels];
    ByteBuffer memory = allocate(maxBatch);
    this.windows = memory.asFloatBuffer();
    this.inputs = new NDList[batchSizes.length];
    for (int i = 0; i < inputs.length; i++) {
      inputs[i] = tensor(memory, batchSizes[i]);
    }
    ByteBuffer aloneMemory = allocate(batchSizes[0]);
    this.alone = aloneMemory.asFloatBuffer();
    this.aloneInput = tensor(aloneMemory, batchSizes[0]);
  }

  /**
   * Loads a model's network, checks what it gives for windows of zeros, and calls each batch size
   * until it is fast.
   *
   * @param nativeCache where PyTorch's native libraries are unpacked, once, if they are not there
   *     yet; the environment's {@code DJL_CACHE_DIR} or {@code ENGINE_CACHE_DIR} goes before it
   * @throws ModelException if the network cannot be loaded or is of another shape
   */
  public static TorchForecaster load(ModelDirectory directory, Path nativeCache) {
    Model model = directory.model();
    TorchEngine.prepare(nativeCache);
    long startNanos = System.nanoTime();
    ai.djl.Model network;
    try {
      network = ai.djl.Model.newInstance(model.name(), Device.cpu(), TorchEngine.NAME);
    } catch (EngineException | UnsatisfiedLinkError | IllegalStateException e) {
      throw new ModelException(
          "PyTorch does not start: "
              + TorchEngine.firstLine(e)
              + " (native libraries in "
              + nativeCache
              + "; they need glibc 2.29 or newer and about 450 MB of disk)",
          e);
    }
    try {
      network.load(directory.network());
    } catch (IOException | MalformedModelException | EngineException e) {
      network.close();
      throw new ModelException(
          directory.directory()
              + ": the network is no TorchScript file: "
              + TorchEngine.firstLine(e),
          e);
    }
    TorchForecaster forecaster = new TorchForecaster(model, network);
    try {
      forecaster.checkAndWarmUp(directory.directory());
    } catch (RuntimeException e) {
      forecaster.close();
      throw e;
    }
    LOG.info(
        "network loaded directory={} window={} channels={} batchSizes={} ms={}",
        directory.directory(),
        forecaster.window,
        forecaster.channels,
        model.batchSizes(),
        (System.nanoTime() - startNanos) / 1_000_000);
    return forecaster;
  }

  private ByteBuffer allocate(int batch) {
    int floats = Math.multiplyExact(batch, Math.multiplyExact(window, channels));
    return ByteBuffer.allocateDirect(Math.multiplyExact(floats, Float.BYTES))
        .order(ByteOrder.nativeOrder());
  }

  /** Only a direct ByteBuffer is taken as it is; a FloatBuffer would be copied. */
  private NDList tensor(ByteBuffer memory, int batch) {
    ByteBuffer part =
        memory.slice(0, batch * window * channels * Float.BYTES).order(ByteOrder.nativeOrder());
    return new NDList(manager.create(part, new Shape(batch, window, channels), DataType.FLOAT32));
  }

  private void checkAndWarmUp(Path directory) {
    float[] forecasts = new float[maxBatch * channels];
    String wanted = "(" + 1 + ", " + channels + ")";
    try {
      for (int call = 0; call < WARM_UP_CALLS; call++) {
        forecastAlone(0, forecasts, 0);
        for (int batch : batchSizes) {
          forecast(batch, forecasts);
        }
      }
    } catch (EngineException e) {
      throw new ModelException(
          directory
              + ": the network refuses windows of "
              + window
              + " rows × "
              + channels
              + " channels: "
              + TorchEngine.firstLine(e),
          e);
    }
    for (int c = 0; c < channels; c++) {
      if (!Float.isFinite(forecasts[c])) {
        throw new ModelException(
            directory
                + ": the network's output for a window of zeros is "
                + forecasts[c]
                + " in channel "
                + c
                + " (expected: "
                + wanted
                + " finite numbers)");
      }
    }
  }

  @Override
  public int window() {
    return window;
  }

  @Override
  public int channels() {
    return channels;
  }

  @Override
  public int maxBatch() {
    return maxBatch;
  }

  @Override
  public void put(int slot, float[] from, int at) {
    windows.put(slot * window * channels, from, at, window * channels);
  }

  @Override
  public void forecast(int count, float[] forecasts) {
    if (count == 1) {
      forecastAlone(0, forecasts, 0);
      return;
    }
    for (int i = 0; i < batchSizes.length; i++) {
      if (batchSizes[i] >= count) {
        call(inputs[i], batchSizes[i], count, forecasts, 0);
        return;
      }
    }
    throw new IllegalArgumentException(count + " windows (expected: <= " + maxBatch + ")");
  }

  @Override
  public void forecastAlone(int slot, float[] forecasts, int to) {
    windows.get(slot * window * channels, moved, 0, moved.length);
    alone.put(0, moved, 0, moved.length);
    call(aloneInput, batchSizes[0], 1, forecasts, to);
  }

  private void call(NDList input, int batch, int count, float[] forecasts, int to) {
    try (NDList output = block.forward(parameters, input, false)) {
      if (output.size() != 1) {
        throw new ModelException("the network gives " + output.size() + " tensors (expected: 1)");
      }
      NDArray tensor = output.get(0);
      Shape shape = tensor.getShape();
      boolean steps = shape.dimension() == 3;
      if ((shape.dimension() != 2 && !steps)
          || shape.get(0) != batch
          || shape.get(shape.dimension() - 1) != channels
          || (steps && shape.get(1) < 1)) {
        throw new ModelException(
            "the network gives "
                + shape
                + " for a batch of "
                + batch
                + " (expected: ("
                + batch
                + ", "
                + channels
                + ") or ("
                + batch
                + ", horizon, "
                + channels
                + "))");
      }
      if (tensor.getDataType() != DataType.FLOAT32) {
        throw new ModelException(
            "the network gives " + tensor.getDataType() + " (expected: float32)");
      }
      float[] all = tensor.toFloatArray();
      int rowLength = all.length / batch;
      for (int row = 0; row < count; row++) {
        System.arraycopy(
            all, (row + 1) * rowLength - channels, forecasts, to + row * channels, channels);
      }
    }
  }

  @Override
  public void close() {
    manager.close();
    network.close();
  }
}
