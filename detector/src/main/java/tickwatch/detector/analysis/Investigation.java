package tickwatch.detector.analysis;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import tickwatch.detector.event.AcceptedDeviation;
import tickwatch.detector.event.JudgedRow;

/**
 * What is remembered of one sensor to explain its anomalies: its last rows, and, while something is
 * going on, which channels were how far off.
 *
 * <p>A row costs a copy of its channels; sums are taken on flagged rows only, and the rows are
 * looked at when an anomaly is told.
 *
 * <p><b>Threads.</b> One thread.
 */
public final class Investigation {
  /** Rows that are looked back on. */
  private static final int ROWS_BEFORE = 128;

  /** Rows of an anomaly, from its first flag on, that its kind is decided from. */
  private static final int ROWS_AFTER = 128;

  /** A deviation is accepted with so much room around it. */
  private static final double ROOM = 1.25;

  /** Around a new level, so many half-bands are accepted. */
  private static final double LEVEL_BANDS = 2;

  /** The channels that make this much of the score are those to blame. */
  private static final double BLAMED_SHARE = 0.8;

  /** A channel with this much of the first one's share is no witness of what is usual. */
  private static final double MOVED_TOO = 0.25;

  private static final double SETTLING = 1.0 / 8;

  private final int channels;
  private final History history;
  private @Nullable Stretch stretch;

  // Since the first flag; shares are weighted with the score.
  private long flags;
  private double weight;
  private final double[] shares;
  private final double[] deviations;
  private final double[] lowest;
  private final double[] highest;
  private final double[] settled;
  private final double[] halfBands;
  private final boolean[] outside;
  private double summed;

  public Investigation(int channels) {
    this.channels = channels;
    this.history = new History(ROWS_BEFORE, channels);
    this.shares = new double[channels];
    this.deviations = new double[channels];
    this.lowest = new double[channels];
    this.highest = new double[channels];
    this.settled = new double[channels];
    this.halfBands = new double[channels];
    this.outside = new boolean[channels];
  }

  /**
   * Takes the sensor's next row, before it is known what it means.
   *
   * @param z z-scores from {@code from} on, NaN where missing
   */
  public void row(long time, boolean afterGap, double[] z, int from) {
    history.push(time, afterGap, z, from);
    Stretch open = stretch;
    if (open != null) {
      open.add(time, afterGap, z, from);
    }
  }

  /** The row just taken is flagged: counts what was off. */
  public void flagged(JudgedRow row, double score) {
    flags++;
    weight += score;
    for (int c = 0; c < channels; c++) {
      double deviation = row.actual(c) - row.expected(c);
      if (Double.isNaN(deviation)) {
        continue;
      }
      double half = row.halfBand(c);
      shares[c] += row.share(c) * score;
      deviations[c] += row.share(c) * score * Math.signum(deviation);
      lowest[c] = Math.min(lowest[c], deviation);
      highest[c] = Math.max(highest[c], deviation);
      settled[c] = flags == 1 ? deviation : settled[c] + SETTLING * (deviation - settled[c]);
      halfBands[c] = half;
      if (Math.abs(deviation) > half) {
        outside[c] = true;
        summed += Math.abs(deviation) / half;
      }
    }
  }

  /**
   * An anomaly has opened at the row just taken.
   *
   * @param rowsSince rows since its first flag, 0 if that is the row just taken
   */
  public void opened(int rowsSince) {
    Stretch begin = new Stretch(ROWS_BEFORE + ROWS_AFTER, channels);
    history.copyTo(begin, ROWS_BEFORE - 1);
    begin.setFirst(begin.rows() - 1 - rowsSince);
    stretch = begin;
  }

  /** The flags so far led to nothing, or the anomaly is over. */
  public void forget() {
    stretch = null;
    flags = 0;
    weight = 0;
    summed = 0;
    Arrays.fill(shares, 0);
    Arrays.fill(deviations, 0);
    Arrays.fill(lowest, 0);
    Arrays.fill(highest, 0);
    Arrays.fill(settled, 0);
    Arrays.fill(outside, false);
  }

  /** A channel's share of the score, over all flagged rows so far, 0 to 1. */
  public double share(int channel) {
    return weight > 0 ? shares[channel] / weight : 0;
  }

  /** Each channel's share, with the sign of its deviation. */
  public float[] signature() {
    float[] signature = new float[channels];
    for (int c = 0; c < channels; c++) {
      signature[c] = (float) (weight > 0 ? deviations[c] / weight : 0);
    }
    return signature;
  }

  public int channelsOutside() {
    int count = 0;
    for (boolean out : outside) {
      count += out ? 1 : 0;
    }
    return count;
  }

  /** Deviations outside the band, in half-widths of it, summed. */
  public double summedDeviation() {
    return summed;
  }

  /**
   * When it began, and of what kind it is, as far as can be said by now.
   *
   * @param lastFlag rows from the first flag to the last one
   */
  public Finding finding(int topChannel, long lastFlag) {
    Stretch open = stretch;
    if (open == null) {
      throw new IllegalStateException("no anomaly is open");
    }
    boolean[] moved = new boolean[channels];
    for (int c = 0; c < channels; c++) {
      moved[c] = shares[c] > MOVED_TOO * shares[topChannel];
    }
    Diagnosis diagnosis = new Diagnosis(open, topChannel, flags, lastFlag, moved);
    return new Finding(diagnosis.kind(), open.time(diagnosis.onset()));
  }

  /**
   * What a look at the rows says.
   *
   * @param kind null if too few rows are known
   * @param began a timestamp, not after the first flag
   */
  public record Finding(@Nullable Kind kind, long began) {}

  /** The channels that make most of the score, and those that were outside their band. */
  private boolean[] blamed() {
    boolean[] blamed = outside.clone();
    double left = BLAMED_SHARE * weight;
    for (int c = 0; c < channels; c++) {
      left -= blamed[c] ? shares[c] : 0;
    }
    while (left > 0) {
      int largest = -1;
      for (int c = 0; c < channels; c++) {
        if (!blamed[c] && shares[c] > 0 && (largest < 0 || shares[c] > shares[largest])) {
          largest = c;
        }
      }
      if (largest < 0) {
        break;
      }
      blamed[largest] = true;
      left -= shares[largest];
    }
    return blamed;
  }

  /** Accepts, in the channels to blame, all that was seen, and a quarter more. */
  public AcceptedDeviation seen(String id) {
    double[] low = new double[channels];
    double[] high = new double[channels];
    boolean[] blamed = blamed();
    for (int c = 0; c < channels; c++) {
      low[c] = blamed[c] ? ROOM * lowest[c] : Double.POSITIVE_INFINITY;
      high[c] = blamed[c] ? ROOM * highest[c] : Double.NEGATIVE_INFINITY;
    }
    return new AcceptedDeviation(id, low, high);
  }

  /**
   * Accepts, in the channels to blame, the level at which they have settled, and two bands around.
   */
  public AcceptedDeviation settled(String id) {
    double[] low = new double[channels];
    double[] high = new double[channels];
    boolean[] blamed = blamed();
    for (int c = 0; c < channels; c++) {
      low[c] = blamed[c] ? settled[c] - LEVEL_BANDS * halfBands[c] : Double.POSITIVE_INFINITY;
      high[c] = blamed[c] ? settled[c] + LEVEL_BANDS * halfBands[c] : Double.NEGATIVE_INFINITY;
    }
    return new AcceptedDeviation(id, low, high);
  }

  public void save(DataOutput out) throws IOException {
    history.save(out);
    Stretch open = stretch;
    out.writeBoolean(open != null);
    if (open != null) {
      open.save(out);
    }
    out.writeLong(flags);
    out.writeDouble(weight);
    out.writeDouble(summed);
    for (int c = 0; c < channels; c++) {
      out.writeDouble(shares[c]);
      out.writeDouble(deviations[c]);
      out.writeDouble(lowest[c]);
      out.writeDouble(highest[c]);
      out.writeDouble(settled[c]);
      out.writeDouble(halfBands[c]);
      out.writeBoolean(outside[c]);
    }
  }

  /** Goes on from what {@link #save} wrote. */
  public void restore(DataInput in) throws IOException {
    history.restore(in);
    stretch = null;
    if (in.readBoolean()) {
      Stretch open = new Stretch(ROWS_BEFORE + ROWS_AFTER, channels);
      open.restore(in);
      stretch = open;
    }
    flags = in.readLong();
    weight = in.readDouble();
    summed = in.readDouble();
    for (int c = 0; c < channels; c++) {
      shares[c] = in.readDouble();
      deviations[c] = in.readDouble();
      lowest[c] = in.readDouble();
      highest[c] = in.readDouble();
      settled[c] = in.readDouble();
      halfBands[c] = in.readDouble();
      outside[c] = in.readBoolean();
    }
  }
}
