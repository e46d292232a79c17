package tickwatch.detector.model;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What ensembles have learnt of sensors, as a file beside a {@code model.json}: for each sensor the
 * numbers of its level of alarms and of its members, before they have seen a row.
 *
 * <pre>
 *   magic, long | sensors, int | sensor: name, text | numbers, int | number, double ... | ...
 * </pre>
 *
 * <p>Big-endian; a text is its length in bytes, as a short, and UTF-8.
 */
public final class LearntNumbers {
  /** "twlearn5". */
  private static final long MAGIC = 0x74776c6561726e35L;

  /** Stands for any sensor, in a model of one. */
  public static final String ANY = "";

  private final Map<String, double[]> sensors;

  /** The arrays are given away. */
  public LearntNumbers(Map<String, double[]> sensors) {
    this.sensors = new LinkedHashMap<>(sensors);
  }

  /** Nothing of no sensor. */
  public static LearntNumbers none() {
    return new LearntNumbers(Map.of());
  }

  public boolean isEmpty() {
    return sensors.isEmpty();
  }

  /** A sensor's numbers; null if nothing was learnt of it. */
  public double @Nullable [] of(String sym) {
    double[] found = sensors.get(sym);
    return found == null ? sensors.get(ANY) : found;
  }

  /** The file. */
  public byte[] bytes() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeLong(MAGIC);
      out.writeInt(sensors.size());
      for (Map.Entry<String, double[]> sensor : sensors.entrySet()) {
        out.writeUTF(sensor.getKey());
        out.writeInt(sensor.getValue().length);
        for (double value : sensor.getValue()) {
          out.writeDouble(value);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("memory does not fail", e);
    }
    return bytes.toByteArray();
  }

  /**
   * Reads a file.
   *
   * @throws IOException if it is none of this form
   */
  public static LearntNumbers read(byte[] bytes) throws IOException {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      if (in.readLong() != MAGIC) {
        throw new IOException("it does not begin as such a file does");
      }
      int count = in.readInt();
      Map<String, double[]> sensors = new LinkedHashMap<>();
      for (int i = 0; i < count; i++) {
        String sym = in.readUTF();
        int length = in.readInt();
        if (length < 0 || length > in.available() / Double.BYTES) {
          throw new IOException(length + " numbers in " + in.available() + " bytes");
        }
        double[] numbers = new double[length];
        for (int k = 0; k < length; k++) {
          numbers[k] = in.readDouble();
        }
        sensors.put(sym, numbers);
      }
      if (in.available() > 0) {
        throw new IOException(in.available() + " bytes too many");
      }
      return new LearntNumbers(sensors);
    }
  }
}
