package tickwatch.series.random;

import tickwatch.series.VectorUnit;

/**
 * Standard normals by Box and Muller's transform, laid out for a processor with vectors of 256
 * bits. This is the slow and obvious form, and the specification of the fast one.
 *
 * <p><b>Floats.</b> Eight generators xoshiro128++ run side by side. A step takes one word u and
 * then one word v of each. From the upper 31 bits of u comes a number in (0, 1], of which -2 ln is
 * the square of the radius; the upper 25 bits of v are an angle within ±π/4, bit 0 swaps sine and
 * cosine and bit 1 is the sign. The step gives 16 values: eight radius × cosine, then eight radius
 * × sine. The largest value is 6.66, which a normal exceeds once in 3.6e10 draws.
 *
 * <p><b>Doubles.</b> Four generators xoshiro256++, 52 bits for each of radius and angle, 8 values a
 * step, at most 8.6.
 *
 * <p>Only additions, multiplications, fused multiply-adds, divisions and square roots are used, all
 * of them rounded as IEEE 754 says, in this order: so every processor gives the same bits.
 * Logarithm, sine and cosine are the polynomials of Cephes (floats, within 2 units in the last
 * place) and fdlibm (doubles).
 */
@SuppressWarnings("FloatingPointLiteralPrecision") // the coefficients as they were published
final class BoxMuller implements Noise {
  static final int FLOAT_LANES = 8;
  static final int DOUBLE_LANES = 4;

  static final float[] LOG = {
    7.0376836292e-2f,
    -1.1514610310e-1f,
    1.1676998740e-1f,
    -1.2420140846e-1f,
    1.4249322787e-1f,
    -1.6668057665e-1f,
    2.0000714765e-1f,
    -2.4999993993e-1f,
    3.3333331174e-1f,
    -0.5f
  };
  static final float[] SIN = {-1.9515295891e-4f, 8.3321608736e-3f, -1.6666654611e-1f};
  static final float[] COS = {
    2.443315711809948e-5f, -1.388731625493765e-3f, 4.166664568298827e-2f, -0.5f
  };
  static final float LN2 = 0.69314718f;
  static final int SQRT_HALF_BITS = 0x3f3504f3;
  static final float ANGLE = (float) (Math.PI / 4 * 0x1p-24);

  static final double[] LOG_ODD = {
    1.479819860511658591e-01,
    1.531383769920937332e-01,
    1.818357216161805012e-01,
    2.222219843214978396e-01,
    2.857142874366239149e-01,
    3.999999999940941908e-01,
    6.666666666666735130e-01
  };
  static final double[] SIN_D = {
    1.58969099521155010221e-10,
    -2.50507602534068634195e-08,
    2.75573137070700676789e-06,
    -1.98412698298579493134e-04,
    8.33333333332248946124e-03,
    -1.66666666666666324348e-01
  };
  static final double[] COS_D = {
    -1.13596475577881948265e-11,
    2.08757232129817482790e-09,
    -2.75573143513906633035e-07,
    2.48015872894767294178e-05,
    -1.38888888888741095749e-03,
    4.16666666666666019037e-02,
    -0.5
  };
  static final double LN2_D = 6.93147180559945286227e-01;
  static final long ONE_BITS = 0x3ff0000000000000L;
  static final long SQRT_HALF_BITS_D = 0x3fe6a09e667f3bcdL;

  /** Added to exponents, so that only unsigned shifts are needed. */
  static final long EXPONENT_BIAS = 64L << 52;

  static final long TWO_52_BITS = 0x4330000000000000L;
  static final double TWO_52_PLUS_64 = 0x1p52 + 64;

  /** The fastest form that this JVM can run. */
  static Noise best() {
    return VectorUnit.load(Noise.class, "tickwatch.series.random.BoxMullerVector")
        .orElseGet(BoxMuller::new);
  }

  /** The start state of the float generators: word w of lane l at {@code w * FLOAT_LANES + l}. */
  static int[] floatState(long seed, long block) {
    int[] state = new int[4 * FLOAT_LANES];
    long key = Xoshiro256.key(seed, PURPOSE_NOISE, block);
    for (int i = 0; i < state.length; i += 2) {
      long word = Xoshiro256.word(key, i / 2 + 1);
      state[i] = (int) word;
      state[i + 1] = (int) (word >>> 32);
    }
    return state;
  }

  /** The start state of the double generators: word w of lane l at {@code w * DOUBLE_LANES + l}. */
  static long[] doubleState(long seed, long block) {
    long[] state = new long[4 * DOUBLE_LANES];
    long key = Xoshiro256.key(seed, PURPOSE_NOISE, block);
    for (int i = 0; i < state.length; i++) {
      state[i] = Xoshiro256.word(key, i + 1);
    }
    return state;
  }

  @Override
  public void fill(long seed, long block, float[] out, int at) {
    int[] state = floatState(seed, block);
    for (int i = at; i < at + BLOCK; i += 2 * FLOAT_LANES) {
      for (int lane = 0; lane < FLOAT_LANES; lane++) {
        int u = next(state, lane);
        int v = next(state, lane);
        float radius = radius(u);
        float angle = (v >> 7) * ANGLE;
        float square = angle * angle;
        float sinTail = Math.fma(Math.fma(SIN[0], square, SIN[1]), square, SIN[2]) * square;
        float sin = Math.fma(sinTail, angle, angle);
        float cosTail =
            Math.fma(Math.fma(Math.fma(COS[0], square, COS[1]), square, COS[2]), square, COS[3]);
        float cos = Math.fma(cosTail, square, 1f);
        float signed = (v & 2) == 0 ? radius : -radius;
        boolean swap = (v & 1) != 0;
        out[i + lane] = signed * (swap ? sin : cos);
        out[i + FLOAT_LANES + lane] = signed * (swap ? cos : sin);
      }
    }
  }

  private static int next(int[] state, int lane) {
    int s0 = state[lane];
    int s1 = state[FLOAT_LANES + lane];
    int s2 = state[2 * FLOAT_LANES + lane];
    int s3 = state[3 * FLOAT_LANES + lane];
    int result = Integer.rotateLeft(s0 + s3, 7) + s0;
    int t = s1 << 9;
    s2 ^= s0;
    s3 ^= s1;
    state[FLOAT_LANES + lane] = s1 ^ s2;
    state[lane] = s0 ^ s3;
    state[2 * FLOAT_LANES + lane] = s2 ^ t;
    state[3 * FLOAT_LANES + lane] = Integer.rotateLeft(s3, 11);
    return result;
  }

  private static float radius(int word) {
    float u = ((word >>> 1) + 0.5f) * 0x1p-31f;
    int bits = Float.floatToRawIntBits(u);
    int exponent = (bits - SQRT_HALF_BITS) >> 23;
    float m = Float.intBitsToFloat(bits - (exponent << 23)) - 1f;
    float p = LOG[0];
    for (int i = 1; i < LOG.length; i++) {
      p = Math.fma(p, m, LOG[i]);
    }
    float log = Math.fma(exponent, LN2, Math.fma(p, m * m, m));
    float square = log * -2f;
    return (float) Math.sqrt(square > 0 ? square : 0f);
  }

  @Override
  public void fill(long seed, long block, double[] out, int at) {
    long[] state = doubleState(seed, block);
    for (int i = at; i < at + BLOCK; i += 2 * DOUBLE_LANES) {
      for (int lane = 0; lane < DOUBLE_LANES; lane++) {
        long u = next(state, lane);
        long v = next(state, lane);
        double radius = radius(u);
        double angle = (Double.longBitsToDouble((v >>> 12) | ONE_BITS) - 1.5) * (Math.PI / 2);
        double square = angle * angle;
        double p = SIN_D[0];
        for (int k = 1; k < SIN_D.length; k++) {
          p = Math.fma(p, square, SIN_D[k]);
        }
        double sin = Math.fma(p * square, angle, angle);
        p = COS_D[0];
        for (int k = 1; k < COS_D.length; k++) {
          p = Math.fma(p, square, COS_D[k]);
        }
        double cos = Math.fma(p, square, 1.0);
        double signed = (v & 2) == 0 ? radius : -radius;
        boolean swap = (v & 1) != 0;
        out[i + lane] = signed * (swap ? sin : cos);
        out[i + DOUBLE_LANES + lane] = signed * (swap ? cos : sin);
      }
    }
  }

  private static long next(long[] state, int lane) {
    long s0 = state[lane];
    long s1 = state[DOUBLE_LANES + lane];
    long s2 = state[2 * DOUBLE_LANES + lane];
    long s3 = state[3 * DOUBLE_LANES + lane];
    long result = Long.rotateLeft(s0 + s3, 23) + s0;
    long t = s1 << 17;
    s2 ^= s0;
    s3 ^= s1;
    state[DOUBLE_LANES + lane] = s1 ^ s2;
    state[lane] = s0 ^ s3;
    state[2 * DOUBLE_LANES + lane] = s2 ^ t;
    state[3 * DOUBLE_LANES + lane] = Long.rotateLeft(s3, 45);
    return result;
  }

  private static double radius(long word) {
    double u = Double.longBitsToDouble((word >>> 12) | ONE_BITS) - (1.0 - 0x1p-53);
    long bits = Double.doubleToRawLongBits(u);
    long biased = (bits - SQRT_HALF_BITS_D + EXPONENT_BIAS) >>> 52;
    double exponent = Double.longBitsToDouble(biased | TWO_52_BITS) - TWO_52_PLUS_64;
    double f = Double.longBitsToDouble(bits - (biased << 52) + EXPONENT_BIAS) - 1.0;
    double s = f / (2.0 + f);
    double z = s * s;
    double p = LOG_ODD[0];
    for (int i = 1; i < LOG_ODD.length; i++) {
      p = Math.fma(p, z, LOG_ODD[i]);
    }
    double half = 0.5 * f * f;
    double log = Math.fma(exponent, LN2_D, f - (half - s * Math.fma(p, z, half)));
    double square = log * -2.0;
    return Math.sqrt(square > 0 ? square : 0.0);
  }
}
