package tickwatch.series.random;

/**
 * Standard normals by Marsaglia and Tsang's ziggurat with 256 layers of equal area.
 *
 * <p>A float takes 32 bits: the low 8 choose the layer, the upper 24 are the signed place in it. A
 * double takes 64: the low 8 and the upper 53. About one draw in 85 lies outside its layer's inner
 * box. Those are noted while the block is filled and settled afterwards from a second generator,
 * which keeps the first loop free of calls and of spilled state (measured: 1.3 times as fast as
 * settling at once); and that loop is a method of its own, so that it is compiled alike whatever
 * calls it.
 */
final class Ziggurat implements Noise {
  private static final int LAYERS = 256;

  /** Where the tail begins, and the area of a layer: the solution for 256 layers. */
  @SuppressWarnings("FloatingPointLiteralPrecision") // as published
  private static final double TAIL = 3.6541528853610088;

  private static final double AREA = 0.00492867323399;

  private static final long PURPOSE_SETTLE = 1;

  /** Right edge of each layer; layer 0 is the base with the tail folded in. */
  private static final double[] EDGE = new double[LAYERS + 1];

  /** The density at each edge. */
  private static final double[] DENSITY = new double[LAYERS + 1];

  private static final float[] FLOAT_WIDTH = new float[LAYERS];
  private static final int[] FLOAT_INSIDE = new int[LAYERS];
  private static final double[] DOUBLE_WIDTH = new double[LAYERS];
  private static final long[] DOUBLE_INSIDE = new long[LAYERS];

  static {
    // StrictMath, so that the tables and with them the numbers are the same on every machine.
    EDGE[0] = AREA / StrictMath.exp(-0.5 * TAIL * TAIL);
    EDGE[1] = TAIL;
    for (int i = 2; i < LAYERS; i++) {
      double last = EDGE[i - 1];
      EDGE[i] = Math.sqrt(-2 * StrictMath.log(AREA / last + StrictMath.exp(-0.5 * last * last)));
    }
    EDGE[LAYERS] = 0;
    for (int i = 0; i < LAYERS; i++) {
      DENSITY[i] = StrictMath.exp(-0.5 * EDGE[i] * EDGE[i]);
      FLOAT_WIDTH[i] = (float) (EDGE[i] * 0x1p-23);
      FLOAT_INSIDE[i] = (int) (EDGE[i + 1] / EDGE[i] * (1 << 23));
      DOUBLE_WIDTH[i] = EDGE[i] * 0x1p-52;
      DOUBLE_INSIDE[i] = (long) (EDGE[i + 1] / EDGE[i] * (1L << 52));
    }
    DENSITY[LAYERS] = 1;
  }

  /** Draws to settle: place in the block << 8 | layer. */
  private final int[] open = new int[BLOCK];

  /**
   * The curve's height at each of them. All are computed before the first is compared with a random
   * number: a comparison is guessed wrong half the time, and would then wait for the exponential.
   */
  private final double[] heights = new double[BLOCK];

  @Override
  public void fill(long seed, long block, float[] out, int at) {
    int openCount = draw(seed, block, out, at);
    Xoshiro256 settling = Xoshiro256.of(seed, PURPOSE_SETTLE, block);
    for (int k = 0; k < openCount; k++) {
      double x = out[at + (open[k] >>> 8)];
      heights[k] = exp(-0.5 * x * x);
    }
    for (int k = 0; k < openCount; k++) {
      int i = at + (open[k] >>> 8);
      out[i] = (float) settle(settling, open[k] & 255, out[i], heights[k]);
    }
  }

  /** Draws a block and notes what is to be settled; returns how many that is. */
  private int draw(long seed, long block, float[] out, int at) {
    Xoshiro256 random = Xoshiro256.of(seed, PURPOSE_NOISE, block);
    long s0 = random.s0;
    long s1 = random.s1;
    long s2 = random.s2;
    long s3 = random.s3;
    int[] open = this.open;
    int openCount = 0;
    for (int i = 0; i < BLOCK; i += 2) {
      long word = Long.rotateLeft(s0 + s3, 23) + s0;
      long t = s1 << 17;
      s2 ^= s0;
      s3 ^= s1;
      s1 ^= s2;
      s0 ^= s3;
      s2 ^= t;
      s3 = Long.rotateLeft(s3, 45);
      int u = (int) word;
      int v = (int) (word >>> 32);
      int layerU = u & 255;
      int layerV = v & 255;
      int placeU = u >> 8;
      int placeV = v >> 8;
      out[at + i] = placeU * FLOAT_WIDTH[layerU];
      out[at + i + 1] = placeV * FLOAT_WIDTH[layerV];
      // One branch for both, on the sign bit of any difference.
      int lastU = FLOAT_INSIDE[layerU] - 1;
      int lastV = FLOAT_INSIDE[layerV] - 1;
      if (((lastU - placeU) | (lastU + placeU) | (lastV - placeV) | (lastV + placeV)) < 0) {
        if (Math.abs(placeU) >= FLOAT_INSIDE[layerU]) {
          open[openCount++] = i << 8 | layerU;
        }
        if (Math.abs(placeV) >= FLOAT_INSIDE[layerV]) {
          open[openCount++] = (i + 1) << 8 | layerV;
        }
      }
    }
    return openCount;
  }

  @Override
  public void fill(long seed, long block, double[] out, int at) {
    int openCount = draw(seed, block, out, at);
    Xoshiro256 settling = Xoshiro256.of(seed, PURPOSE_SETTLE, block);
    for (int k = 0; k < openCount; k++) {
      double x = out[at + (open[k] >>> 8)];
      heights[k] = exp(-0.5 * x * x);
    }
    for (int k = 0; k < openCount; k++) {
      int i = at + (open[k] >>> 8);
      out[i] = settle(settling, open[k] & 255, out[i], heights[k]);
    }
  }

  /** Draws a block and notes what is to be settled; returns how many that is. */
  private int draw(long seed, long block, double[] out, int at) {
    Xoshiro256 random = Xoshiro256.of(seed, PURPOSE_NOISE, block);
    long s0 = random.s0;
    long s1 = random.s1;
    long s2 = random.s2;
    long s3 = random.s3;
    int[] open = this.open;
    int openCount = 0;
    for (int i = 0; i < BLOCK; i++) {
      long word = Long.rotateLeft(s0 + s3, 23) + s0;
      long t = s1 << 17;
      s2 ^= s0;
      s3 ^= s1;
      s1 ^= s2;
      s0 ^= s3;
      s2 ^= t;
      s3 = Long.rotateLeft(s3, 45);
      int layer = (int) word & 255;
      long place = word >> 11;
      out[at + i] = place * DOUBLE_WIDTH[layer];
      if (Math.abs(place) >= DOUBLE_INSIDE[layer]) {
        open[openCount++] = i << 8 | layer;
      }
    }
    return openCount;
  }

  /**
   * What a draw outside its layer's box becomes: itself if it is under the curve, a tail value, or
   * a fresh draw.
   */
  private static double settle(
      Xoshiro256 random, int firstLayer, double first, double firstHeight) {
    int layer = firstLayer;
    double x = first;
    double height = firstHeight;
    while (true) {
      if (layer == 0) {
        double beyond;
        double e;
        do {
          beyond = -StrictMath.log(random.unit()) / TAIL;
          e = -StrictMath.log(random.unit());
        } while (e + e < beyond * beyond);
        return x < 0 ? -(TAIL + beyond) : TAIL + beyond;
      }
      double drawn = DENSITY[layer] + random.unit() * (DENSITY[layer + 1] - DENSITY[layer]);
      if (drawn < height) {
        return x;
      }
      long word = random.next();
      layer = (int) word & 255;
      long place = word >> 11;
      x = place * DOUBLE_WIDTH[layer];
      if (Math.abs(place) < DOUBLE_INSIDE[layer]) {
        return x;
      }
      height = exp(-0.5 * x * x);
    }
  }

  /**
   * e to the power of {@code t}, -7 to 0, within 4e-16. StrictMath's costs a sixth of all the time
   * here, and Math's may differ from machine to machine.
   */
  private static double exp(double t) {
    int halvings = (int) (0.5 - t * 1.4426950408889634);
    double r = t + halvings * 0.6931471805599453;
    double p = 1.0 / 6227020800.0;
    p = p * r + 1.0 / 479001600.0;
    p = p * r + 1.0 / 39916800.0;
    p = p * r + 1.0 / 3628800.0;
    p = p * r + 1.0 / 362880.0;
    p = p * r + 1.0 / 40320.0;
    p = p * r + 1.0 / 5040.0;
    p = p * r + 1.0 / 720.0;
    p = p * r + 1.0 / 120.0;
    p = p * r + 1.0 / 24.0;
    p = p * r + 1.0 / 6.0;
    p = p * r + 0.5;
    p = p * r + 1.0;
    p = p * r + 1.0;
    return p * Double.longBitsToDouble((1023L - halvings) << 52);
  }
}
