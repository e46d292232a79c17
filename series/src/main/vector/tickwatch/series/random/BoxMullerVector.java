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
 */
final class BoxMullerVector implements Noise {
  private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_256;
  private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_256;

  private final BoxMuller scalar = new BoxMuller();

  BoxMullerVector() {
    if (FloatVector.SPECIES_PREFERRED.vectorBitSize() < 256) {
      throw new UnsupportedOperationException("vectors of 256 bits");
    }
  }

  @Override
  public void fill(long seed, long block, float[] out, int at) {
    int[] state = BoxMuller.floatState(seed, block);
    IntVector s0 = IntVector.fromArray(INTS, state, 0);
    IntVector s1 = IntVector.fromArray(INTS, state, 8);
    IntVector s2 = IntVector.fromArray(INTS, state, 16);
    IntVector s3 = IntVector.fromArray(INTS, state, 24);
    for (int i = at; i < at + BLOCK; i += 16) {
      IntVector sum = s0.add(s3);
      IntVector u = sum.lanewise(VectorOperators.LSHL, 7).or(sum.lanewise(VectorOperators.LSHR, 25)).add(s0);
      IntVector t = s1.lanewise(VectorOperators.LSHL, 9);
      s2 = s2.lanewise(VectorOperators.XOR, s0);
      s3 = s3.lanewise(VectorOperators.XOR, s1);
      s1 = s1.lanewise(VectorOperators.XOR, s2);
      s0 = s0.lanewise(VectorOperators.XOR, s3);
      s2 = s2.lanewise(VectorOperators.XOR, t);
      s3 = s3.lanewise(VectorOperators.LSHL, 11).or(s3.lanewise(VectorOperators.LSHR, 21));
      sum = s0.add(s3);
      IntVector v = sum.lanewise(VectorOperators.LSHL, 7).or(sum.lanewise(VectorOperators.LSHR, 25)).add(s0);
      t = s1.lanewise(VectorOperators.LSHL, 9);
      s2 = s2.lanewise(VectorOperators.XOR, s0);
      s3 = s3.lanewise(VectorOperators.XOR, s1);
      s1 = s1.lanewise(VectorOperators.XOR, s2);
      s0 = s0.lanewise(VectorOperators.XOR, s3);
      s2 = s2.lanewise(VectorOperators.XOR, t);
      s3 = s3.lanewise(VectorOperators.LSHL, 11).or(s3.lanewise(VectorOperators.LSHR, 21));

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
      FloatVector radius = log.mul(-2f).max(0f).lanewise(VectorOperators.SQRT);

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
      FloatVector signed = radius.reinterpretAsInts().lanewise(VectorOperators.XOR, sign).reinterpretAsFloats();
      signed.mul(cos.blend(sin, swap)).intoArray(out, i);
      signed.mul(sin.blend(cos, swap)).intoArray(out, i + 8);
    }
  }

  @Override
  public void fill(long seed, long block, double[] out, int at) {
    scalar.fill(seed, block, out, at);
  }
}
