package tickwatch.detector;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInput;
import java.io.DataInputStream;
import java.io.DataOutput;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.CheckedOutputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tickwatch.detector.model.Model;

/**
 * What a source's sensors remember at an end of day, so that a restart on the next day, which reads
 * only that day's log, goes on where the day began: windows, smoothed scores, row numbers, open
 * anomalies, what was learned of earlier ones. One file a source, replaced at each end of day.
 *
 * <pre>
 *   magic, long | day, int | model's sha256, text | anomalies, health | sensors, int | sensor ... | network | alerts | CRC-32 of all before, long
 * </pre>
 */
final class StateFile {
  private static final Logger LOG = LoggerFactory.getLogger(StateFile.class);

  /** "twstated". */
  private static final long MAGIC = 0x7477737461746564L;

  /** Far above any sensor; a longer list is a broken file. */
  private static final int MAX_LENGTH = 1 << 26;

  /** Writes what belongs to a source and is not of its sensors. */
  interface Save {
    void save(DataOutput out) throws IOException;
  }

  /** Reads what {@link Save} wrote. */
  interface Restore {
    void restore(DataInput in) throws IOException;
  }

  private final Path file;
  private final Model model;

  StateFile(Path directory, String table, Model model) {
    this.file = directory.resolve("detector-" + fileName(table) + ".state");
    this.model = model;
  }

  /** Another one for each table, whatever its name holds. */
  private static String fileName(String table) {
    return URLEncoder.encode(table, StandardCharsets.UTF_8);
  }

  /**
   * Keeps what is remembered where a day's log begins. A failure is told and survived: it costs a
   * warm-up after a restart, nothing else.
   */
  void write(int day, Source source, Save more) {
    try {
      Path directory = file.toAbsolutePath().getParent();
      if (directory != null) {
        Files.createDirectories(directory);
      }
      Path next = file.resolveSibling(file.getFileName() + ".new");
      CRC32 sum = new CRC32();
      try (DataOutputStream out =
          new DataOutputStream(
              new CheckedOutputStream(
                  new BufferedOutputStream(Files.newOutputStream(next), 1 << 16), sum))) {
        out.writeLong(MAGIC);
        out.writeInt(day);
        out.writeUTF(model.sha256());
        source.saveHeard(out);
        source.events().save(out);
        out.writeInt(source.sensors().size());
        for (Map.Entry<String, Sensor> sensor : source.sensors().entrySet()) {
          write(out, sensor.getValue());
        }
        more.save(out);
        out.writeLong(sum.getValue());
      }
      Files.move(next, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
      LOG.info("state kept file={} day={} sensors={}", file, day, source.sensors().size());
    } catch (IOException e) {
      LOG.error(
          "state cannot be kept, so a restart before the next end of day starts with empty windows"
              + " file={}",
          file,
          e);
    }
  }

  /**
   * Gives a source without rows what is remembered.
   *
   * @return false if there is nothing for this day and model, and the source is as it was
   */
  boolean read(int day, Source source, Restore more) {
    if (!Files.isRegularFile(file)) {
      return false;
    }
    try (DataInputStream in = open()) {
      if (in.readLong() != MAGIC) {
        LOG.warn("no state of this version file={}", file);
        return false;
      }
      // First, since what is half restored cannot be undone.
      requireWhole();
      int stored = in.readInt();
      if (stored != day || !in.readUTF().equals(model.sha256())) {
        LOG.info("state is of another day or model file={} day={}", file, stored);
        return false;
      }
      source.restoreHeard(in);
      source.events().restore(in);
      int count = in.readInt();
      boolean begins = false;
      boolean ends = false;
      for (int i = 0; i < count; i++) {
        Sensor sensor = source.sensor(in.readUTF());
        boolean goesOn = read(in, sensor);
        begins |= !goesOn && sensor.learns();
        ends |= !goesOn && !sensor.learns();
      }
      more.restore(in);
      if (begins) {
        LOG.info(
            "sensors begin to learn with the first row of this day, as they did not the day before,"
                + " and the network judges until then (--refit or --train is new) file={}",
            file);
      }
      if (ends) {
        LOG.warn(
            "what sensors had learnt is left and the network judges alone from here on, as nothing"
                + " is to be learnt any more (neither --refit nor --train is given) file={}",
            file);
      }
      LOG.info("state restored file={} day={} sensors={}", file, day, count);
      return true;
    } catch (DamagedException e) {
      LOG.warn("state cannot be read, windows start empty file={}: {}", file, e.getMessage());
      return false;
    } catch (IOException | RuntimeException e) {
      // One of other settings says anything, negative lengths too, and must not keep the detector
      // down.
      source.sensors().clear();
      LOG.warn("state cannot be read, windows start empty file={}", file, e);
      return false;
    }
  }

  private DataInputStream open() throws IOException {
    return new DataInputStream(new BufferedInputStream(Files.newInputStream(file), 1 << 16));
  }

  private static final class DamagedException extends IOException {
    private static final long serialVersionUID = 1;

    DamagedException() {
      super("it is damaged: its CRC-32 is not the one in its last 8 bytes");
    }
  }

  /** Reads all of it once. */
  private void requireWhole() throws IOException {
    CRC32 sum = new CRC32();
    try (DataInputStream in = open()) {
      byte[] part = new byte[1 << 16];
      for (long left = Files.size(file) - Long.BYTES; left > 0; ) {
        int some = (int) Math.min(left, part.length);
        in.readFully(part, 0, some);
        sum.update(part, 0, some);
        left -= some;
      }
      if (in.readLong() != sum.getValue()) {
        throw new DamagedException();
      }
    }
  }

  private static void write(DataOutputStream out, Sensor sensor) throws IOException {
    out.writeUTF(sensor.sym);
    out.writeLong(sensor.rows);
    out.writeLong(sensor.lookedAt);
    out.writeLong(sensor.order.lastTime());
    out.writeDouble(sensor.order.usualStep());
    out.writeInt(sensor.order.steps());
    out.writeInt(sensor.order.lateRows());
    out.writeLong(sensor.order.firstLate());
    writeDoubles(out, sensor.ring.save());
    writeDoubles(out, sensor.carried.save());
    writeDoubles(out, sensor.scorer.save());
    writeDoubles(out, sensor.saveLearnt());
    sensor.events.save(out);
    sensor.health.save(out);
  }

  /** What follows a sensor's name; false if what it had learnt is not gone on from. */
  private boolean read(DataInputStream in, Sensor sensor) throws IOException {
    sensor.rows = in.readLong();
    sensor.lookedAt = in.readLong();
    sensor.order.restore(in.readLong(), in.readDouble(), in.readInt(), in.readInt(), in.readLong());
    sensor.ring.restore(readDoubles(in));
    sensor.carried.restore(readDoubles(in));
    sensor.scorer.restore(readDoubles(in));
    boolean goesOn = sensor.restoreLearnt(readDoubles(in), model);
    sensor.events.restore(in);
    sensor.health.restore(in);
    return goesOn;
  }

  private static void writeDoubles(DataOutputStream out, double[] values) throws IOException {
    out.writeInt(values.length);
    for (double value : values) {
      out.writeDouble(value);
    }
  }

  private static double[] readDoubles(DataInputStream in) throws IOException {
    double[] values = new double[length(in)];
    for (int i = 0; i < values.length; i++) {
      values[i] = in.readDouble();
    }
    return values;
  }

  private static int length(DataInputStream in) throws IOException {
    int length = in.readInt();
    if (length < 0 || length > MAX_LENGTH) {
      throw new EOFException("length " + length);
    }
    return length;
  }
}
