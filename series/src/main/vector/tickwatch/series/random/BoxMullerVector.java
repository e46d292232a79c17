package tickwatch.series.random;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** {@link BoxMuller} with one vector for each word of its generators: the same operations in the same order, so the same bits. */
final class BoxMullerVector implements Noise {
  private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_256;
  private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_256;
  private static final VectorSpecies<Double> DOUBLES = DoubleVector.SPECIES_256;
  private static final VectorSpecies<Long> LONGS = LongVector.SPECIES_256;

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

      FloatVector unit = (FloatVector) u.lanewise(VectorOperators.LSHR, 1).convert(VectorOperators.I2F, 0);
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
      FloatVector exponents = (FloatVector) exponent.convert(VectorOperators.I2F, 0);
      FloatVector log = exponents.fma(FloatVector.broadcast(FLOATS, BoxMuller.LN2), p.fma(m.mul(m), m));
      FloatVector radius = log.mul(-2f).max(0f).lanewise(VectorOperators.SQRT);

      FloatVector angle = ((FloatVector) v.lanewise(VectorOperators.ASHR, 7).convert(VectorOperators.I2F, 0)).mul(BoxMuller.ANGLE);
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
    long[] state = BoxMuller.doubleState(seed, block);
    LongVector s0 = LongVector.fromArray(LONGS, state, 0);
    LongVector s1 = LongVector.fromArray(LONGS, state, 4);
    LongVector s2 = LongVector.fromArray(LONGS, state, 8);
    LongVector s3 = LongVector.fromArray(LONGS, state, 12);
    for (int i = at; i < at + BLOCK; i += 8) {
      LongVector sum = s0.add(s3);
      LongVector u = sum.lanewise(VectorOperators.LSHL, 23).or(sum.lanewise(VectorOperators.LSHR, 41)).add(s0);
      LongVector t = s1.lanewise(VectorOperators.LSHL, 17);
      s2 = s2.lanewise(VectorOperators.XOR, s0);
      s3 = s3.lanewise(VectorOperators.XOR, s1);
      s1 = s1.lanewise(VectorOperators.XOR, s2);
      s0 = s0.lanewise(VectorOperators.XOR, s3);
      s2 = s2.lanewise(VectorOperators.XOR, t);
      s3 = s3.lanewise(VectorOperators.LSHL, 45).or(s3.lanewise(VectorOperators.LSHR, 19));
      sum = s0.add(s3);
      LongVector v = sum.lanewise(VectorOperators.LSHL, 23).or(sum.lanewise(VectorOperators.LSHR, 41)).add(s0);
      t = s1.lanewise(VectorOperators.LSHL, 17);
      s2 = s2.lanewise(VectorOperators.XOR, s0);
      s3 = s3.lanewise(VectorOperators.XOR, s1);
      s1 = s1.lanewise(VectorOperators.XOR, s2);
      s0 = s0.lanewise(VectorOperators.XOR, s3);
      s2 = s2.lanewise(VectorOperators.XOR, t);
      s3 = s3.lanewise(VectorOperators.LSHL, 45).or(s3.lanewise(VectorOperators.LSHR, 19));

      DoubleVector unit = u.lanewise(VectorOperators.LSHR, 12).or(BoxMuller.ONE_BITS).reinterpretAsDoubles().sub(1.0 - 0x1p-53);
      LongVector bits = unit.reinterpretAsLongs();
      LongVector biased =
          bits.add(BoxMuller.EXPONENT_BIAS - BoxMuller.SQRT_HALF_BITS_D).lanewise(VectorOperators.LSHR, 52);
      DoubleVector exponent = biased.or(BoxMuller.TWO_52_BITS).reinterpretAsDoubles().sub(BoxMuller.TWO_52_PLUS_64);
      DoubleVector f =
          bits.sub(biased.lanewise(VectorOperators.LSHL, 52)).add(BoxMuller.EXPONENT_BIAS).reinterpretAsDoubles().sub(1.0);
      DoubleVector s = f.div(f.add(2.0));
      DoubleVector z = s.mul(s);
      DoubleVector p = DoubleVector.broadcast(DOUBLES, BoxMuller.LOG_ODD[0]);
      p = p.fma(z, DoubleVector.broadcast(DOUBLES, BoxMuller.LOG_ODD[1]));
      p = p.fma(z, DoubleVector.broadcast(DOUBLES, BoxMuller.LOG_ODD[2]));
      p = p.fma(z, DoubleVector.broadcast(DOUBLES, BoxMuller.LOG_ODD[3]));
      p = p.fma(z, DoubleVector.broadcast(DOUBLES, BoxMuller.LOG_ODD[4]));
      p = p.fma(z, DoubleVector.broadcast(DOUBLES, BoxMuller.LOG_ODD[5]));
      p = p.fma(z, DoubleVector.broadcast(DOUBLES, BoxMuller.LOG_ODD[6]));
      DoubleVector half = f.mul(0.5).mul(f);
      DoubleVector tail = f.sub(half.sub(s.mul(p.fma(z, half))));
      DoubleVector log = exponent.fma(DoubleVector.broadcast(DOUBLES, BoxMuller.LN2_D), tail);
      DoubleVector radius = log.mul(-2.0).max(0.0).lanewise(VectorOperators.SQRT);

      DoubleVector angle =
          v.lanewise(VectorOperators.LSHR, 12).or(BoxMuller.ONE_BITS).reinterpretAsDoubles().sub(1.5).mul(Math.PI / 2);
      DoubleVector square = angle.mul(angle);
      DoubleVector sin = DoubleVector.broadcast(DOUBLES, BoxMuller.SIN_D[0]);
      sin = sin.fma(square, DoubleVector.broadcast(DOUBLES, BoxMuller.SIN_D[1]));
      sin = sin.fma(square, DoubleVector.broadcast(DOUBLES, BoxMuller.SIN_D[2]));
      sin = sin.fma(square, DoubleVector.broadcast(DOUBLES, BoxMuller.SIN_D[3]));
      sin = sin.fma(square, DoubleVector.broadcast(DOUBLES, BoxMuller.SIN_D[4]));
      sin = sin.fma(square, DoubleVector.broadcast(DOUBLES, BoxMuller.SIN_D[5]));
      sin = sin.mul(square).fma(angle, angle);
      DoubleVector cos = DoubleVector.broadcast(DOUBLES, BoxMuller.COS_D[0]);
      cos = cos.fma(square, DoubleVector.broadcast(DOUBLES, BoxMuller.COS_D[1]));
      cos = cos.fma(square, DoubleVector.broadcast(DOUBLES, BoxMuller.COS_D[2]));
      cos = cos.fma(square, DoubleVector.broadcast(DOUBLES, BoxMuller.COS_D[3]));
      cos = cos.fma(square, DoubleVector.broadcast(DOUBLES, BoxMuller.COS_D[4]));
      cos = cos.fma(square, DoubleVector.broadcast(DOUBLES, BoxMuller.COS_D[5]));
      cos = cos.fma(square, DoubleVector.broadcast(DOUBLES, BoxMuller.COS_D[6]));
      cos = cos.fma(square, DoubleVector.broadcast(DOUBLES, 1.0));
      VectorMask<Double> swap = v.lanewise(VectorOperators.LSHL, 63).compare(VectorOperators.LT, 0).cast(DOUBLES);
      LongVector sign = v.lanewise(VectorOperators.LSHL, 62).and(Long.MIN_VALUE);
      DoubleVector signed = radius.reinterpretAsLongs().lanewise(VectorOperators.XOR, sign).reinterpretAsDoubles();
      signed.mul(cos.blend(sin, swap)).intoArray(out, i);
      signed.mul(sin.blend(cos, swap)).intoArray(out, i + 4);
    }
  }
}
