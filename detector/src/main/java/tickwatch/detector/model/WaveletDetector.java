package tickwatch.detector.model;

import tickwatch.series.detect.Wavelet;

/**
 * How each channel changes over 2, 4, 8 ... rows, against how it usually does: the error is the
 * root mean square of the details of its wavelet transform, each in units of what it is on normal
 * rows. A jump stands out in the fine details, a slow swing that is not usual in the coarse ones.
 */
final class WaveletDetector implements RowDetector {
  private static final double CLIP = 20;

  /** A detail's scale is at least this share of the median channel's of the same level. */
  private static final double FLOOR = 0.1;

  private final Wavelet.Family family;
  private final int levels;
  private final Wavelet[] channels;

  /** {@code levels × channels}. */
  private final double[] scales;

  private long rows;

  private WaveletDetector(Wavelet.Family family, int levels, int channels, double[] scales) {
    this.family = family;
    this.levels = levels;
    this.channels = new Wavelet[channels];
    this.scales = scales;
    for (int c = 0; c < channels; c++) {
      this.channels[c] = new Wavelet(family, levels);
    }
  }

  static WaveletDetector fit(NormalRows normal, Wavelet.Family family, int levels) {
    int width = normal.channels();
    double[] scales = new double[levels * width];
    int from = Math.min(normal.rows() / 2, 1 << levels);
    double[] level = new double[width];
    WaveletDetector plain = new WaveletDetector(family, levels, width, scales);
    for (int t = 0; t < normal.rows(); t++) {
      for (int c = 0; c < width; c++) {
        plain.channels[c].accept(normal.clipped(t, c, CLIP));
        for (int j = 0; j < levels && t >= from; j++) {
          double detail = plain.channels[c].detail(j);
          scales[j * width + c] += detail * detail / (normal.rows() - from);
        }
      }
    }
    for (int j = 0; j < levels; j++) {
      for (int c = 0; c < width; c++) {
        level[c] = Math.sqrt(scales[j * width + c]);
      }
      Scales.floor(level, FLOOR);
      System.arraycopy(level, 0, scales, j * width, width);
    }
    return new WaveletDetector(family, levels, width, scales);
  }

  @Override
  public boolean row(double[] z, int from, double[] filled, Reading reading) {
    for (int c = 0; c < channels.length; c++) {
      Wavelet channel = channels[c];
      reading.expected[c] = Double.NaN;
      channel.accept(Math.max(-CLIP, Math.min(CLIP, filled[c])));
      double squares = 0;
      for (int j = 0; j < levels; j++) {
        double detail = channel.detail(j) / scales[j * channels.length + c];
        squares += detail * detail;
      }
      reading.errors[c] = Double.isNaN(z[from + c]) ? Double.NaN : Math.sqrt(squares / levels);
    }
    // The transform takes the stream to have always been as its first value.
    return ++rows > 1L << levels;
  }

  @Override
  public boolean expects() {
    return false;
  }

  @Override
  public void save(Numbers to) {
    to.put(family == Wavelet.Family.DB4 ? 1 : 0)
        .put(levels)
        .put(channels.length)
        .put(scales)
        .put((double) rows);
    for (Wavelet channel : channels) {
      to.put(channel.save());
    }
  }

  static WaveletDetector restore(Numbers from) {
    Wavelet.Family family = from.takeCount() == 1 ? Wavelet.Family.DB4 : Wavelet.Family.HAAR;
    WaveletDetector restored =
        new WaveletDetector(family, from.takeCount(), from.takeCount(), from.takeArray());
    restored.rows = (long) from.take();
    for (Wavelet channel : restored.channels) {
      channel.restore(from.takeArray());
    }
    return restored;
  }
}
