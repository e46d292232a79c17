package tickwatch.series.random;

import tickwatch.series.SeriesException;

/**
 * Standard random numbers, filled by whole blocks.
 *
 * <p><b>Invariants.</b> What a block holds depends on the kind, the seed, the block's number and
 * the item type, on nothing else: not on the thread, the order or the processor. The numbers of the
 * two item types are different draws.
 *
 * <p><b>Threads.</b> An instance has scratch space: one a thread.
 */
public interface Noise {
  /** Values in a block. */
  int BLOCK = 8192;

  /** Purposes of {@link Xoshiro256#of}, so that no two uses of a seed share numbers. */
  long PURPOSE_NOISE = 0;

  /** Fills {@code out[at]} to {@code out[at + BLOCK - 1]}. */
  void fill(long seed, long block, float[] out, int at);

  /** Fills {@code out[at]} to {@code out[at + BLOCK - 1]}. */
  void fill(long seed, long block, double[] out, int at);

  /** How standard normals are made; the name goes into a generated file's sidecar. */
  enum Kind {
    /** xoshiro256++ and a ziggurat of 256 layers: the default. */
    ZIGGURAT("ziggurat"),
    /**
     * Box and Muller's transform on eight parallel generators: made for vector units, the same
     * numbers without one.
     */
    BOX_MULLER("box-muller");

    private final String text;

    Kind(String text) {
      this.text = text;
    }

    /** The name in parameters and sidecars. */
    public String text() {
      return text;
    }

    /** From its name. */
    public static Kind parse(String text) {
      for (Kind kind : values()) {
        if (kind.text.equals(text)) {
          return kind;
        }
      }
      throw new SeriesException("generator: \"" + text + "\" (expected: ziggurat or box-muller)");
    }

    /** A fresh source of standard normals. */
    public Noise normals() {
      return switch (this) {
        case ZIGGURAT -> new Ziggurat();
        case BOX_MULLER -> BoxMuller.best();
      };
    }
  }

  /**
   * A fresh source of numbers from 0 up to, not including, 1: 24 random bits as a float, 53 as a
   * double.
   */
  static Noise uniforms() {
    return new Uniform();
  }
}
