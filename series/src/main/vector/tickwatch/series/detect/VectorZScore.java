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
  private final float[] floats = new float[40];
  private final double[] doubles = new double[36];

  VectorZScore() {
    if (FloatVector.SPECIES_PREFERRED.vectorBitSize() < 256) {
      throw new UnsupportedOperationException("vectors of 256 bits");
    }
  }

  @Override
  public float survey(float[] x, int from, int count, int place, float centre, float near, Survey noted) {
    if (count == FOUR) {
      int rows = rows(x, from, centre, near, floats);
      note(x, from, place, centre, near, rows, noted);
      noted.squares += total(floats, 32);
      return total(floats);
    }
    if (count > STRETCH) {
      int half = ZScoreKernel.half(count);
      return survey(x, from, half, place, centre, near, noted)
          + survey(x, from + half, count - half, place + half, centre, near, noted);
    }
    return scalar.survey(x, from, count, place, centre, near, noted);
  }

  @Override
  public double survey(double[] x, int from, int count, int place, double centre, double near, Survey noted) {
    if (count == FOUR) {
      for (int half = 0; half < FOUR; half += FOUR / 2) {
        int rows = twoRows(x, from + half, centre, near, doubles, half / 16);
        noteTwo(x, from + half, place + half, centre, near, rows, noted);
        noted.squares += (doubles[32] + doubles[33]) + (doubles[34] + doubles[35]);
      }
      return total(doubles);
    }
    if (count > STRETCH) {
      int half = ZScoreKernel.half(count);
      return survey(x, from, half, place, centre, near, noted)
          + survey(x, from + half, count - half, place + half, centre, near, noted);
    }
    return scalar.survey(x, from, count, place, centre, near, noted);
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

  /**
   * Four stretches in 16 rows: their running sums into {@code out}, the sum of all squares behind them.
   *
   * @return a bit for each row that has something to note
   */
  private static int rows(float[] x, int from, float centre, float near, float[] out) {
    FloatVector a = FloatVector.broadcast(FLOATS, -0f);
    FloatVector b = a;
    FloatVector c = a;
    FloatVector d = a;
    FloatVector q = FloatVector.zero(FLOATS);
    FloatVector r = q;
    int rows = 0;
    for (int i = from; i < from + STRETCH; i += 8) {
      FloatVector xa = FloatVector.fromArray(FLOATS, x, i);
      a = a.add(xa);
      FloatVector e = xa.sub(centre);
      e = e.mul(e);
      q = q.add(e);
      FloatVector xb = FloatVector.fromArray(FLOATS, x, i + 128);
      b = b.add(xb);
      FloatVector f = xb.sub(centre);
      f = f.mul(f);
      r = r.add(f);
      FloatVector xc = FloatVector.fromArray(FLOATS, x, i + 256);
      c = c.add(xc);
      FloatVector g = xc.sub(centre);
      g = g.mul(g);
      q = q.add(g);
      FloatVector xd = FloatVector.fromArray(FLOATS, x, i + 384);
      d = d.add(xd);
      FloatVector h = xd.sub(centre);
      h = h.mul(h);
      r = r.add(h);
      if (e.compare(VectorOperators.GE, near)
          .or(f.compare(VectorOperators.GE, near))
          .or(g.compare(VectorOperators.GE, near).or(h.compare(VectorOperators.GE, near)))
          .anyTrue()) {
        rows |= 1 << ((i - from) >> 3);
      }
    }
    a.intoArray(out, 0);
    b.intoArray(out, 8);
    c.intoArray(out, 16);
    d.intoArray(out, 24);
    q.add(r).intoArray(out, 32);
    return rows;
  }

  private static void note(float[] x, int from, int place, float centre, float near, int rows, Survey noted) {
    for (int stretch = from; rows != 0 && stretch < from + FOUR; stretch += STRETCH) {
      for (int left = rows; left != 0; left &= left - 1) {
        int first = stretch + 8 * Integer.numberOfTrailingZeros(left);
        for (int i = first; i < first + 8; i++) {
          float e = x[i] - centre;
          if (e * e >= near) {
            noted.places[noted.found] = place + i - from;
            noted.values[noted.found++] = x[i];
          }
        }
      }
    }
  }

  /** The same for two stretches of doubles, each with its running sums in two vectors. */
  private static int twoRows(double[] x, int from, double centre, double near, double[] out, int at) {
    DoubleVector a = DoubleVector.broadcast(DOUBLES, -0.0);
    DoubleVector b = a;
    DoubleVector c = a;
    DoubleVector d = a;
    DoubleVector q = DoubleVector.zero(DOUBLES);
    DoubleVector r = q;
    int rows = 0;
    for (int i = from; i < from + STRETCH; i += 8) {
      DoubleVector xa = DoubleVector.fromArray(DOUBLES, x, i);
      a = a.add(xa);
      DoubleVector e = xa.sub(centre);
      e = e.mul(e);
      q = q.add(e);
      DoubleVector xb = DoubleVector.fromArray(DOUBLES, x, i + 4);
      b = b.add(xb);
      DoubleVector f = xb.sub(centre);
      f = f.mul(f);
      r = r.add(f);
      DoubleVector xc = DoubleVector.fromArray(DOUBLES, x, i + 128);
      c = c.add(xc);
      DoubleVector g = xc.sub(centre);
      g = g.mul(g);
      q = q.add(g);
      DoubleVector xd = DoubleVector.fromArray(DOUBLES, x, i + 132);
      d = d.add(xd);
      DoubleVector h = xd.sub(centre);
      h = h.mul(h);
      r = r.add(h);
      if (e.compare(VectorOperators.GE, near)
          .or(f.compare(VectorOperators.GE, near))
          .or(g.compare(VectorOperators.GE, near).or(h.compare(VectorOperators.GE, near)))
          .anyTrue()) {
        rows |= 1 << ((i - from) >> 3);
      }
    }
    a.intoArray(out, at);
    b.intoArray(out, at + 4);
    c.intoArray(out, at + 8);
    d.intoArray(out, at + 12);
    q.add(r).intoArray(out, 32);
    return rows;
  }

  private static void noteTwo(double[] x, int from, int place, double centre, double near, int rows, Survey noted) {
    for (int stretch = from; rows != 0 && stretch < from + 2 * STRETCH; stretch += STRETCH) {
      for (int left = rows; left != 0; left &= left - 1) {
        int first = stretch + 8 * Integer.numberOfTrailingZeros(left);
        for (int i = first; i < first + 8; i++) {
          double e = x[i] - centre;
          if (e * e >= near) {
            noted.places[noted.found] = place + i - from;
            noted.values[noted.found++] = x[i];
          }
        }
      }
    }
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
