package tickwatch.bench.rdb;

import java.util.List;
import java.util.Random;
import tickwatch.ipc.value.FloatVector;
import tickwatch.ipc.value.IntVector;
import tickwatch.ipc.value.LongVector;
import tickwatch.ipc.value.QType;
import tickwatch.ipc.value.SymbolVector;
import tickwatch.ipc.value.Table;
import tickwatch.ipc.value.Vector;

/**
 * Rows of time, one of 100 syms at random, and 8 floats around 100, 1,000 rows a second of their
 * own time: 76 bytes a row in columns. Held in plain arrays, which are the floor's columns too.
 */
public final class Readings {
  static final int SYMS = 100;
  static final int CHANNELS = 8;
  static final List<String> NAMES =
      List.of("time", "sym", "ch0", "ch1", "ch2", "ch3", "ch4", "ch5", "ch6", "ch7");
  static final List<QType> TYPES =
      List.of(
          QType.TIMESTAMP,
          QType.SYMBOL,
          QType.FLOAT,
          QType.FLOAT,
          QType.FLOAT,
          QType.FLOAT,
          QType.FLOAT,
          QType.FLOAT,
          QType.FLOAT,
          QType.FLOAT);
  static final String[] DOMAIN = domain();

  final int count;
  final long[] time;
  final int[] sym;
  final double[][] channels;

  /** So many rows, always the same. */
  public Readings(int count) {
    this.count = count;
    this.time = new long[count];
    this.sym = new int[count];
    this.channels = new double[CHANNELS][count];
    Random random = new Random(1);
    for (int i = 0; i < count; i++) {
      time[i] = 800_000_000_000_000_000L + i * 1_000_000L;
      sym[i] = random.nextInt(SYMS);
      for (int channel = 0; channel < CHANNELS; channel++) {
        channels[channel][i] = 100 + 4 * random.nextGaussian();
      }
    }
  }

  private static String[] domain() {
    String[] names = new String[SYMS];
    for (int i = 0; i < SYMS; i++) {
      names[i] = String.format("SENSOR%03d", i);
    }
    return names;
  }

  /** Rows as a decoder hands them over: vectors of their own, a domain of the names that occur. */
  public Table rows(int from, int rowCount) {
    Vector[] columns = new Vector[2 + CHANNELS];
    long[] times = new long[rowCount];
    System.arraycopy(time, from, times, 0, rowCount);
    columns[0] = LongVector.of(QType.TIMESTAMP, times);
    int[] codes = new int[rowCount];
    String[] domain = new String[Math.min(rowCount, SYMS)];
    int[] codeOf = new int[SYMS];
    int used = 0;
    for (int i = 0; i < rowCount; i++) {
      int name = sym[from + i];
      if (codeOf[name] == 0) {
        domain[used++] = DOMAIN[name];
        codeOf[name] = used;
      }
      codes[i] = codeOf[name] - 1;
    }
    columns[1] = SymbolVector.ofCodes(domain, used, true, IntVector.of(QType.INT, codes));
    for (int channel = 0; channel < CHANNELS; channel++) {
      double[] items = new double[rowCount];
      System.arraycopy(channels[channel], from, items, 0, rowCount);
      columns[2 + channel] = FloatVector.of(QType.FLOAT, items);
    }
    return new Table(NAMES, List.of(columns));
  }
}
