package tickwatch.bench.tickerplant;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import tickwatch.bench.pipeline.Frames;
import tickwatch.ipc.value.Epoch;

/**
 * Messages of random rows, {@code time, sym} (100 syms) and 8 floats, to be sent again and again.
 */
final class Load {
  /** What one run sends: some tenths of a second. */
  static final long RUN_BYTES = 96 << 20;

  static final int PACED_SECONDS = 2;

  private static final int PIECE_BYTES = 1 << 16;

  private static final String PUBLISHER = "feed";

  /** What a message says of its rows. */
  enum Kind {
    /** Their time, as most feeds do. */
    TIMED,
    /** Their time, and the publisher's name and number. */
    NUMBERED,
    /** No time: the tickerplant sets it. */
    TIMELESS
  }

  private final List<byte[]> frames = new ArrayList<>();
  private final boolean isNumbered;
  private long number;
  private final ByteBuffer piece;
  private final int[] ends;

  /**
   * @param rows of a message
   */
  Load(int rows) {
    this(rows, Kind.TIMED);
  }

  /**
   * @param rows of a message
   * @param kind of each message
   */
  Load(int rows, Kind kind) {
    this.isNumbered = kind == Kind.NUMBERED;
    Random random = new Random(42);
    int bytes = 0;
    while (bytes == 0 || bytes + frames.get(0).length <= PIECE_BYTES) {
      byte[] frame = frame(rows, random, kind);
      frames.add(frame);
      bytes += frame.length;
    }
    piece = ByteBuffer.allocateDirect(bytes).order(ByteOrder.LITTLE_ENDIAN);
    ends = new int[frames.size()];
    for (int i = 0; i < ends.length; i++) {
      piece.put(frames.get(i));
      ends[i] = piece.position();
    }
  }

  private static byte[] frame(int rows, Random random, Kind kind) {
    String[] syms = new String[rows];
    double[][] channels = new double[8][rows];
    for (int row = 0; row < rows; row++) {
      syms[row] = "sym" + random.nextInt(100);
      for (double[] channel : channels) {
        channel[row] = random.nextGaussian();
      }
    }
    long time = Epoch.timestampOf(Instant.now());
    return switch (kind) {
      case TIMED -> Frames.of("readings", time, syms, channels);
      case NUMBERED -> Frames.numbered(PUBLISHER, "readings", time, syms, channels);
      case TIMELESS -> Frames.timeless("readings", syms, channels);
    };
  }

  /** A single row whose time is to be written into {@link Frames#placeOfTime}. */
  static byte[] paced() {
    return Frames.oneRow("readings", "sym1", new double[8]);
  }

  /** Different messages, about 64 kB of them. */
  int count() {
    return ends.length;
  }

  int bytesPerMessage() {
    return piece.capacity() / ends.length;
  }

  /** Messages of one run. */
  int messages() {
    return (int) (RUN_BYTES / bytesPerMessage());
  }

  byte[] frame(int index) {
    return frames.get(index);
  }

  /** The bytes of the first so many messages, numbered on if they are numbered. */
  ByteBuffer first(int count) {
    if (isNumbered) {
      int placeOfNumber = Frames.placeOfNumber(frames.get(0));
      for (int i = 0; i < count; i++) {
        piece.putLong((i == 0 ? 0 : ends[i - 1]) + placeOfNumber, ++number);
      }
    }
    return piece.duplicate().position(0).limit(ends[count - 1]);
  }
}
