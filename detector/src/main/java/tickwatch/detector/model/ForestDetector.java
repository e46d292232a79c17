package tickwatch.detector.model;

import com.amazon.randomcutforest.RandomCutForest;
import com.amazon.randomcutforest.returntypes.DiVector;

/**
 * How easily random cuts tell a row from normal rows: a random cut forest (Guha et al., ICML 2016),
 * that of AWS. A channel's error is its attribution, the part of the score that cuts in it have.
 *
 * <p>The forest is built from normal rows, the last 4,096 of them, and not changed by the rows that
 * it judges: faults do not teach it.
 */
final class ForestDetector implements RowDetector {
  private static final int MAX_LEARNT = 4096;
  private static final double CLIP = 20;

  private final int channels;
  private final int trees;
  private final int sample;
  private final double seed;

  /** What the forest was built from, {@code rows × channels}. */
  private final float[] learnt;

  private final RandomCutForest forest;
  private final float[] point;

  private ForestDetector(int channels, int trees, int sample, double seed, float[] learnt) {
    this.channels = channels;
    this.trees = trees;
    this.sample = sample;
    this.seed = seed;
    this.learnt = learnt;
    this.point = new float[channels];
    this.forest =
        RandomCutForest.builder()
            .dimensions(channels)
            .numberOfTrees(trees)
            .sampleSize(sample)
            .randomSeed((long) seed)
            .parallelExecutionEnabled(false)
            .build();
    float[] row = new float[channels];
    for (int at = 0; at < learnt.length; at += channels) {
      System.arraycopy(learnt, at, row, 0, channels);
      forest.update(row);
    }
  }

  /**
   * Learns from normal rows.
   *
   * @param sample rows in a tree
   */
  static ForestDetector fit(NormalRows rows, int trees, int sample, long seed) {
    int from = Math.max(0, rows.rows() - MAX_LEARNT);
    float[] learnt = new float[(rows.rows() - from) * rows.channels()];
    for (int t = from; t < rows.rows(); t++) {
      for (int c = 0; c < rows.channels(); c++) {
        learnt[(t - from) * rows.channels() + c] = (float) rows.clipped(t, c, CLIP);
      }
    }
    return new ForestDetector(rows.channels(), trees, sample, (double) (seed % (1L << 50)), learnt);
  }

  @Override
  public boolean row(double[] z, int from, double[] filled, Reading reading) {
    for (int c = 0; c < channels; c++) {
      point[c] = (float) Math.max(-CLIP, Math.min(CLIP, filled[c]));
    }
    DiVector parts = forest.getAnomalyAttribution(point);
    for (int c = 0; c < channels; c++) {
      reading.errors[c] = Double.isNaN(z[from + c]) ? Double.NaN : parts.getHighLowSum(c);
      reading.expected[c] = Double.NaN;
    }
    return true;
  }

  @Override
  public boolean expects() {
    return false;
  }

  @Override
  public boolean isDistance() {
    return true;
  }

  @Override
  public void save(Numbers to) {
    to.put(channels).put(trees).put(sample).put(seed).put(learnt);
  }

  static ForestDetector restore(Numbers from) {
    return new ForestDetector(
        from.takeCount(), from.takeCount(), from.takeCount(), from.take(), from.takeFloats());
  }
}
