package tickwatch.series.random;

/**
 * The generator xoshiro256++ of Blackman and Vigna, started from a seed, a purpose and a number
 * instead of jumped to.
 *
 * <p>Four rounds of SplitMix64 over (seed, purpose, number) give the state, so the generator of any
 * block is at hand at once, on any thread. Two blocks share a stretch of the cycle of 2^256 with a
 * chance below 2^-190 for 2^30 blocks.
 *
 * <p><b>Threads.</b> One thread at a time.
 */
public final class Xoshiro256 {
  private static final long GOLDEN = 0x9e3779b97f4a7c15L;

  long s0;
  long s1;
  long s2;
  long s3;

  /** A generator with the given state, not all zero. */
  Xoshiro256(long s0, long s1, long s2, long s3) {
    this.s0 = s0;
    this.s1 = s1;
    this.s2 = s2;
    this.s3 = s3;
  }

  /**
   * The generator number {@code number} of a seed, for one purpose: different purposes never share
   * numbers.
   */
  public static Xoshiro256 of(long seed, long purpose, long number) {
    long key = key(seed, purpose, number);
    return new Xoshiro256(word(key, 1), word(key, 2), word(key, 3), word(key, 4));
  }

  /** A key that differs for each seed, purpose and number. */
  static long key(long seed, long purpose, long number) {
    return mix(mix(mix(seed + GOLDEN) + purpose * 0xd1342543de82ef95L) + (number + 1) * GOLDEN);
  }

  /** The word number {@code index} of the start state of a key. */
  static long word(long key, int index) {
    return mix(key + index * GOLDEN);
  }

  private static long mix(long value) {
    long z = (value ^ (value >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }

  /** 64 random bits. */
  public long next() {
    long result = Long.rotateLeft(s0 + s3, 23) + s0;
    long t = s1 << 17;
    s2 ^= s0;
    s3 ^= s1;
    s1 ^= s2;
    s0 ^= s3;
    s2 ^= t;
    s3 = Long.rotateLeft(s3, 45);
    return result;
  }

  /** A number above 0 and below 1, on a grid of 2^-53. */
  public double unit() {
    return ((next() >>> 12) + 0.5) * 0x1p-52;
  }

  /** A number from 0 to {@code bound - 1}. */
  public int below(int bound) {
    return (int) Math.multiplyHigh(next() >>> 1, 2L * bound);
  }

  /**
   * A standard normal by the polar method; for the few numbers that a block's shape needs, not for
   * filling it.
   */
  public double normal() {
    while (true) {
      double u = 2 * unit() - 1;
      double v = 2 * unit() - 1;
      double s = u * u + v * v;
      if (s > 0 && s < 1) {
        return u * Math.sqrt(-2 * StrictMath.log(s) / s);
      }
    }
  }
}
