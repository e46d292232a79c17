package tickwatch.detector.model;

/**
 * How the learning rate goes over a training: up for three tenths of the steps, then down to almost
 * nothing, along cosines; the momentum the other way round (Smith and Topin 2018, with the numbers
 * of PyTorch's {@code OneCycleLR}).
 *
 * @param rate the largest learning rate
 * @param steps in the whole training
 */
record OneCycle(double rate, int steps) {
  private static final double RISING = 0.3;
  private static final double FIRST = 1 / 25.0;
  private static final double LAST = 1e-4;
  private static final double LEAST_MOMENTUM = 0.85;
  private static final double MOST_MOMENTUM = 0.95;

  /** The learning rate of a step, from 0. */
  double rate(int step) {
    double top = top();
    return step <= top
        ? between(rate * FIRST, rate, step / top)
        : between(rate, rate * FIRST * LAST, (step - top) / (steps - 1 - top));
  }

  double momentum(int step) {
    double top = top();
    return step <= top
        ? between(MOST_MOMENTUM, LEAST_MOMENTUM, step / top)
        : between(LEAST_MOMENTUM, MOST_MOMENTUM, (step - top) / (steps - 1 - top));
  }

  private double top() {
    return Math.max(1e-9, RISING * steps - 1);
  }

  private static double between(double from, double to, double part) {
    return to + (from - to) / 2 * (1 + Math.cos(Math.PI * Math.min(1, part)));
  }
}
