package tickwatch.series.random;

/** The highest bits of xoshiro256++: two floats or one double a word. */
final class Uniform implements Noise {

  @Override
  public void fill(long seed, long block, float[] out, int at) {
    Xoshiro256 random = Xoshiro256.of(seed, PURPOSE_NOISE, block);
    long s0 = random.s0;
    long s1 = random.s1;
    long s2 = random.s2;
    long s3 = random.s3;
    int end = at + BLOCK;
    for (int i = at; i + 1 < end; i += 2) {
      long word = Long.rotateLeft(s0 + s3, 23) + s0;
      long t = s1 << 17;
      s2 ^= s0;
      s3 ^= s1;
      s1 ^= s2;
      s0 ^= s3;
      s2 ^= t;
      s3 = Long.rotateLeft(s3, 45);
      out[i] = ((int) word >>> 8) * 0x1p-24f;
      out[i + 1] = (int) (word >>> 40) * 0x1p-24f;
    }
  }

  @Override
  public void fill(long seed, long block, double[] out, int at) {
    Xoshiro256 random = Xoshiro256.of(seed, PURPOSE_NOISE, block);
    long s0 = random.s0;
    long s1 = random.s1;
    long s2 = random.s2;
    long s3 = random.s3;
    int end = at + BLOCK;
    for (int i = at; i < end; i++) {
      long word = Long.rotateLeft(s0 + s3, 23) + s0;
      long t = s1 << 17;
      s2 ^= s0;
      s3 ^= s1;
      s1 ^= s2;
      s0 ^= s3;
      s2 ^= t;
      s3 = Long.rotateLeft(s3, 45);
      out[i] = (word >>> 11) * 0x1p-53;
    }
  }
}
