package tickwatch.detector.model;

import java.util.Arrays;

/**
 * Numbers in a row: what a detector has learnt and remembers, put down in an order and taken up in
 * the same.
 *
 * <p><b>Threads.</b> One thread.
 */
public final class Numbers {
  private double[] values;
  private int length;
  private int taken;

  /** Nothing yet. */
  public Numbers() {
    values = new double[64];
  }

  /** What {@link #toArray} gave. The array is given away. */
  public Numbers(double[] values) {
    this.values = values;
    this.length = values.length;
  }

  public Numbers put(double value) {
    if (length == values.length) {
      values = Arrays.copyOf(values, 2 * length + 1);
    }
    values[length++] = value;
    return this;
  }

  /** An array with its length before it. */
  public Numbers put(double[] array) {
    put(array.length);
    for (double value : array) {
      put(value);
    }
    return this;
  }

  /** An array with its length before it. */
  public Numbers put(float[] array) {
    put(array.length);
    for (float value : array) {
      put(value);
    }
    return this;
  }

  /**
   * The next number.
   *
   * @throws IllegalArgumentException at the end
   */
  public double take() {
    if (taken == length) {
      throw new IllegalArgumentException("only " + length + " numbers are remembered");
    }
    return values[taken++];
  }

  /** Whether all were taken. */
  public boolean isAtEnd() {
    return taken == length;
  }

  /** The next number, which counts something. */
  public int takeCount() {
    double value = take();
    if (value != Math.rint(value) || value < 0 || value > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(value + " is no count");
    }
    return (int) value;
  }

  /** The next array. */
  public double[] takeArray() {
    int count = takeCount();
    if (count > length - taken) {
      throw new IllegalArgumentException(count + " numbers of " + (length - taken) + " left");
    }
    taken += count;
    return Arrays.copyOfRange(values, taken - count, taken);
  }

  /** The next array. */
  public float[] takeFloats() {
    double[] array = takeArray();
    float[] floats = new float[array.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) array[i];
    }
    return floats;
  }

  public double[] toArray() {
    return Arrays.copyOf(values, length);
  }
}
