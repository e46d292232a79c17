package tickwatch.series.bulk;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import tickwatch.series.DType;
import tickwatch.series.Progress;
import tickwatch.series.SeriesException;
import tickwatch.series.generate.Generator;
import tickwatch.series.generate.Label;
import tickwatch.series.generate.Recipe;
import tickwatch.series.npy.FileFormat;
import tickwatch.series.npy.PartialFile;
import tickwatch.series.npy.SeriesFile;
import tickwatch.series.random.Noise;

/**
 * Writes the first values of a series to a file, on several threads.
 *
 * <p>The file's bytes depend on the recipe, the seed, the item type and the count, not on threads
 * or chunks. Beside {@code FILE} stand {@code FILE.json}, which says what it depends on, and, when
 * the recipe has anomalies, {@code FILE.labels.csv} with where they are. All are written under
 * another name first; a run that fails leaves none of them.
 */
public final class BulkGenerate {
  /**
   * Values that a thread makes and writes at a time unless told otherwise: at most half of a 1 MB
   * cache.
   */
  public static final int DEFAULT_CHUNK = 1 << 16;

  /**
   * Bytes that a thread writes at a time, at a multiple of itself in the file. The page cache keeps
   * what came in one write in large pieces, and whoever maps the file later has many pages by one
   * fault: measured, the faults of a scan took an eighth of the time that they took when chunks
   * were written one by one across pages.
   */
  private static final int BLOCK = 1 << 21;

  private static final int LABEL_BUFFER = 1 << 16;

  /**
   * What to write and how.
   *
   * @param count values
   * @param threads at least 1
   * @param chunk values a thread makes and writes at a time, at least 1
   * @param inOrder whether chunks are written one after the other, for disks that are slow
   *     otherwise
   */
  public record Config(
      Recipe recipe,
      long seed,
      DType dtype,
      FileFormat format,
      long count,
      int threads,
      int chunk,
      boolean inOrder) {
    public Config {
      if (count < 0) {
        throw new SeriesException("num-samples: " + count + " (expected: at least 0)");
      }
      if (threads < 1 || threads > 1024) {
        throw new SeriesException("threads: " + threads + " (expected: 1 to 1024)");
      }
      if (chunk < 1 || chunk > 1 << 26) {
        throw new SeriesException("chunk: " + chunk + " (expected: 1 to " + (1 << 26) + " values)");
      }
      if (format == FileFormat.RAW && dtype != DType.F8) {
        throw new SeriesException(
            "format raw with dtype f4 (expected: f8; a raw file holds doubles)");
      }
      if (count > (Long.MAX_VALUE >> 4)) {
        throw new SeriesException(
            "num-samples: " + count + " (expected: at most " + (Long.MAX_VALUE >> 4) + ")");
      }
    }
  }

  /**
   * What was written.
   *
   * @param anomalies injected anomalies
   */
  public record Summary(long values, long bytes, long anomalies, double seconds) {
    /** Values a second. */
    public double rate() {
      return values / seconds;
    }
  }

  /** Takes bytes for a place in the file; from several threads, or in order from one at a time. */
  private interface Sink {
    void write(ByteBuffer bytes, long position);
  }

  private final Config config;
  private final Progress progress;

  public BulkGenerate(Config config, Progress progress) {
    this.config = config;
    this.progress = progress;
  }

  /** Writes a file and what stands beside it. */
  public Summary toFile(Path file) {
    long started = System.nanoTime();
    byte[] head = SeriesFile.head(config.format(), config.dtype(), config.count());
    long bytes = head.length + config.count() * config.dtype().bytes();
    boolean hasLabels = config.recipe().anomalies().rate() > 0;
    try (PartialFile values = PartialFile.create(file, bytes);
        PartialFile sidecar = PartialFile.create(beside(file, ".json"), 0)) {
      values.write(ByteBuffer.wrap(head), 0);
      generate(values::write, head.length, config.inOrder());
      String text = sidecar(bytes);
      sidecar.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)), 0);
      long anomalies = hasLabels ? writeLabels(beside(file, ".labels.csv")) : 0;
      sidecar.commit();
      values.commit();
      return new Summary(config.count(), bytes, anomalies, (System.nanoTime() - started) / 1e9);
    }
  }

  /**
   * Writes to a stream, in order.
   *
   * @param labels the file that gets the labels of anomalies; null for none
   */
  public Summary toStream(OutputStream out, @Nullable Path labels) {
    long started = System.nanoTime();
    byte[] head = SeriesFile.head(config.format(), config.dtype(), config.count());
    Sink sink =
        (bytes, position) -> {
          byte[] array = new byte[bytes.remaining()];
          bytes.get(array);
          try {
            out.write(array);
          } catch (IOException e) {
            throw new SeriesException("stdout: " + e.getMessage(), e);
          }
        };
    sink.write(ByteBuffer.wrap(head), 0);
    generate(sink, head.length, true);
    try {
      out.flush();
    } catch (IOException e) {
      throw new SeriesException("stdout: " + e.getMessage(), e);
    }
    long anomalies = labels == null ? 0 : writeLabels(labels);
    long bytes = head.length + config.count() * config.dtype().bytes();
    return new Summary(config.count(), bytes, anomalies, (System.nanoTime() - started) / 1e9);
  }

  /** Makes the values and drops them, to learn how fast that is. */
  public Summary toNowhere() {
    long started = System.nanoTime();
    AtomicLong sum = new AtomicLong();
    ProgressMeter meter = new ProgressMeter(progress, config.count());
    Crew.run(
        config.threads(),
        chunks(),
        number -> {
          Filler filler = new Filler();
          return unit -> {
            long from = unit * config.chunk();
            int n = (int) Math.min(config.chunk(), config.count() - from);
            filler.fill(from, n);
            sum.addAndGet(n);
            meter.add(n);
          };
        },
        null);
    return new Summary(sum.get(), 0, 0, (System.nanoTime() - started) / 1e9);
  }

  private static Path beside(Path file, String ending) {
    return file.resolveSibling(file.getFileName() + ending);
  }

  private long chunks() {
    return (config.count() + config.chunk() - 1) / config.chunk();
  }

  /** One thread's generator and array. */
  private final class Filler {
    private final Generator generator = new Generator(config.recipe(), config.seed());
    private final float[] floats = new float[config.dtype() == DType.F4 ? size() : 0];
    private final double[] doubles = new double[config.dtype() == DType.F8 ? size() : 0];

    private int size() {
      return (int) Math.min(config.chunk(), config.count());
    }

    void fill(long from, int n) {
      if (config.dtype() == DType.F4) {
        generator.fill(from, floats, 0, n);
      } else {
        generator.fill(from, doubles, 0, n);
      }
    }

    /** Appends what was filled. */
    void appendTo(ByteBuffer bytes, int n) {
      int at = bytes.position();
      if (config.dtype() == DType.F4) {
        bytes.asFloatBuffer().put(floats, 0, n);
      } else {
        bytes.asDoubleBuffer().put(doubles, 0, n);
      }
      bytes.position(at + n * config.dtype().bytes());
    }
  }

  private void generate(Sink sink, long headLength, boolean inOrder) {
    ProgressMeter meter = new ProgressMeter(progress, config.count());
    Crew.Order order = inOrder ? new Crew.Order() : null;
    int width = config.dtype().bytes();
    long end = headLength + config.count() * width;
    // A thread makes a chunk at a time in its cache and writes a block when that is full.
    int block = (config.chunk() * width + BLOCK - 1) / BLOCK * BLOCK;
    Crew.run(
        config.threads(),
        (end + block - 1) / block,
        number -> {
          Filler filler = new Filler();
          ByteBuffer bytes =
              ByteBuffer.allocateDirect((int) Math.min(block, end)).order(ByteOrder.LITTLE_ENDIAN);
          return unit -> {
            // The head is in the first block already.
            long position = Math.max(headLength, unit * block);
            long first = (position - headLength) / width;
            int count = (int) ((Math.min(end, (unit + 1) * block) - position) / width);
            bytes.clear();
            for (int done = 0; done < count; done += config.chunk()) {
              int n = Math.min(config.chunk(), count - done);
              filler.fill(first + done, n);
              filler.appendTo(bytes, n);
            }
            bytes.flip();
            if (order == null) {
              sink.write(bytes, position);
            } else {
              order.inTurn(unit, () -> sink.write(bytes, position));
            }
            meter.add(count);
          };
        },
        order);
  }

  private String sidecar(long bytes) {
    return "{\n  \"format\": \""
        + (config.format() == FileFormat.RAW ? "raw" : "npy")
        + "\",\n  \"values\": "
        + config.count()
        + ",\n  \"bytes\": "
        + bytes
        + ",\n  "
        + config.recipe().json(config.seed(), config.dtype())
        + "\n}\n";
  }

  private long writeLabels(Path path) {
    try (PartialFile file = PartialFile.create(path, 0)) {
      long count = writeLabels(file);
      file.commit();
      return count;
    }
  }

  private long writeLabels(PartialFile file) {
    Generator generator = new Generator(config.recipe(), config.seed());
    StringBuilder text = new StringBuilder(Label.CSV_HEAD).append('\n');
    long position = 0;
    long count = 0;
    for (long block = 0; block * Noise.BLOCK < config.count(); block++) {
      for (Label label : generator.labels(block)) {
        if (label.start() >= config.count()) {
          break;
        }
        int length = (int) Math.min(label.length(), config.count() - label.start());
        text.append(new Label(label.kind(), label.start(), length, label.amount()).csv())
            .append('\n');
        count++;
      }
      if (text.length() > LABEL_BUFFER) {
        position += write(file, text, position);
      }
    }
    write(file, text, position);
    return count;
  }

  private static int write(PartialFile file, StringBuilder text, long position) {
    byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
    file.write(ByteBuffer.wrap(bytes), position);
    text.setLength(0);
    return bytes.length;
  }
}
