package tickwatch.series.detect;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * The kernel with the eight running sums in the lanes of vectors.
 *
 * <p>An addition takes three or four cycles and a core can begin two in each, so four stretches are summed side by side. The innermost
 * loops are small methods of their own, and no vector but a running sum lives from one turn to the next: so the compiler of Java 17 keeps
 * all of them in registers (measured: otherwise it did so in some runs only, and was 10 to 20 times as slow in the others).
 *
 * <p><b>Threads.</b> One thread; it has scratch space.
 */
final class VectorZScore implements ZScoreKernel {
  private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_256;
  private static final VectorSpecies<Double> DOUBLES = DoubleVector.SPECIES_256;

  /** Values of four stretches. */
  private static final int FOUR = 4 * STRETCH;

  private final ScalarZScore scalar = new ScalarZScore();
  private final float[] floats = new float[32];
  private final double[] doubles = new double[32];

  VectorZScore() {
    if (FloatVector.SPECIES_PREFERRED.vectorBitSize() < 256) {
      throw new UnsupportedOperationException("vectors of 256 bits");
    }
  }

  @Override
  public float sum(float[] x, int from, int count) {
    if (count == FOUR) {
      sums(x, from, floats);
      return total(floats);
    }
    if (count > STRETCH) {
      int half = ZScoreKernel.half(count);
      return sum(x, from, half) + sum(x, from + half, count - half);
    }
    return scalar.sum(x, from, count);
  }

  @Override
  public double sum(double[] x, int from, int count) {
    if (count == FOUR) {
      sums(x, from, doubles);
      return total(doubles);
    }
    if (count > STRETCH) {
      int half = ZScoreKernel.half(count);
      return sum(x, from, half) + sum(x, from + half, count - half);
    }
    return scalar.sum(x, from, count);
  }

  @Override
  public float squares(float[] x, int from, int count, float mean) {
    if (count == FOUR) {
      squares(x, from, mean, floats);
      return total(floats);
    }
    if (count > STRETCH) {
      int half = ZScoreKernel.half(count);
      return squares(x, from, half, mean) + squares(x, from + half, count - half, mean);
    }
    return scalar.squares(x, from, count, mean);
  }

  @Override
  public double squares(double[] x, int from, int count, double mean) {
    if (count == FOUR) {
      squares(x, from, mean, doubles);
      return total(doubles);
    }
    if (count > STRETCH) {
      int half = ZScoreKernel.half(count);
      return squares(x, from, half, mean) + squares(x, from + half, count - half, mean);
    }
    return scalar.squares(x, from, count, mean);
  }

  /** The running sums of four stretches, added in the order that the scalar kernel has. */
  private static float total(float[] r) {
    return (total(r, 0) + total(r, 8)) + (total(r, 16) + total(r, 24));
  }

  private static float total(float[] r, int i) {
    return ((r[i] + r[i + 1]) + (r[i + 2] + r[i + 3])) + ((r[i + 4] + r[i + 5]) + (r[i + 6] + r[i + 7]));
  }

  private static double total(double[] r) {
    return (total(r, 0) + total(r, 8)) + (total(r, 16) + total(r, 24));
  }

  private static double total(double[] r, int i) {
    return ((r[i] + r[i + 1]) + (r[i + 2] + r[i + 3])) + ((r[i + 4] + r[i + 5]) + (r[i + 6] + r[i + 7]));
  }

  private static void sums(float[] x, int from, float[] out) {
    FloatVector a = FloatVector.fromArray(FLOATS, x, from);
    FloatVector b = FloatVector.fromArray(FLOATS, x, from + 128);
    FloatVector c = FloatVector.fromArray(FLOATS, x, from + 256);
    FloatVector d = FloatVector.fromArray(FLOATS, x, from + 384);
    for (int i = from + 8; i < from + STRETCH; i += 8) {
      a = a.add(FloatVector.fromArray(FLOATS, x, i));
      b = b.add(FloatVector.fromArray(FLOATS, x, i + 128));
      c = c.add(FloatVector.fromArray(FLOATS, x, i + 256));
      d = d.add(FloatVector.fromArray(FLOATS, x, i + 384));
    }
    a.intoArray(out, 0);
    b.intoArray(out, 8);
    c.intoArray(out, 16);
    d.intoArray(out, 24);
  }

  private static void squares(float[] x, int from, float mean, float[] out) {
    FloatVector a = FloatVector.zero(FLOATS);
    FloatVector b = FloatVector.zero(FLOATS);
    FloatVector c = FloatVector.zero(FLOATS);
    FloatVector d = FloatVector.zero(FLOATS);
    for (int i = from; i < from + STRETCH; i += 8) {
      FloatVector e = FloatVector.fromArray(FLOATS, x, i).sub(mean);
      a = a.add(e.mul(e));
      FloatVector f = FloatVector.fromArray(FLOATS, x, i + 128).sub(mean);
      b = b.add(f.mul(f));
      FloatVector g = FloatVector.fromArray(FLOATS, x, i + 256).sub(mean);
      c = c.add(g.mul(g));
      FloatVector h = FloatVector.fromArray(FLOATS, x, i + 384).sub(mean);
      d = d.add(h.mul(h));
    }
    a.intoArray(out, 0);
    b.intoArray(out, 8);
    c.intoArray(out, 16);
    d.intoArray(out, 24);
  }

  // A stretch of doubles has its running sums in two vectors, so here two stretches are four sums.

  private static void sums(double[] x, int from, double[] out) {
    twoSums(x, from, out, 0);
    twoSums(x, from + 256, out, 16);
  }

  private static void twoSums(double[] x, int from, double[] out, int at) {
    DoubleVector a = DoubleVector.fromArray(DOUBLES, x, from);
    DoubleVector b = DoubleVector.fromArray(DOUBLES, x, from + 4);
    DoubleVector c = DoubleVector.fromArray(DOUBLES, x, from + 128);
    DoubleVector d = DoubleVector.fromArray(DOUBLES, x, from + 132);
    for (int i = from + 8; i < from + STRETCH; i += 8) {
      a = a.add(DoubleVector.fromArray(DOUBLES, x, i));
      b = b.add(DoubleVector.fromArray(DOUBLES, x, i + 4));
      c = c.add(DoubleVector.fromArray(DOUBLES, x, i + 128));
      d = d.add(DoubleVector.fromArray(DOUBLES, x, i + 132));
    }
    a.intoArray(out, at);
    b.intoArray(out, at + 4);
    c.intoArray(out, at + 8);
    d.intoArray(out, at + 12);
  }

  private static void squares(double[] x, int from, double mean, double[] out) {
    twoSquares(x, from, mean, out, 0);
    twoSquares(x, from + 256, mean, out, 16);
  }

  private static void twoSquares(double[] x, int from, double mean, double[] out, int at) {
    DoubleVector a = DoubleVector.zero(DOUBLES);
    DoubleVector b = DoubleVector.zero(DOUBLES);
    DoubleVector c = DoubleVector.zero(DOUBLES);
    DoubleVector d = DoubleVector.zero(DOUBLES);
    for (int i = from; i < from + STRETCH; i += 8) {
      DoubleVector e = DoubleVector.fromArray(DOUBLES, x, i).sub(mean);
      a = a.add(e.mul(e));
      DoubleVector f = DoubleVector.fromArray(DOUBLES, x, i + 4).sub(mean);
      b = b.add(f.mul(f));
      DoubleVector g = DoubleVector.fromArray(DOUBLES, x, i + 128).sub(mean);
      c = c.add(g.mul(g));
      DoubleVector h = DoubleVector.fromArray(DOUBLES, x, i + 132).sub(mean);
      d = d.add(h.mul(h));
    }
    a.intoArray(out, at);
    b.intoArray(out, at + 4);
    c.intoArray(out, at + 8);
    d.intoArray(out, at + 12);
  }

  @Override
  public int beyond(float[] x, int count, float mean, float cut, int[] places) {
    int found = 0;
    int i = 0;
    for (; i + 31 < count; i += 32) {
      if (anyBeyond(x, i, mean, cut)) {
        for (int k = i; k < i + 32; k++) {
          if (Math.abs(x[k] - mean) >= cut) {
            places[found++] = k;
          }
        }
      }
    }
    for (; i < count; i++) {
      if (Math.abs(x[i] - mean) >= cut) {
        places[found++] = i;
      }
    }
    return found;
  }

  private static boolean anyBeyond(float[] x, int i, float mean, float cut) {
    FloatVector a = FloatVector.fromArray(FLOATS, x, i).sub(mean).abs();
    FloatVector b = FloatVector.fromArray(FLOATS, x, i + 8).sub(mean).abs();
    FloatVector c = FloatVector.fromArray(FLOATS, x, i + 16).sub(mean).abs();
    FloatVector d = FloatVector.fromArray(FLOATS, x, i + 24).sub(mean).abs();
    return a.compare(VectorOperators.GE, cut)
        .or(b.compare(VectorOperators.GE, cut))
        .or(c.compare(VectorOperators.GE, cut).or(d.compare(VectorOperators.GE, cut)))
        .anyTrue();
  }

  @Override
  public int beyond(double[] x, int count, double mean, double cut, int[] places) {
    int found = 0;
    int i = 0;
    for (; i + 15 < count; i += 16) {
      if (anyBeyond(x, i, mean, cut)) {
        for (int k = i; k < i + 16; k++) {
          if (Math.abs(x[k] - mean) >= cut) {
            places[found++] = k;
          }
        }
      }
    }
    for (; i < count; i++) {
      if (Math.abs(x[i] - mean) >= cut) {
        places[found++] = i;
      }
    }
    return found;
  }

  private static boolean anyBeyond(double[] x, int i, double mean, double cut) {
    DoubleVector a = DoubleVector.fromArray(DOUBLES, x, i).sub(mean).abs();
    DoubleVector b = DoubleVector.fromArray(DOUBLES, x, i + 4).sub(mean).abs();
    DoubleVector c = DoubleVector.fromArray(DOUBLES, x, i + 8).sub(mean).abs();
    DoubleVector d = DoubleVector.fromArray(DOUBLES, x, i + 12).sub(mean).abs();
    return a.compare(VectorOperators.GE, cut)
        .or(b.compare(VectorOperators.GE, cut))
        .or(c.compare(VectorOperators.GE, cut).or(d.compare(VectorOperators.GE, cut)))
        .anyTrue();
  }
}
