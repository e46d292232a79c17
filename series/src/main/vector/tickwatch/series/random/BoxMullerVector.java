package tickwatch.series.random;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * {@link BoxMuller} with one vector for each word of its generators: the same operations in the same order, so the same bits.
 *
 * <p>Floats alone. A form with vectors of doubles gave the right bits, but on Java 17 the compiler did not always turn it into vector
 * instructions, and then it was slower than plain code.
 *
 * <p>A block is made in pieces, a piece in three stages. The compiler adds up what was guessed wrong in each library method that it puts
 * into one of ours, once for each place; from 100 on ({@code PerMethodTrapLimit}) it no longer relies on a vector's class, and keeps
 * vectors on the heap. Where scans run too, {@code ImplCache.find} alone, which is in nearly every operation, has three or four of these.
 * So no stage has more than 24 operations, and an array of three classes is called through one interface, which the compiler does not
 * put together again (measured: in one method, every fifth run with a scan before it was three to five times as slow).
 *
 * <p><b>Threads.</b> One thread; it has scratch space.
 */
final class BoxMullerVector implements Noise {
  private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_256;
  private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_256;

  private static final int LANES = BoxMuller.FLOAT_LANES;

  /** Values of a piece, which stays in the nearest cache. */
  private static final int PIECE = 1024;

  private static final Stage[] STAGES = {new Words(), new Radii(), new Values()};

  private final BoxMuller scalar = new BoxMuller();
  private final int[] words = new int[PIECE];
  private final float[] radii = new float[PIECE / 2];

  BoxMullerVector() {
    if (FloatVector.SPECIES_PREFERRED.vectorBitSize() < 256) {
      throw new UnsupportedOperationException("vectors of 256 bits");
    }
  }

  @Override
  public void fill(long seed, long block, float[] out, int at) {
    int[] state = BoxMuller.floatState(seed, block);
    for (int piece = at; piece < at + BLOCK; piece += PIECE) {
      for (Stage stage : STAGES) {
        stage.run(state, words, radii, out, piece);
      }
    }
  }

  @Override
  public void fill(long seed, long block, double[] out, int at) {
    scalar.fill(seed, block, out, at);
  }

  /** A part of the way from the generators' state to {@link #PIECE} values from {@code out[at]} on. */
  private interface Stage {
    void run(int[] state, int[] words, float[] radii, float[] out, int at);
  }

  /** Moves the generators on: eight words u, eight words v, and so on. */
  private static final class Words implements Stage {
    @Override
    public void run(int[] state, int[] words, float[] radii, float[] out, int at) {
      IntVector s0 = IntVector.fromArray(INTS, state, 0);
      IntVector s1 = IntVector.fromArray(INTS, state, LANES);
      IntVector s2 = IntVector.fromArray(INTS, state, 2 * LANES);
      IntVector s3 = IntVector.fromArray(INTS, state, 3 * LANES);
      for (int i = 0; i < PIECE; i += LANES) {
        IntVector sum = s0.add(s3);
        sum.lanewise(VectorOperators.LSHL, 7).or(sum.lanewise(VectorOperators.LSHR, 25)).add(s0).intoArray(words, i);
        IntVector t = s1.lanewise(VectorOperators.LSHL, 9);
        s2 = s2.lanewise(VectorOperators.XOR, s0);
        s3 = s3.lanewise(VectorOperators.XOR, s1);
        s1 = s1.lanewise(VectorOperators.XOR, s2);
        s0 = s0.lanewise(VectorOperators.XOR, s3);
        s2 = s2.lanewise(VectorOperators.XOR, t);
        s3 = s3.lanewise(VectorOperators.LSHL, 11).or(s3.lanewise(VectorOperators.LSHR, 21));
      }
      s0.intoArray(state, 0);
      s1.intoArray(state, LANES);
      s2.intoArray(state, 2 * LANES);
      s3.intoArray(state, 3 * LANES);
    }
  }

  /** The radii of the words u. */
  private static final class Radii implements Stage {
    @Override
    public void run(int[] state, int[] words, float[] radii, float[] out, int at) {
      for (int i = 0; i < PIECE; i += 2 * LANES) {
        IntVector u = IntVector.fromArray(INTS, words, i);
        FloatVector unit = (FloatVector) u.lanewise(VectorOperators.LSHR, 1).convertShape(VectorOperators.I2F, FLOATS, 0);
        IntVector bits = unit.add(0.5f).mul(0x1p-31f).reinterpretAsInts();
        IntVector exponent = bits.sub(BoxMuller.SQRT_HALF_BITS).lanewise(VectorOperators.ASHR, 23);
        FloatVector m = bits.sub(exponent.lanewise(VectorOperators.LSHL, 23)).reinterpretAsFloats().sub(1f);
        FloatVector p = FloatVector.broadcast(FLOATS, BoxMuller.LOG[0]);
        p = p.fma(m, FloatVector.broadcast(FLOATS, BoxMuller.LOG[1]));
        p = p.fma(m, FloatVector.broadcast(FLOATS, BoxMuller.LOG[2]));
        p = p.fma(m, FloatVector.broadcast(FLOATS, BoxMuller.LOG[3]));
        p = p.fma(m, FloatVector.broadcast(FLOATS, BoxMuller.LOG[4]));
        p = p.fma(m, FloatVector.broadcast(FLOATS, BoxMuller.LOG[5]));
        p = p.fma(m, FloatVector.broadcast(FLOATS, BoxMuller.LOG[6]));
        p = p.fma(m, FloatVector.broadcast(FLOATS, BoxMuller.LOG[7]));
        p = p.fma(m, FloatVector.broadcast(FLOATS, BoxMuller.LOG[8]));
        p = p.fma(m, FloatVector.broadcast(FLOATS, BoxMuller.LOG[9]));
        FloatVector exponents = (FloatVector) exponent.convertShape(VectorOperators.I2F, FLOATS, 0);
        FloatVector log = exponents.fma(FloatVector.broadcast(FLOATS, BoxMuller.LN2), p.fma(m.mul(m), m));
        log.mul(-2f).max(0f).lanewise(VectorOperators.SQRT).intoArray(radii, i / 2);
      }
    }
  }

  /** The values, of the radii and the words v. */
  private static final class Values implements Stage {
    @Override
    public void run(int[] state, int[] words, float[] radii, float[] out, int at) {
      for (int i = 0; i < PIECE; i += 2 * LANES) {
        IntVector v = IntVector.fromArray(INTS, words, i + LANES);
        FloatVector angle = ((FloatVector) v.lanewise(VectorOperators.ASHR, 7).convertShape(VectorOperators.I2F, FLOATS, 0)).mul(BoxMuller.ANGLE);
        FloatVector square = angle.mul(angle);
        FloatVector sin = FloatVector.broadcast(FLOATS, BoxMuller.SIN[0]);
        sin = sin.fma(square, FloatVector.broadcast(FLOATS, BoxMuller.SIN[1]));
        sin = sin.fma(square, FloatVector.broadcast(FLOATS, BoxMuller.SIN[2]));
        sin = sin.mul(square).fma(angle, angle);
        FloatVector cos = FloatVector.broadcast(FLOATS, BoxMuller.COS[0]);
        cos = cos.fma(square, FloatVector.broadcast(FLOATS, BoxMuller.COS[1]));
        cos = cos.fma(square, FloatVector.broadcast(FLOATS, BoxMuller.COS[2]));
        cos = cos.fma(square, FloatVector.broadcast(FLOATS, BoxMuller.COS[3]));
        cos = cos.fma(square, FloatVector.broadcast(FLOATS, 1f));
        VectorMask<Float> swap = v.lanewise(VectorOperators.LSHL, 31).compare(VectorOperators.LT, 0).cast(FLOATS);
        IntVector sign = v.lanewise(VectorOperators.LSHL, 30).and(0x80000000);
        IntVector radius = FloatVector.fromArray(FLOATS, radii, i / 2).reinterpretAsInts();
        FloatVector signed = radius.lanewise(VectorOperators.XOR, sign).reinterpretAsFloats();
        signed.mul(cos.blend(sin, swap)).intoArray(out, at + i);
        signed.mul(sin.blend(cos, swap)).intoArray(out, at + i + LANES);
      }
    }
  }
}
